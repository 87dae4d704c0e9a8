//! Every one of the 65 536 codes, as a number and by name.

use std::format;
use std::string::ToString;

use super::{ApplicationCode, CloseCode, UnknownCloseCode};

#[test]
fn all_65536_numbers() {
    for number in 0..=u16::MAX {
        let known = matches!(number, 1000..=1003 | 1005..=1015 | 3000..=4999);
        let sendable = matches!(number, 1000..=1003 | 1007..=1014 | 3000..=4999);
        match CloseCode::try_from(number) {
            Ok(code) => {
                assert!(known, "{number}");
                assert_eq!(code.is_sendable(), sendable, "{number}");
                assert_eq!(u16::from(code), number);
                assert!(code.to_string().starts_with(&number.to_string()));
            }
            Err(error) => {
                assert!(!known, "{number}");
                assert_eq!(error, UnknownCloseCode(number));
                assert_eq!(error.to_string(), format!("unknown close code {number}"));
            }
        }
        let application = ApplicationCode::new(number);
        assert_eq!(
            application.is_some(),
            (3000..=4999).contains(&number),
            "{number}"
        );
        if let Some(application) = application {
            assert_eq!(application.get(), number);
            assert_eq!(application.to_string(), number.to_string());
            assert_eq!(
                CloseCode::try_from(number),
                Ok(CloseCode::from(application))
            );
        }
    }
}

#[test]
fn numbers_have_the_names_of_the_registry() {
    for (number, code, name) in [
        (1000, CloseCode::NormalClosure, "1000 normal closure"),
        (1001, CloseCode::GoingAway, "1001 going away"),
        (1002, CloseCode::ProtocolError, "1002 protocol error"),
        (1003, CloseCode::UnsupportedData, "1003 unsupported data"),
        (1005, CloseCode::NoStatusReceived, "1005 no status received"),
        (1006, CloseCode::AbnormalClosure, "1006 abnormal closure"),
        (
            1007,
            CloseCode::InvalidFramePayloadData,
            "1007 invalid frame payload data",
        ),
        (1008, CloseCode::PolicyViolation, "1008 policy violation"),
        (1009, CloseCode::MessageTooBig, "1009 message too big"),
        (
            1010,
            CloseCode::MandatoryExtension,
            "1010 mandatory extension",
        ),
        (1011, CloseCode::InternalError, "1011 internal error"),
        (1012, CloseCode::ServiceRestart, "1012 service restart"),
        (1013, CloseCode::TryAgainLater, "1013 try again later"),
        (1014, CloseCode::BadGateway, "1014 bad gateway"),
        (1015, CloseCode::TlsHandshake, "1015 TLS handshake"),
    ] {
        assert_eq!(CloseCode::try_from(number), Ok(code));
        assert_eq!(code.to_string(), name);
    }
    assert_eq!(CloseCode::try_from(4321).unwrap().to_string(), "4321");
}
