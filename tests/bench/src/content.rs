//! What messages say: random bytes, or text of several kinds.

use clap::ValueEnum;

use crate::random::Random;

/// A kind of content.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Content {
    Binary,
    Ascii,
    /// Two-, three- and four-byte characters mixed with some ASCII.
    Unicode,
    Json,
}

/// A payload of exactly `n_bytes` bytes.
pub fn payload(content: Content, n_bytes: usize, random: &mut Random) -> Vec<u8> {
    let mut out = Vec::with_capacity(n_bytes + 128);
    match content {
        Content::Binary => {
            while out.len() < n_bytes {
                out.extend_from_slice(&random.next().to_le_bytes());
            }
            out.truncate(n_bytes);
        }
        Content::Ascii => out.resize_with(n_bytes, || random.pick(PRINTABLE)),
        Content::Unicode => unicode(&mut out, n_bytes, random),
        Content::Json => json(&mut out, n_bytes, random),
    }
    out
}

fn unicode(out: &mut Vec<u8>, n_bytes: usize, random: &mut Random) {
    while out.len() < n_bytes {
        let (first, n_characters) = match random.below(8) {
            0..=1 => ('a', 26),
            2..=4 => ('а', 32),
            5..=6 => ('一', 4000),
            _ => ('😀', 64),
        };
        let character = char::from_u32(u32::from(first) + random.below(n_characters));
        let mut buf = [0; 4];
        let character = character.expect("no gap in these ranges");
        let bytes = character.encode_utf8(&mut buf).as_bytes();
        if out.len() + bytes.len() <= n_bytes {
            out.extend_from_slice(bytes);
        } else {
            out.push(b'.');
        }
    }
}

/// What a market would send; cut off where it is long enough, then closed.
fn json(out: &mut Vec<u8>, n_bytes: usize, random: &mut Random) {
    out.extend_from_slice(br#"{"type":"snapshot","channel":"ticker","data":["#);
    while out.len() + 2 < n_bytes {
        let item = format!(
            r#"{{"id":{},"{}":{}.{:02},"venue":"XETRA-{}","ok":{}}},"#,
            random.below(1_000_000),
            random.pick(NAMES),
            random.below(90_000),
            random.below(100),
            random.below(40),
            random.below(2) == 0
        );
        out.extend_from_slice(item.as_bytes());
    }
    out.truncate(n_bytes.saturating_sub(2));
    out.extend_from_slice(&b"]}"[..n_bytes.min(2)]);
}

const PRINTABLE: &[u8] =
    b" abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:-+*/()";

const NAMES: &[&str] = &[
    "bid",
    "ask",
    "trade",
    "volume",
    "open",
    "close",
    "symbol",
    "timestamp",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_have_their_size_and_text_is_text() {
        let mut random = Random::new(1);
        for content in [
            Content::Binary,
            Content::Ascii,
            Content::Unicode,
            Content::Json,
        ] {
            for n_bytes in [0, 1, 2, 20, 1021] {
                let payload = payload(content, n_bytes, &mut random);
                assert_eq!(payload.len(), n_bytes);
                assert!(content == Content::Binary || std::str::from_utf8(&payload).is_ok());
            }
        }
    }
}
