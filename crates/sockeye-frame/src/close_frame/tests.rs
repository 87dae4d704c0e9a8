//! Bodies of Close frames: whole, malformed, too long, empty.

use std::format;
use std::string::{String, ToString};

use super::{CloseFault, CloseFrame, ClosePayload};
use crate::testing::hex;
use crate::{ApplicationCode, CloseCode};

#[track_caller]
fn check(payload: &str, expected: Result<CloseFrame, CloseFault>) {
    let payload = hex(payload);
    let decoded = CloseFrame::decode(&payload);
    assert_eq!(decoded, expected);
    if let Ok(frame) = decoded {
        assert_eq!(&*frame.encode(), payload);
    }
}

#[test]
fn bodies_are_read_and_written() {
    check("", Ok(CloseFrame::new(CloseCode::NoStatusReceived, "")));
    check("03 e8", Ok(CloseFrame::from(CloseCode::NormalClosure)));
    check(
        "03 e9 62 79 65",
        Ok(CloseFrame::new(CloseCode::GoingAway, "bye")),
    );
    let code = CloseCode::Application(ApplicationCode::new(4999).unwrap());
    check("13 87 e2 82 ac", Ok(CloseFrame::new(code, "€")));
}

#[test]
fn bad_bodies_are_refused() {
    for byte in 0..=u8::MAX {
        check(&format!("{byte:02x}"), Err(CloseFault::OneByteBody));
    }
    check("03 e8 ff", Err(CloseFault::InvalidUtf8Reason));
    check("03 e8 e2 82", Err(CloseFault::InvalidUtf8Reason));
    // The code is judged before the reason.
    check("03 ed ff", Err(CloseFault::InvalidCode(1005)));
}

#[test]
fn all_65536_codes_as_a_body() {
    for number in 0..=u16::MAX {
        let payload = number.to_be_bytes();
        match CloseFrame::decode(&payload) {
            Ok(frame) => {
                assert!(
                    matches!(number, 1000..=1003 | 1007..=1014 | 3000..=4999),
                    "{number}"
                );
                assert_eq!(u16::from(frame.code), number);
                assert_eq!(&*frame.encode(), payload);
            }
            Err(fault) => {
                assert!(
                    !matches!(number, 1000..=1003 | 1007..=1014 | 3000..=4999),
                    "{number}"
                );
                assert_eq!(fault, CloseFault::InvalidCode(number));
            }
        }
    }
}

#[test]
fn codes_that_must_not_be_sent_leave_an_empty_body() {
    for code in [
        CloseCode::NoStatusReceived,
        CloseCode::AbnormalClosure,
        CloseCode::TlsHandshake,
    ] {
        assert_eq!(&*CloseFrame::new(code, "reason").encode(), b"");
    }
}

#[test]
fn a_long_reason_is_cut_at_a_character_boundary() {
    for character in ["a", "é", "€", "😀"] {
        for n_ascii in 0..=130 {
            let reason = "x".repeat(n_ascii) + &character.repeat(40);
            let frame = CloseFrame::new(CloseCode::NormalClosure, reason.clone());
            let kept = frame.reason.len();
            assert!(reason.starts_with(&frame.reason) && kept <= CloseFrame::MAX_REASON_LEN);
            if kept < reason.len() {
                let next = reason[kept..].chars().next().unwrap();
                assert!(
                    kept + next.len_utf8() > CloseFrame::MAX_REASON_LEN,
                    "cut too early"
                );
            }
            let payload = frame.encode();
            assert_eq!(&payload[2..], frame.reason.as_bytes());
            assert_eq!(CloseFrame::decode(&payload), Ok(frame));
        }
    }
}

#[test]
fn a_reason_that_grew_is_cut_when_written() {
    let mut frame = CloseFrame::new(CloseCode::NormalClosure, "");
    frame.reason = "€".repeat(100);
    let payload: ClosePayload = frame.encode();
    assert_eq!(payload.as_ref().len(), 125);
    assert_eq!(&payload[2..], "€".repeat(41).as_bytes());
}

#[test]
fn a_payload_is_shown_as_it_is_on_the_wire() {
    let payload = CloseFrame::new(CloseCode::GoingAway, "a").encode();
    assert_eq!(format!("{payload:?}"), "ClosePayload([03, e9, 61])");
}

#[test]
fn a_close_is_shown_with_its_reason() {
    let text = |reason: &str| CloseFrame::new(CloseCode::GoingAway, reason).to_string();
    assert_eq!(text(""), "1001 going away");
    assert_eq!(text("restart"), "1001 going away: restart");
    assert_eq!(
        String::from("close frame with the invalid code 1005"),
        CloseFault::InvalidCode(1005).to_string()
    );
}
