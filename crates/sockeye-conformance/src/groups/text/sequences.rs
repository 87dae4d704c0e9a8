//! Sequences of bytes that are UTF-8 or nearly so (RFC 3629), after Markus Kuhn's file of tests for
//! decoders.
//!
//! Which of them are UTF-8 is not written down here: the standard library knows.

/// A kind of sequences in words, and the sequences.
pub(super) type Kind = (&'static str, Vec<Vec<u8>>);

/// All kinds, in the order of their numbers.
pub(super) fn all() -> Vec<Kind> {
    let prefixes = (1..=WORD.len()).map(|len| &WORD[..len]);
    let specials = (0xb9..=0xbf).map(|last| vec![0xef, 0xbf, last]);
    vec![
        ("a character of each length", owned(LENGTHS)),
        (
            "the start of a Greek word",
            prefixes.map(<[u8]>::to_vec).collect(),
        ),
        ("the first character of its length", owned(FIRST)),
        (
            "the first of a length that is no more",
            owned(FIRST_TOO_LONG),
        ),
        ("the last character of its length", owned(LAST)),
        (
            "the last of its length, beyond U+10FFFF",
            owned(LAST_TOO_HIGH),
        ),
        ("the edge of a range", owned(EDGES)),
        ("continuation bytes that continue nothing", continuations()),
        ("first bytes that nothing continues", lonely()),
        ("a sequence without its last byte", owned(CUT)),
        ("sequences without their last bytes", vec![CUT.concat()]),
        ("bytes that never occur", owned(IMPOSSIBLE)),
        ("a slash, longer than need be", owned(LONG_SLASHES)),
        ("the last that is longer than need be", owned(LONG_LAST)),
        ("a NUL, longer than need be", owned(LONG_NULS)),
        ("half a pair of UTF-16", owned(SURROGATES)),
        ("a pair of UTF-16", pairs()),
        ("a code point that is no character", non_characters()),
        ("a special code point", specials.collect()),
    ]
}

/// How a sequence starts, for people.
pub(super) fn hex(sequence: &[u8]) -> String {
    let shown = &sequence[..sequence.len().min(SHOWN)];
    let bytes: Vec<_> = shown.iter().map(|byte| format!("{byte:02x}")).collect();
    let more = if sequence.len() > SHOWN { " …" } else { "" };
    format!("{}{more}", bytes.join(" "))
}

fn owned(sequences: &[&[u8]]) -> Vec<Vec<u8>> {
    sequences.iter().map(|sequence| sequence.to_vec()).collect()
}

/// The first and the last, both in turns, and all.
fn continuations() -> Vec<Vec<u8>> {
    let in_turns = |len| [0x80, 0xbf].iter().copied().cycle().take(len).collect();
    let mut sequences = vec![vec![0x80], vec![0xbf]];
    sequences.extend((2..=6).map(in_turns));
    sequences.push((0x80..=0xbf).collect());
    sequences
}

/// All first bytes of sequences of two to six bytes, each with a space behind it.
fn lonely() -> Vec<Vec<u8>> {
    let ranges = [
        0xc0..=0xdf,
        0xe0..=0xef,
        0xf0..=0xf7,
        0xf8..=0xfb,
        0xfc..=0xfd,
    ];
    ranges
        .into_iter()
        .map(|range| range.flat_map(|first| [first, b' ']).collect())
        .collect()
}

/// Two surrogates that are a character in UTF-16.
fn pairs() -> Vec<Vec<u8>> {
    let (high, low) = (&SURROGATES[..4], [SURROGATES[4], SURROGATES[6]]);
    high.iter()
        .flat_map(|high| low.map(|low| [high, low].concat()))
        .collect()
}

/// The last two code points of each plane. They are UTF-8 all the same.
fn non_characters() -> Vec<Vec<u8>> {
    (0..=0x10)
        .flat_map(|plane| [plane << 16 | 0xfffe, plane << 16 | 0xffff])
        .filter_map(char::from_u32)
        .map(|code_point| code_point.to_string().into_bytes())
        .collect()
}

const WORD: &[u8] = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";

const LENGTHS: &[&[u8]] = &[
    b"hello\x24world",
    b"hello\xc2\xa2world",
    b"hello\xe2\x82\xacworld",
    b"hello\xf0\xa4\xad\xa2world",
    WORD,
];

const FIRST: &[&[u8]] = &[b"\x00", b"\xc2\x80", b"\xe0\xa0\x80", b"\xf0\x90\x80\x80"];

const FIRST_TOO_LONG: &[&[u8]] = &[b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80"];

const LAST: &[&[u8]] = &[b"\x7f", b"\xdf\xbf", b"\xef\xbf\xbf", b"\xf4\x8f\xbf\xbf"];

const LAST_TOO_HIGH: &[&[u8]] = &[
    b"\xf7\xbf\xbf\xbf",
    b"\xfb\xbf\xbf\xbf\xbf",
    b"\xfd\xbf\xbf\xbf\xbf\xbf",
];

/// Before and behind the surrogates, the replacement character, the last code point and one more.
const EDGES: &[&[u8]] = &[
    b"\xed\x9f\xbf",
    b"\xee\x80\x80",
    b"\xef\xbf\xbd",
    b"\xf4\x8f\xbf\xbf",
    b"\xf4\x90\x80\x80",
];

const CUT: &[&[u8]] = &[
    b"\xc0",
    b"\xe0\x80",
    b"\xf0\x80\x80",
    b"\xf8\x80\x80\x80",
    b"\xfc\x80\x80\x80\x80",
    b"\xdf",
    b"\xef\xbf",
    b"\xf7\xbf\xbf",
    b"\xfb\xbf\xbf\xbf",
    b"\xfd\xbf\xbf\xbf\xbf",
];

const IMPOSSIBLE: &[&[u8]] = &[b"\xfe", b"\xff", b"\xfe\xfe\xff\xff"];

const LONG_SLASHES: &[&[u8]] = &[
    b"\xc0\xaf",
    b"\xe0\x80\xaf",
    b"\xf0\x80\x80\xaf",
    b"\xf8\x80\x80\x80\xaf",
    b"\xfc\x80\x80\x80\x80\xaf",
];

const LONG_LAST: &[&[u8]] = &[
    b"\xc1\xbf",
    b"\xe0\x9f\xbf",
    b"\xf0\x8f\xbf\xbf",
    b"\xf8\x87\xbf\xbf\xbf",
    b"\xfc\x83\xbf\xbf\xbf\xbf",
];

const LONG_NULS: &[&[u8]] = &[
    b"\xc0\x80",
    b"\xe0\x80\x80",
    b"\xf0\x80\x80\x80",
    b"\xf8\x80\x80\x80\x80",
    b"\xfc\x80\x80\x80\x80\x80",
];

/// Four of the first half, then three of the second.
const SURROGATES: &[&[u8]] = &[
    b"\xed\xa0\x80",
    b"\xed\xad\xbf",
    b"\xed\xae\x80",
    b"\xed\xaf\xbf",
    b"\xed\xb0\x80",
    b"\xed\xbe\x80",
    b"\xed\xbf\xbf",
];

/// Bytes of a sequence that are named.
const SHOWN: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_autobahn_has_are_utf_8() {
        let counts: Vec<_> = all()
            .iter()
            .map(|(_, rows)| {
                let valid = rows.iter().filter(|row| str::from_utf8(row).is_ok());
                (rows.len(), valid.count())
            })
            .collect();
        let expected = [
            (5, 5),
            (11, 5),
            (4, 4),
            (2, 0),
            (4, 4),
            (3, 0),
            (5, 4),
            (8, 0),
            (5, 0),
            (10, 0),
            (1, 0),
            (3, 0),
            (5, 0),
            (5, 0),
            (5, 0),
            (7, 0),
            (8, 0),
            (34, 34),
            (7, 7),
        ];
        assert_eq!(counts, expected);
    }
}
