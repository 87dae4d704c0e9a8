//! TLS to subjects: an authority made for one run, and a certificate of its for both sides.
//!
//! Servers under test are given the certificate and are believed no other; clients under test are
//! shown it, and given the authority to believe it. What TLS itself does wrong is not tested here.

use std::fmt;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::run::Stream;

/// What connections with TLS need; clones share it.
#[derive(Clone)]
pub struct Tls {
    connector: TlsConnector,
    acceptor: TlsAcceptor,
    /// Blanks in command lines, and the files that fill them.
    files: [(&'static str, PathBuf); 3],
}

/// Why there can be no TLS, as a sentence.
#[derive(Debug)]
pub struct TlsError(String);

impl Tls {
    /// Makes an authority, and a certificate for `127.0.0.1`, `::1` and `localhost`, in PEM files in
    /// `folder`: `authority.pem`, `certificate.pem` and `key.pem`. Where they are there already, they
    /// are used: servers and clients may have been told of them.
    ///
    /// # Errors
    ///
    /// They cannot be made, written or used.
    pub fn in_folder(folder: &Path) -> Result<Self, TlsError> {
        let files = [
            ("{authority}", folder.join("authority.pem")),
            ("{certificate}", folder.join("certificate.pem")),
            ("{key}", folder.join("key.pem")),
        ];
        let paths = files.each_ref().map(|(_, file)| file.as_path());
        let certificates = match Certificates::read(paths) {
            Ok(certificates) => certificates,
            Err(_) => {
                let made = Certificates::new().map_err(TlsError::new)?;
                fs::create_dir_all(folder).map_err(|error| TlsError::in_file(folder, &error))?;
                made.write(paths)?;
                made
            }
        };
        let (connector, acceptor) = certificates.configured().map_err(TlsError::new)?;
        Ok(Self {
            connector,
            acceptor,
            files,
        })
    }

    /// Fills `{authority}`, `{certificate}` and `{key}` in a word of a command line.
    pub(super) fn fill(&self, word: &str) -> String {
        let filled = |word: String, (blank, file): &(&str, PathBuf)| {
            word.replace(blank, &file.to_string_lossy())
        };
        self.files.iter().fold(word.to_owned(), filled)
    }

    /// Makes the handshake with a server under test.
    pub(crate) async fn connect(&self, socket: TcpStream) -> io::Result<Stream> {
        let name = ServerName::from(socket.peer_addr().map(|address: SocketAddr| address.ip())?);
        let connecting = self.connector.connect(name, socket);
        let connected = timeout(PATIENCE, connecting).await;
        let tls = connected.map_err(|_| io::ErrorKind::TimedOut)??;
        Ok(tokio_rustls::TlsStream::from(tls).into())
    }

    /// Makes the handshake with a client under test.
    pub(crate) async fn accept(&self, socket: TcpStream) -> io::Result<Stream> {
        let accepted = timeout(PATIENCE, self.acceptor.accept(socket)).await;
        let tls = accepted.map_err(|_| io::ErrorKind::TimedOut)??;
        Ok(tokio_rustls::TlsStream::from(tls).into())
    }
}

/// Without keys.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

impl TlsError {
    fn new(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }

    fn in_file(file: &Path, error: &io::Error) -> Self {
        Self(format!("{}: {error}", file.display()))
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no certificates for TLS: {}", self.0)
    }
}

impl std::error::Error for TlsError {}

/// In PEM.
struct Certificates {
    authority: String,
    chain: String,
    key: String,
}

impl Certificates {
    fn new() -> Result<Self, rcgen::Error> {
        let mut authority = CertificateParams::default();
        // Of another name than the certificate's: OpenSSL would take that for its own authority.
        let name = &mut authority.distinguished_name;
        name.push(DnType::CommonName, "authority of a conformance suite");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
        let names = ["127.0.0.1", "::1", "localhost"].map(str::to_owned);
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(names)?.signed_by(&key, &issuer)?;
        Ok(Self {
            authority: issuer.pem(),
            chain: certificate.pem(),
            key: key.serialize_pem(),
        })
    }

    fn read([authority, chain, key]: [&Path; 3]) -> io::Result<Self> {
        Ok(Self {
            authority: fs::read_to_string(authority)?,
            chain: fs::read_to_string(chain)?,
            key: fs::read_to_string(key)?,
        })
    }

    fn write(&self, paths: [&Path; 3]) -> Result<(), TlsError> {
        let texts = [&self.authority, &self.chain, &self.key];
        for (file, text) in paths.iter().zip(texts) {
            fs::write(file, text).map_err(|error| TlsError::in_file(file, &error))?;
        }
        Ok(())
    }

    fn configured(&self) -> Result<(TlsConnector, TlsAcceptor), Box<dyn std::error::Error>> {
        // Named, so that what else is in a program has no say.
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.authority.as_bytes())?)?;
        let client = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let chain = CertificateDer::from_pem_slice(self.chain.as_bytes())?;
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes())?;
        let server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![chain], key)?;
        Ok((Arc::new(client).into(), Arc::new(server).into()))
    }
}

/// How long a handshake may take.
const PATIENCE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// Whether one end believes the other's certificate.
    async fn believes(client: &Tls, server: &Tls) -> bool {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap()).await;
        let (accepted, _) = listener.accept().await.unwrap();
        let (client, server) =
            tokio::join!(client.connect(socket.unwrap()), server.accept(accepted));
        let (Ok(mut client), Ok(mut server)) = (client, server) else {
            return false;
        };
        client.write_all(b"x").await.unwrap();
        client.flush().await.unwrap();
        server.read_u8().await.unwrap() == b'x'
    }

    #[tokio::test]
    async fn certificates_are_made_once_for_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("new");
        let first = Tls::in_folder(&inner).unwrap();
        let again = Tls::in_folder(&inner).unwrap();
        assert!(believes(&first, &again).await);
        let other = Tls::in_folder(folder.path()).unwrap();
        assert!(!believes(&first, &other).await);
        let key = first.fill("--key={key}");
        assert_eq!(key, format!("--key={}", inner.join("key.pem").display()));
        fs::write(inner.join("key.pem"), "no key").unwrap();
        assert!(Tls::in_folder(&inner).is_err());
    }
}
