//! What went wrong with TLS, in words that say who is at fault.

use std::io;

use rustls::AlertDescription::{
    AccessDenied, BadCertificate, CertificateExpired, CertificateRequired, CertificateRevoked,
    CertificateUnknown, NoCertificate, UnknownCA, UnsupportedCertificate,
};
use rustls::CertificateError::{
    self, BadSignature, Expired, ExpiredContext, NotValidForName, NotValidForNameContext,
    NotValidYet, NotValidYetContext, Revoked, UnknownIssuer,
};
use rustls::{Error, InvalidMessage, OtherError};

/// The error of a handshake with `host`, saying what is wrong with its certificate if that is it.
///
/// An error about a certificate, the client's too, has the kind [`io::ErrorKind::PermissionDenied`],
/// since trying again changes nothing; others keep theirs. The error of rustls is still within.
#[must_use]
pub fn explain(error: io::Error, host: &str) -> io::Error {
    let message = match of_rustls(&error) {
        Some(Error::InvalidCertificate(certificate)) => match fault(certificate) {
            Some(fault) => format!("the certificate of {host} {fault}"),
            None => format!("the certificate of {host} is not good: {certificate}"),
        },
        Some(Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            let message = format!("{host} speaks no TLS on this port");
            return explained(error.kind(), message, error);
        }
        _ => return explain_alert(error),
    };
    explained(io::ErrorKind::PermissionDenied, message, error)
}

/// The error of a handshake with a client, saying what it has against TLS or our certificate.
#[must_use]
pub fn explain_accepted(error: io::Error) -> io::Error {
    match of_rustls(&error) {
        Some(Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            explained(error.kind(), "the client speaks no TLS".to_owned(), error)
        }
        _ => explain_alert(error),
    }
}

/// The error of a stream with TLS, saying what the other end has against our certificate if that is
/// it; in TLS 1.3 a client hears of it only after its handshake (RFC 8446 §4.4.2.4).
///
/// Such an error has the kind [`io::ErrorKind::PermissionDenied`]; others are left as they are.
#[must_use]
pub fn explain_alert(error: io::Error) -> io::Error {
    let message = match of_rustls(&error) {
        Some(Error::AlertReceived(CertificateRequired)) => {
            "the other end demands a certificate, and got none".to_owned()
        }
        Some(Error::AlertReceived(
            alert @ (NoCertificate
            | BadCertificate
            | UnsupportedCertificate
            | CertificateRevoked
            | CertificateExpired
            | CertificateUnknown
            | UnknownCA
            | AccessDenied),
        )) => format!("the other end does not take our certificate: {alert:?}"),
        _ => return error,
    };
    explained(io::ErrorKind::PermissionDenied, message, error)
}

fn of_rustls(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

fn explained(kind: io::ErrorKind, message: String, error: io::Error) -> io::Error {
    io::Error::new(kind, Explained { message, error })
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
struct Explained {
    message: String,
    error: io::Error,
}

impl std::fmt::Display for Explained {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Explained {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

#[cfg(test)]
mod tests;
