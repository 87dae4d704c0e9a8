//! Which library does the cryptography.

use std::io;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;

/// The one that the features name: aws-lc-rs before ring.
///
/// # Errors
///
/// [`io::ErrorKind::Unsupported`]: they name none.
pub(crate) fn provider() -> io::Result<Arc<CryptoProvider>> {
    #[cfg(feature = "aws-lc-rs")]
    return Ok(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
    #[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
    return Ok(Arc::new(rustls::crypto::ring::default_provider()));
    #[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
    {
        let message = "TLS needs cryptography: turn on the feature `ring` or `aws-lc-rs`, or \
                       bring a configuration of rustls";
        Err(io::Error::new(io::ErrorKind::Unsupported, message))
    }
}

#[cfg(test)]
mod tests;
