//! Whom a client trusts and what it shows, told by files and seen in handshakes in memory.

use std::fs;
use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{CertificateError, ClientConnection, Error, ServerConnection};
use tempfile::TempDir;

use super::*;
use crate::{ServerTls, server_name};

/// An authority, and a certificate of its with the key, in files.
struct Files {
    _folder: TempDir,
    authority: PathBuf,
    chain: PathBuf,
    key: PathBuf,
}

impl Files {
    fn new() -> Self {
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

    fn server(&self) -> ServerTls {
        ServerTls::from_pem_files(&self.chain, &self.key).unwrap()
    }
}

/// What came of a handshake: what the server knows of the client, or the error of the first end
/// that had one.
struct Met {
    alpn: Option<Vec<u8>>,
    client_showed: bool,
}

fn meet(client: &ClientTls, server: &ServerTls, host: &str) -> Result<Met, Error> {
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

#[track_caller]
fn check_error<T>(result: io::Result<T>, kind: io::ErrorKind, words: &str) {
    let error = result.map(drop).unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn authorities_in_the_file_are_trusted_and_nobody_else() {
    let (ours, others) = (Files::new(), Files::new());
    let client = ClientTls::trusting_pem_file(&ours.authority).unwrap();
    for host in ["localhost", "[::1]", "::1"] {
        let met = meet(&client, &ours.server(), host).unwrap();
        assert_eq!(met.alpn.as_deref(), Some(&b"http/1.1"[..]));
        assert!(!met.client_showed);
    }
    for (server, host) in [(&others, "localhost"), (&ours, "elsewhere.example")] {
        let refused = meet(&client, &server.server(), host).map(drop);
        assert!(
            matches!(refused, Err(Error::InvalidCertificate(_))),
            "{refused:?}"
        );
    }
}

#[test]
fn several_authorities_may_be_in_one_file() {
    let (first, second) = (Files::new(), Files::new());
    let both = [&first, &second].map(|files| fs::read_to_string(&files.authority).unwrap());
    fs::write(&first.authority, both.concat()).unwrap();
    let client = ClientTls::trusting_pem_file(&first.authority).unwrap();
    for files in [&first, &second] {
        meet(&client, &files.server(), "localhost")
            .map(drop)
            .unwrap();
    }
}

#[test]
fn certificates_of_clients_are_shown_to_those_who_ask() {
    let files = Files::new();
    let Files {
        authority,
        chain,
        key,
        ..
    } = &files;
    let asking = ServerTls::demanding_certificates(chain, key, authority).unwrap();
    let named = ClientTls::with_certificate(authority, chain, key).unwrap();
    assert!(meet(&named, &asking, "localhost").unwrap().client_showed);
    assert!(
        !meet(&named, &files.server(), "localhost")
            .unwrap()
            .client_showed
    );
    let unnamed = ClientTls::trusting_pem_file(authority).unwrap();
    let refused = meet(&unnamed, &asking, "localhost").map(drop);
    assert_eq!(refused, Err(Error::NoCertificatesPresented));
    let stranger = Files::new();
    let other = ClientTls::with_certificate(authority, &stranger.chain, &stranger.key).unwrap();
    let refused = meet(&other, &asking, "localhost").map(drop);
    let unknown = CertificateError::UnknownIssuer;
    assert_eq!(refused, Err(Error::InvalidCertificate(unknown)));
}

#[test]
fn what_is_wrong_with_files_is_said() {
    use io::ErrorKind::{InvalidData, NotFound};
    let files = Files::new();
    let Files {
        authority,
        chain,
        key,
        ..
    } = &files;
    let missing = chain.with_file_name("missing.pem");
    let trusting = ClientTls::trusting_pem_file;
    check_error(trusting(&missing), NotFound, "");
    check_error(trusting(key), InvalidData, "key.pem holds no certificate");
    let broken = chain.with_file_name("broken.pem");
    let begin = "-----BEGIN CERTIFICATE-----\n";
    for text in [
        begin.to_owned(),
        format!("{begin}AAAA\n-----END CERTIFICATE-----\n"),
    ] {
        fs::write(&broken, text).unwrap();
        check_error(trusting(&broken), InvalidData, "");
    }
    let showing = ClientTls::with_certificate;
    check_error(showing(&missing, chain, key), NotFound, "");
    check_error(showing(authority, &missing, key), NotFound, "");
    check_error(showing(authority, chain, &missing), NotFound, "");
    check_error(
        showing(authority, key, key),
        InvalidData,
        "holds no certificate",
    );
    check_error(
        showing(authority, chain, chain),
        InvalidData,
        "holds no key",
    );
    let stranger = Files::new();
    check_error(showing(authority, chain, &stranger.key), InvalidData, "");
}

#[test]
fn a_configuration_of_rustls_is_taken_as_it_is() {
    let files = Files::new();
    let mut config = ClientConfig::clone(
        &ClientTls::trusting_pem_file(&files.authority)
            .unwrap()
            .config(),
    );
    config.alpn_protocols = vec![b"h2".to_vec()];
    let config = Arc::new(config);
    let client = ClientTls::from(Arc::clone(&config));
    assert!(Arc::ptr_eq(&client.config(), &config));
    // Which is what it says of ALPN, too, and ours speak nothing else.
    let refused = meet(&client, &files.server(), "localhost").map(drop);
    assert_eq!(refused, Err(Error::NoApplicationProtocol));
}

#[test]
fn nothing_of_the_configuration_is_shown() {
    let Files {
        authority,
        chain,
        key,
        ..
    } = &Files::new();
    let client = ClientTls::with_certificate(authority, chain, key).unwrap();
    assert_eq!(format!("{client:?}"), "ClientTls { .. }");
}

// What the system trusts, and by its own judgement, is the system's; this list is in the build.
#[cfg(all(feature = "webpki-roots", not(feature = "platform-verifier")))]
#[test]
fn authorities_of_the_features_are_read_once() {
    let (first, second) = (ClientTls::by_features(), ClientTls::by_features());
    let (first, second) = (first.unwrap().config(), second.unwrap().config());
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!(first.alpn_protocols, [b"http/1.1"]);
}

#[cfg(not(any(
    feature = "webpki-roots",
    feature = "native-roots",
    feature = "platform-verifier",
)))]
#[test]
fn without_authorities_the_features_that_name_them_are_named() {
    let known = ClientTls::by_features();
    let feature = "`rustls-tls-webpki-roots`";
    check_error(known, io::ErrorKind::Unsupported, feature);
}
