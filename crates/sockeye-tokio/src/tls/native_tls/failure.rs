//! What went wrong in a TLS handshake, by the text that native-tls has for it.

use std::error::Error;
use std::{fmt, io};

/// The error of a handshake with `host`, saying what is wrong with its certificate if that is it.
///
/// An error about the certificate has the kind [`io::ErrorKind::PermissionDenied`], since trying
/// again changes nothing. Only OpenSSL's are told apart; the texts of other libraries are in the
/// language of the system.
pub(super) fn of_connecting(error: native_tls::Error, host: &str) -> io::Error {
    let text = error.to_string();
    let Some(fault) = fault_of_certificate(&text) else {
        return of_tls(error);
    };
    let message = format!("the certificate of {host} is not good: {fault}");
    io::Error::new(
        io::ErrorKind::PermissionDenied,
        Untrusted { message, error },
    )
}

/// The error, of the kind that the connection's has if that is what failed.
pub(super) fn of_tls(error: native_tls::Error) -> io::Error {
    let of_connection = error.source().and_then(|inner| inner.downcast_ref());
    let kind = of_connection.map_or(io::ErrorKind::Other, io::Error::kind);
    io::Error::new(kind, error)
}

/// What OpenSSL has against a certificate: it is in brackets behind the place in its source.
fn fault_of_certificate(text: &str) -> Option<&str> {
    if !text.contains("certificate verify failed") {
        return None;
    }
    let (_, fault) = text.rsplit_once('(')?;
    fault.strip_suffix(')')
}

/// What is wrong, and the error that said so.
#[derive(Debug)]
struct Untrusted {
    message: String,
    error: native_tls::Error,
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Untrusted {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

#[cfg(test)]
mod tests;
