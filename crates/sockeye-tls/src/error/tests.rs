//! What is said of certificates, and what is left as it is.

use rustls::{AlertDescription, Error as TlsError};

use super::*;

fn explained(error: TlsError) -> io::Error {
    explain(
        io::Error::new(io::ErrorKind::InvalidData, error),
        "host.example",
    )
}

#[test]
fn what_is_wrong_with_a_certificate_is_said_of_its_host() {
    for (fault, expected) in [
        (Expired, "has expired"),
        (NotValidYet, "is not valid yet"),
        (UnknownIssuer, "comes from an authority that is not trusted"),
        (NotValidForName, "is for other hosts"),
        (BadSignature, "is not signed by the authority that it names"),
        (Revoked, "has been revoked"),
        (CertificateError::InvalidPurpose, "is not good: "),
    ] {
        let error = explained(TlsError::InvalidCertificate(fault.clone()));
        assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
        let start = format!("the certificate of host.example {expected}");
        assert!(error.to_string().starts_with(&start), "{error}");
        // The error of rustls is still within.
        let within = std::error::Error::source(error.get_ref().unwrap()).unwrap();
        let within: &io::Error = within.downcast_ref().unwrap();
        let within = within.get_ref().unwrap().downcast_ref();
        assert_eq!(within, Some(&TlsError::InvalidCertificate(fault)));
    }
}

#[test]
fn other_errors_are_left_as_they_are() {
    let alert = TlsError::AlertReceived(AlertDescription::HandshakeFailure);
    let error = explained(alert.clone());
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    assert_eq!(error.get_ref().unwrap().downcast_ref(), Some(&alert));
    let gone = explain(io::ErrorKind::ConnectionReset.into(), "host.example");
    assert_eq!(gone.kind(), io::ErrorKind::ConnectionReset);
    assert!(gone.get_ref().is_none());
}
