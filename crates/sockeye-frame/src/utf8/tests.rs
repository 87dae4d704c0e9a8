//! The validators against the standard library, for every byte after every unfinished character.

use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;

use super::{InvalidUtf8, SIMD_FROM, Utf8Validator, validate_utf8};

/// Characters at the ends of every range of RFC 3629, and what lies just beyond.
const BOUNDARIES: &[&[u8]] = &[
    b"\x00",
    b"\x7f",
    b"\x80",
    b"\xbf",
    b"\xc0\x80",
    b"\xc1\xbf",
    b"\xc2\x80",
    b"\xc2\x7f",
    b"\xc2\xc0",
    b"\xdf\xbf",
    b"\xe0\x9f\xbf",
    b"\xe0\xa0\x80",
    b"\xe1\x80\x80",
    b"\xe1\x80\xc0",
    b"\xec\xbf\xbf",
    b"\xed\x9f\xbf",
    b"\xed\xa0\x80",
    b"\xed\xbf\xbf",
    b"\xee\x80\x80",
    b"\xef\xbf\xbd",
    b"\xef\xbf\xbf",
    b"\xf0\x8f\xbf\xbf",
    b"\xf0\x90\x80\x80",
    b"\xf0\x90\x80\x7f",
    b"\xf1\x80\x80\x80",
    b"\xf3\xbf\xbf\xbf",
    b"\xf4\x8f\xbf\xbf",
    b"\xf4\x90\x80\x80",
    b"\xf5\x80\x80\x80",
    b"\xf8\x88\x80\x80",
    b"\xfe",
    b"\xff",
    b"\xe2\x82",
    b"\xf0\x9f\x98",
    b"\xf0\x9f",
    b"\xf0",
    b"\xc3",
];

/// Number of bytes up to and with the first that cannot be part of UTF-8, by the standard library.
fn first_fault(text: &[u8]) -> Option<usize> {
    let dead = |len: &usize| {
        core::str::from_utf8(&text[..*len]).is_err_and(|error| error.error_len().is_some())
    };
    (1..=text.len()).find(dead)
}

/// Feeds `pieces`, each of which must be judged as the standard library judges all so far.
#[track_caller]
fn check<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) {
    let mut validator = Utf8Validator::default();
    let mut text = Vec::new();
    for piece in pieces {
        text.extend_from_slice(piece);
        let judged = validator.feed(piece);
        let expected = first_fault(&text).map_or(Ok(()), |_| Err(InvalidUtf8));
        assert_eq!(judged, expected, "{piece:02x?} at the end of {text:02x?}");
        if judged.is_err() {
            assert_eq!(
                validator,
                Utf8Validator::default(),
                "not as new after a failure"
            );
            return;
        }
    }
    assert_eq!(
        validator.finish().is_ok(),
        core::str::from_utf8(&text).is_ok(),
        "{text:02x?}"
    );
    assert_eq!(
        validator,
        Utf8Validator::default(),
        "not as new after the end"
    );
}

#[track_caller]
fn check_whole_and_split(text: &[u8]) {
    assert_eq!(validate_utf8(text).ok(), core::str::from_utf8(text).ok());
    check([text]);
    check(text.chunks(1));
    for split in 0..=text.len() {
        let (head, tail) = text.split_at(split);
        check([head, tail]);
    }
}

/// A complete character leaves the validator as new, so this covers texts of any length.
#[test]
fn every_byte_after_every_start_of_a_character() {
    fn descend(validator: Utf8Validator, character: &mut Vec<u8>) {
        for byte in 0..=u8::MAX {
            let mut validator = validator;
            let judged = validator.feed(&[byte]);
            character.push(byte);
            match core::str::from_utf8(character) {
                Ok(_) => assert_eq!((judged, validator), (Ok(()), Utf8Validator::default())),
                Err(error) if error.error_len().is_some() => {
                    assert_eq!(judged, Err(InvalidUtf8), "{character:02x?}");
                }
                Err(_) => {
                    assert_eq!(judged, Ok(()), "{character:02x?}");
                    assert_eq!(validator.clone().finish(), Err(InvalidUtf8));
                    descend(validator, character);
                }
            }
            character.pop();
        }
    }
    descend(Utf8Validator::default(), &mut Vec::new());
}

#[test]
fn every_one_and_two_bytes_at_every_split() {
    for first in 0..=u8::MAX {
        check_whole_and_split(&[first]);
        for second in 0..=u8::MAX {
            check_whole_and_split(&[first, second]);
        }
    }
}

#[test]
fn boundary_characters_at_every_split() {
    for character in BOUNDARIES {
        check_whole_and_split(character);
        for next in BOUNDARIES {
            check_whole_and_split(&[character, *next].concat());
            check_whole_and_split(&[character, &b"ab"[..], next, b"c"].concat());
        }
    }
}

/// Around the length from which vector instructions are used, and at their block sizes.
#[test]
fn boundary_characters_in_long_texts() {
    for character in BOUNDARIES {
        for n_before in (SIMD_FROM - 5..=SIMD_FROM + 2).chain(124..=130) {
            for n_after in [0, 1, 70] {
                let text = [&b"x".repeat(n_before), *character, &b"y".repeat(n_after)].concat();
                assert_eq!(validate_utf8(&text).ok(), core::str::from_utf8(&text).ok());
                check([&text[..]]);
                for split in n_before..=n_before + character.len() {
                    let (head, tail) = text.split_at(split);
                    check([head, tail]);
                }
            }
        }
    }
}

#[test]
fn a_character_that_cannot_be_completed_fails_before_its_end() {
    for start in [
        &b"\xf4\x90"[..],
        b"\xed\xa0",
        b"\xe0\x80",
        b"\xf0\x80",
        b"\xc0",
        b"\xc1",
        b"\xf5",
    ] {
        check(start.chunks(1));
        let long = [&b"x".repeat(200), start].concat();
        assert_eq!(
            Utf8Validator::default().feed(&long),
            Err(InvalidUtf8),
            "{start:02x?}"
        );
    }
}

#[test]
fn nothing_is_valid_text() {
    assert_eq!(validate_utf8(b""), Ok(""));
    check([&b""[..], b""]);
    check([&b"\xe2"[..], b"", b"\x82", b"", b"\xac"]);
}

fn pieces() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let character = prop_oneof![
        8 => any::<char>().prop_map(|c| c.to_string().into_bytes()),
        8 => "[ -~]{1,40}".prop_map(String::into_bytes),
        1 => prop::sample::select(BOUNDARIES).prop_map(<[u8]>::to_vec),
    ];
    let text = prop::collection::vec(character, 0..60).prop_map(|parts| parts.concat());
    (
        text,
        prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    )
        .prop_map(|(text, cuts)| {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            cuts.windows(2)
                .map(|cut| text[cut[0]..cut[1]].to_vec())
                .collect()
        })
}

proptest! {
    #[test]
    fn any_text_however_cut_agrees_with_the_standard_library(pieces in pieces()) {
        let text = pieces.concat();
        prop_assert_eq!(validate_utf8(&text).ok(), core::str::from_utf8(&text).ok());
        check(pieces.iter().map(Vec::as_slice));
    }
}

#[test]
fn what_is_wrong_is_said() {
    assert_eq!(InvalidUtf8.to_string(), "text that is not UTF-8");
}
