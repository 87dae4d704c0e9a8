//! Whom a client trusts that was told nothing.

use std::io;

#[cfg(not(feature = "platform-verifier"))]
use rustls::RootCertStore;
use rustls::client::WantsClientCert;
#[cfg(not(feature = "platform-verifier"))]
use rustls::pki_types::TrustAnchor;
use rustls::{ClientConfig, ConfigBuilder, WantsVerifier};

/// Gives `builder` the authorities that the features name, all of them.
///
/// # Errors
///
/// [`io::ErrorKind::Unsupported`]: they name none. Those of the system's certificates, if there is
/// none that can be read, and no other authority.
pub(crate) fn trust_by_features(
    builder: ConfigBuilder<ClientConfig, WantsVerifier>,
) -> io::Result<ConfigBuilder<ClientConfig, WantsClientCert>> {
    #[cfg(feature = "platform-verifier")]
    {
        use rustls_platform_verifier::BuilderVerifierExt;
        // The system knows better than a list what it trusts, so lists add nothing to it.
        builder.with_platform_verifier().map_err(io::Error::other)
    }
    #[cfg(not(feature = "platform-verifier"))]
    Ok(builder.with_root_certificates(store()?))
}

/// Mozilla's list, if it is compiled in.
#[cfg(not(feature = "platform-verifier"))]
fn listed() -> Vec<TrustAnchor<'static>> {
    #[cfg(feature = "webpki-roots")]
    return webpki_roots::TLS_SERVER_ROOTS.to_vec();
    #[cfg(not(feature = "webpki-roots"))]
    Vec::new()
}

#[cfg(not(feature = "platform-verifier"))]
fn store() -> io::Result<RootCertStore> {
    let store = RootCertStore { roots: listed() };
    #[cfg(feature = "native-roots")]
    let store = with_those_of_the_system(store)?;
    if store.is_empty() {
        let message = "TLS is needed and there is nobody to trust: turn on the feature \
                       `rustls-tls-webpki-roots`, `rustls-tls-native-roots` or \
                       `rustls-platform-verifier`, or name authorities by `Client::tls`";
        return Err(io::Error::new(io::ErrorKind::Unsupported, message));
    }
    Ok(store)
}

/// Adds the certificates in the files of the system.
///
/// # Errors
///
/// The first that kept one from being read, if there is nobody to trust. Who is on the list is trusted
/// without them, too.
#[cfg(all(feature = "native-roots", not(feature = "platform-verifier")))]
fn with_those_of_the_system(mut store: RootCertStore) -> io::Result<RootCertStore> {
    let found = rustls_native_certs::load_native_certs();
    store.add_parsable_certificates(found.certs);
    match found.errors.into_iter().next() {
        Some(error) if store.is_empty() => Err(io::Error::other(error)),
        _ => Ok(store),
    }
}
