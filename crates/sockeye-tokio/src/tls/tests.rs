//! Which library a client has that was told nothing.

use super::*;

#[cfg(not(feature = "native-tls"))]
#[test]
fn a_client_that_is_told_nothing_has_rustls_or_nothing() {
    match by_features() {
        Ok(AnyClientTls(ForClients::Rustls(_))) => {}
        Err(error) => assert_eq!(error.kind(), io::ErrorKind::Unsupported),
    }
}

/// In builds where rustls has somebody to trust it goes first.
#[cfg(feature = "native-tls")]
#[test]
fn a_client_that_is_told_nothing_has_native_tls_unless_rustls_has_somebody_to_trust() {
    #[cfg(feature = "rustls")]
    let is_for_rustls = ClientTls::by_features().is_ok();
    #[cfg(not(feature = "rustls"))]
    let is_for_rustls = false;
    let has_native_tls = match by_features().unwrap().0 {
        #[cfg(feature = "rustls")]
        ForClients::Rustls(_) => false,
        ForClients::NativeTls(_) => true,
    };
    assert_eq!(has_native_tls, !is_for_rustls);
}
