//! What went wrong in a TLS handshake, in words that name the host.

use std::io;

use rustls::CertificateError::{
    self, BadSignature, Expired, ExpiredContext, NotValidForName, NotValidForNameContext,
    NotValidYet, NotValidYetContext, Revoked, UnknownIssuer,
};
use rustls::{Error, OtherError};

/// The error of a handshake with `host`, saying what is wrong with its certificate if that is it.
///
/// An error about the certificate has the kind [`io::ErrorKind::PermissionDenied`], since trying
/// again changes nothing; others keep theirs. The error of rustls is still within.
#[must_use]
pub fn explain(error: io::Error, host: &str) -> io::Error {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    let Some(Error::InvalidCertificate(certificate)) = inner else {
        return error;
    };
    let message = match fault(certificate) {
        Some(fault) => format!("the certificate of {host} {fault}"),
        None => format!("the certificate of {host} is not good: {certificate}"),
    };
    io::Error::new(
        io::ErrorKind::PermissionDenied,
        Untrusted { message, error },
    )
}

/// What is wrong, of all that happens to people.
fn fault(error: &CertificateError) -> Option<&'static str> {
    Some(match error {
        Expired | ExpiredContext { .. } => "has expired",
        NotValidYet | NotValidYetContext { .. } => "is not valid yet",
        UnknownIssuer => "comes from an authority that is not trusted",
        NotValidForName | NotValidForNameContext { .. } => "is for other hosts",
        BadSignature => "is not signed by the authority that it names",
        Revoked => "has been revoked",
        CertificateError::Other(error) if is_of_authority(error) => {
            "is that of an authority: a server needs one of its own, with CA:FALSE"
        }
        _ => return None,
    })
}

/// What `openssl req -x509` makes by itself. The type of the error is that of a crate below rustls.
fn is_of_authority(OtherError(error): &OtherError) -> bool {
    error.to_string() == "CaUsedAsEndEntity"
}

/// What is wrong, and the error that said so.
#[derive(Debug)]
struct Untrusted {
    message: String,
    error: io::Error,
}

impl std::fmt::Display for Untrusted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Untrusted {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

#[cfg(test)]
mod tests;
