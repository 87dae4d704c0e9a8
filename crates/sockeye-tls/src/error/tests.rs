//! What is said of certificates, and what is left as it is.

use rustls::{AlertDescription, Error as TlsError};

use super::*;

fn by_host(error: TlsError) -> io::Error {
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
        let error = by_host(TlsError::InvalidCertificate(fault.clone()));
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
    let error = by_host(alert.clone());
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    assert_eq!(error.get_ref().unwrap().downcast_ref(), Some(&alert));
    let gone = explain(io::ErrorKind::ConnectionReset.into(), "host.example");
    assert_eq!(gone.kind(), io::ErrorKind::ConnectionReset);
    assert!(gone.get_ref().is_none());
}

#[test]
fn an_end_that_speaks_no_tls_is_said_to_do_so() {
    let plain = || TlsError::InvalidMessage(InvalidMessage::InvalidContentType);
    let error = by_host(plain());
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    assert_eq!(error.to_string(), "host.example speaks no TLS on this port");
    let error = explain_accepted(io::Error::new(io::ErrorKind::InvalidData, plain()));
    assert_eq!(error.to_string(), "the client speaks no TLS");
}

#[test]
fn alerts_about_certificates_are_not_for_trying_again() {
    #[track_caller]
    fn check(alert: AlertDescription, expected: &str) {
        let alert = || io::Error::new(io::ErrorKind::InvalidData, TlsError::AlertReceived(alert));
        for error in [
            explain(alert(), "host.example"),
            explain_accepted(alert()),
            explain_alert(alert()),
        ] {
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{error}");
            assert_eq!(error.to_string(), expected);
        }
    }
    check(
        CertificateRequired,
        "the other end demands a certificate, and got none",
    );
    check(
        UnknownCA,
        "the other end does not take our certificate: UnknownCA",
    );
    check(
        AccessDenied,
        "the other end does not take our certificate: AccessDenied",
    );
}
