//! A server's side: its certificate, which can be renewed while it serves.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;

use crate::alpn;
use crate::client::{authorities, invalid};
use crate::provider::provider;

/// What a server needs to know for TLS; clones share it, and what is renewed.
///
/// Anything that rustls can do comes in by `ServerTls::from(Arc<ServerConfig>)`, such as a
/// certificate for each of several names.
#[derive(Clone)]
pub struct ServerTls {
    config: Arc<ServerConfig>,
    renewable: Option<Arc<Renewable>>,
}

/// A certificate with its files.
struct Renewable {
    chain: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    current: RwLock<Arc<CertifiedKey>>,
}

impl ServerTls {
    /// The certificate and its chain, the server's first, and the key, each a PEM file.
    ///
    /// # Errors
    ///
    /// Those of the files; [`io::ErrorKind::InvalidData`]: they do not hold that, or the key is
    /// another's. [`io::ErrorKind::Unsupported`]: the features name no cryptography.
    pub fn from_pem_files(chain: impl Into<PathBuf>, key: impl Into<PathBuf>) -> io::Result<Self> {
        let renewable = Renewable::new(chain.into(), key.into())?;
        let config = ServerConfig::builder_with_provider(Arc::clone(&renewable.provider))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&renewable) as _);
        Ok(Self::new(config, renewable))
    }

    /// The same, for clients alone that show a certificate for which one of the authorities in
    /// another PEM file vouches.
    ///
    /// # Errors
    ///
    /// As [`from_pem_files`](Self::from_pem_files).
    pub fn demanding_certificates(
        chain: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
        authorities_file: impl AsRef<Path>,
    ) -> io::Result<Self> {
        let renewable = Renewable::new(chain.into(), key.into())?;
        let provider = Arc::clone(&renewable.provider);
        let roots = Arc::new(authorities(authorities_file.as_ref())?);
        let verifier =
            WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(&provider)).build();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_client_cert_verifier(verifier.map_err(invalid)?)
            .with_cert_resolver(Arc::clone(&renewable) as _);
        Ok(Self::new(config, renewable))
    }

    /// Reads the files again, for connections from here on; those that are open keep what they have.
    ///
    /// # Errors
    ///
    /// As [`from_pem_files`](Self::from_pem_files), and then nothing has changed.
    /// [`io::ErrorKind::Unsupported`]: the certificate did not come from files.
    pub fn reload(&self) -> io::Result<()> {
        let Some(renewable) = &self.renewable else {
            let message = "this certificate did not come from files";
            return Err(io::Error::new(io::ErrorKind::Unsupported, message));
        };
        renewable.reload()
    }

    /// The configuration, for rustls.
    #[must_use]
    pub fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    fn new(mut config: ServerConfig, renewable: Arc<Renewable>) -> Self {
        config.alpn_protocols = vec![alpn::HTTP_1_1.to_vec()];
        Self {
            config: Arc::new(config),
            renewable: Some(renewable),
        }
    }
}

/// Taken as it is: what it says of ALPN, too.
impl From<Arc<ServerConfig>> for ServerTls {
    fn from(config: Arc<ServerConfig>) -> Self {
        Self {
            config,
            renewable: None,
        }
    }
}

/// Without the configuration, which holds the key.
impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerTls")
            .field("renewable", &self.renewable)
            .finish_non_exhaustive()
    }
}

impl Renewable {
    fn new(chain: PathBuf, key: PathBuf) -> io::Result<Arc<Self>> {
        let provider = provider()?;
        let current = certified(&chain, &key, &provider)?;
        Ok(Arc::new(Self {
            chain,
            key,
            provider,
            current: RwLock::new(current),
        }))
    }

    fn reload(&self) -> io::Result<()> {
        let renewed = certified(&self.chain, &self.key, &self.provider)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = renewed;
        Ok(())
    }
}

impl ResolvesServerCert for Renewable {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&current))
    }
}

impl fmt::Debug for Renewable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewable")
            .field("chain", &self.chain)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

fn certified(chain: &Path, key: &Path, provider: &CryptoProvider) -> io::Result<Arc<CertifiedKey>> {
    let (certificates, private) = read_pem(chain, key)?;
    let certified = CertifiedKey::from_der(certificates, private, provider)
        .map_err(|error| unfit(chain, key, error))?;
    Ok(Arc::new(certified))
}

/// A chain of certificates and a key, each from a PEM file.
pub(crate) fn read_pem(
    chain: &Path,
    key: &Path,
) -> io::Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let certificates = CertificateDer::pem_file_iter(chain).and_then(Iterator::collect);
    let certificates: Vec<_> = certificates.map_err(|error| pem_error(chain, error))?;
    if certificates.is_empty() {
        return Err(invalid(format!("{} holds no certificate", chain.display())));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| match error {
        pem::Error::NoItemsFound => invalid(format!("{} holds no key", key.display())),
        error => pem_error(key, error),
    })?;
    Ok((certificates, key))
}

/// What is wrong with the file at `path`.
pub(crate) fn pem_error(path: &Path, error: pem::Error) -> io::Error {
    let path = path.display();
    match error {
        pem::Error::Io(error) => io::Error::new(error.kind(), format!("{path}: {error}")),
        error => invalid(format!("{path}: {error}")),
    }
}

/// Why a chain and a key cannot be used together.
pub(crate) fn unfit(chain: &Path, key: &Path, error: rustls::Error) -> io::Error {
    let (chain, key) = (chain.display(), key.display());
    invalid(match error {
        rustls::Error::InconsistentKeys(_) => {
            format!("the key in {key} is not that of the certificate in {chain}")
        }
        error => format!("{chain} and {key}: {error}"),
    })
}

#[cfg(test)]
mod tests;
