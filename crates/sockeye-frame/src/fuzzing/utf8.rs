//! UTF-8: any bytes, whole and in pieces, against the standard library (RFC 6455 §8.1).
//!
//! A text fails at the piece that has the first byte which nothing can follow, and at no other.

use alloc::vec;
use core::str;

use super::Choices;
use crate::{Utf8Validator, validate_utf8};

/// How many letters stand before, which decides where vectors begin; two bytes for the cuts; then
/// the text.
///
/// # Panics
///
/// When a promise is broken.
pub fn utf8(data: &[u8]) {
    let mut choices = Choices::new(data);
    let n_before = usize::from(choices.byte() % 130);
    let cuts = [choices.byte(), choices.byte()];
    let mut text = vec![b'x'; n_before];
    text.extend_from_slice(&choices.rest[..choices.rest.len().min(MAX_BYTES)]);

    let expected = str::from_utf8(&text);
    assert_eq!(validate_utf8(&text).ok(), expected.ok());

    let mut validator = Utf8Validator::default();
    let mut end = 0;
    for at in 0.. {
        let piece_len = usize::from(cuts[at % 2]) >> (at % 3);
        let start = end;
        end = text.len().min(start + piece_len.max(at % 2));
        let fed = validator.feed(&text[start..end]);
        let is_hopeless = |error: str::Utf8Error| error.error_len().is_some();
        let expected = str::from_utf8(&text[..end]).is_err_and(is_hopeless);
        assert_eq!(fed.is_err(), expected, "of the first {end} bytes");
        if fed.is_err() {
            assert_eq!(validator, Utf8Validator::default(), "as new");
            return;
        }
        if end == text.len() {
            break;
        }
    }
    assert_eq!(validator.finish().is_ok(), expected.is_ok());
    assert_eq!(validator, Utf8Validator::default(), "as new");
}

/// So that one run stays short.
const MAX_BYTES: usize = 1024;
