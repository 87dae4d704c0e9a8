//! Certificates in files, handshakes in memory, and tests that have a process to themselves.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{ClientConnection, Error, ServerConnection};
use tempfile::TempDir;

use crate::{ClientTls, ServerTls, server_name};

/// An authority, and a certificate of its with the key, in files.
pub(crate) struct Files {
    _folder: TempDir,
    pub(crate) authority: PathBuf,
    pub(crate) chain: PathBuf,
    pub(crate) key: PathBuf,
}

impl Files {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // Two authorities of one name would be taken for one with a broken signature.
        let name = folder.path().to_str().unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let names = ["localhost".to_owned(), "::1".to_owned()];
        let params = CertificateParams::new(names).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        let written = |name: &str, text: String| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        Self {
            authority: written("authority.pem", issuer.pem()),
            chain: written("chain.pem", certificate.pem()),
            key: written("key.pem", key.serialize_pem()),
            _folder: folder,
        }
    }

    pub(crate) fn server(&self) -> ServerTls {
        ServerTls::from_pem_files(&self.chain, &self.key).unwrap()
    }

    /// One that takes only clients whom the authority vouches for.
    pub(crate) fn demanding_server(&self) -> ServerTls {
        ServerTls::demanding_certificates(&self.chain, &self.key, &self.authority).unwrap()
    }
}

/// What came of a handshake: what the server knows of the client, or the error of the first end
/// that had one.
pub(crate) struct Met {
    pub(crate) alpn: Option<Vec<u8>>,
    pub(crate) client_showed: bool,
}

pub(crate) fn meet(client: &ClientTls, server: &ServerTls, host: &str) -> Result<Met, Error> {
    let mut client = ClientConnection::new(client.config(), server_name(host).unwrap())?;
    let mut server = ServerConnection::new(server.config())?;
    while client.is_handshaking() || server.is_handshaking() {
        let mut bytes = Vec::new();
        client.write_tls(&mut bytes).unwrap();
        server.read_tls(&mut &bytes[..]).unwrap();
        // Each end's own reason comes before what the other makes of its alert.
        server.process_new_packets()?;
        bytes.clear();
        server.write_tls(&mut bytes).unwrap();
        client.read_tls(&mut &bytes[..]).unwrap();
        client.process_new_packets()?;
    }
    Ok(Met {
        alpn: server.alpn_protocol().map(<[u8]>::to_vec),
        client_showed: server.peer_certificates().is_some(),
    })
}

/// This program, told to run only the test of this name.
pub(crate) fn this_test(name: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", name]);
    command
}

/// Waits for a test in a process of its own.
#[track_caller]
pub(crate) fn check_passed(mut command: Command) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    // None of that name is a success, too.
    let has_passed = output.status.success() && said.contains(" 1 passed");
    assert!(has_passed, "{command:?}: {said}");
}
