//! What the errors of extensions say, to the peer and to people.

use alloc::string::{String, ToString};

use super::*;

#[test]
fn each_fault_of_the_peer_has_its_close_code() {
    let code = |error: DecodeError| u16::from(error.close_code());
    assert_eq!(code(DecodeError::ReservedBits), 1002);
    assert_eq!(code(DecodeError::InvalidData), 1007);
    assert_eq!(code(DecodeError::TooBig), 1009);
    assert_eq!(code(DecodeError::RatioExceeded), 1009);
}

#[test]
fn errors_say_what_is_wrong() {
    let said: [String; 7] = [
        DecodeError::ReservedBits.to_string(),
        DecodeError::InvalidData.to_string(),
        DecodeError::TooBig.to_string(),
        DecodeError::RatioExceeded.to_string(),
        EncodeError::Failed.to_string(),
        EncodeError::UnclaimedBits.to_string(),
        EncodeError::ShortenedOutput.to_string(),
    ];
    assert_eq!(
        said,
        [
            "reserved bit that no extension allows on this frame",
            "payload is invalid in the encoding of an extension",
            "decoded message is longer than its limit",
            "message grows by more than the allowed ratio",
            "extension failed to encode a payload",
            "extension set a reserved bit that it does not claim",
            "extension took away bytes that were not its own",
        ]
    );
}
