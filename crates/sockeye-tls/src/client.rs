//! A client's side: whom it trusts, and its own certificate if it has one.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rustls::client::ResolvesClientCert;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, SignatureScheme, WantsVerifier};

use crate::provider::provider;
use crate::roots::trust_by_features;
use crate::{alpn, server};

/// What a client needs to know for TLS; clones share it.
///
/// Anything that rustls can do comes in by `ClientTls::from(Arc<ClientConfig>)`: other authorities,
/// certificates of one's own in hardware, and what rustls calls dangerous.
#[derive(Clone)]
pub struct ClientTls {
    config: Arc<ClientConfig>,
}

impl ClientTls {
    /// Trusts the authorities that the features name: `webpki-roots`, `native-roots`, both, or the
    /// system's own judgement with `platform-verifier`. Read once in a process.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::Unsupported`]: the features name no authorities, or no cryptography. Those
    /// of the system, if its certificates cannot be read and no other authority is known; it is asked
    /// again by the next call.
    pub fn by_features() -> io::Result<Self> {
        static SHARED: OnceLock<ClientTls> = OnceLock::new();
        if let Some(shared) = SHARED.get() {
            return Ok(shared.clone());
        }
        let config = trust_by_features(builder()?)?.with_no_client_auth();
        Ok(SHARED.get_or_init(|| Self::new(config)).clone())
    }

    /// Trusts the authorities whose certificates are in a PEM file, and nobody else.
    ///
    /// # Errors
    ///
    /// Those of the file; [`io::ErrorKind::InvalidData`]: it holds no certificates of authorities.
    pub fn trusting_pem_file(path: impl AsRef<Path>) -> io::Result<Self> {
        let roots = authorities(path.as_ref())?;
        let config = builder()?.with_root_certificates(roots);
        Ok(Self::new(config.with_no_client_auth()))
    }

    /// The same, and shows a certificate of its own to servers that ask for one: the chain and the
    /// key are PEM files.
    ///
    /// Servers of other origins, to which redirects lead, are not shown it.
    ///
    /// # Errors
    ///
    /// Those of the files; [`io::ErrorKind::InvalidData`]: they do not hold that, or the key is
    /// another's.
    pub fn with_certificate(
        authorities_file: impl AsRef<Path>,
        chain: impl AsRef<Path>,
        key: impl AsRef<Path>,
    ) -> io::Result<Self> {
        let roots = authorities(authorities_file.as_ref())?;
        let (chain, key) = (chain.as_ref(), key.as_ref());
        let (certificates, private) = server::read_pem(chain, key)?;
        let config = builder()?.with_root_certificates(roots);
        let config = config
            .with_client_auth_cert(certificates, private)
            .map_err(|error| server::unfit(chain, key, error))?;
        Ok(Self::new(config))
    }

    /// The same for servers that are not to know who this client is: they are shown no certificate.
    #[must_use]
    pub fn without_certificate(&self) -> Self {
        let mut config = ClientConfig::clone(&self.config);
        config.client_auth_cert_resolver = Arc::new(NoCertificate);
        Self {
            config: Arc::new(config),
        }
    }

    /// The configuration, for rustls.
    #[must_use]
    pub fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.config)
    }

    fn new(mut config: ClientConfig) -> Self {
        config.alpn_protocols = vec![alpn::HTTP_1_1.to_vec()];
        Self {
            config: Arc::new(config),
        }
    }
}

/// Taken as it is: what it says of ALPN, too.
impl From<Arc<ClientConfig>> for ClientTls {
    fn from(config: Arc<ClientConfig>) -> Self {
        Self { config }
    }
}

/// Without the configuration, which may hold keys.
impl fmt::Debug for ClientTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientTls").finish_non_exhaustive()
    }
}

/// Shows none to whoever asks for one.
#[derive(Debug)]
struct NoCertificate;

impl ResolvesClientCert for NoCertificate {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

fn builder() -> io::Result<ConfigBuilder<ClientConfig, WantsVerifier>> {
    ClientConfig::builder_with_provider(provider()?)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)
}

/// The certificates of authorities in a PEM file.
pub(crate) fn authorities(path: &Path) -> io::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    let certificates: Vec<_> = certificates.map_err(|error| server::pem_error(path, error))?;
    for certificate in certificates {
        let unfit = |error| invalid(format!("{}: {error}", path.display()));
        roots.add(certificate).map_err(unfit)?;
    }
    match roots.is_empty() {
        true => Err(invalid(format!("{} holds no certificate", path.display()))),
        false => Ok(roots),
    }
}

pub(crate) fn invalid(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

#[cfg(test)]
mod tests;
