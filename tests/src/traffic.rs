//! Random messages: mostly short, at most 1 MiB, text and binary, compressible and not.
//!
//! What is sent is decided here, by a seed alone, so that both ends of a test can make it; how it is
//! sent is decided in `exchange.rs`.

use sockeye::Message;

use crate::Random;

/// The messages of a seed, without end.
#[derive(Clone, Debug)]
pub struct Traffic {
    random: Random,
}

impl Traffic {
    /// The messages of `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
        }
    }

    /// More than half below 200 bytes, one in a hundred up to 1 MiB, which is also the longest.
    fn len(&mut self) -> usize {
        let most = match self.random.below(200) {
            0..110 => 200,
            110..170 => 4 << 10,
            170..190 => 1 << 16,
            190..198 => 1 << 18,
            198 => 1 << 20,
            // Exactly, so that the longest and the shortest are certain to occur.
            _ => return self.random.pick(&[0, 1 << 20]),
        };
        self.random.below(most + 1)
    }
}

impl Iterator for Traffic {
    type Item = Message;

    fn next(&mut self) -> Option<Message> {
        let len = self.len();
        let random = &mut self.random;
        Some(match random.below(6) {
            0 | 1 => records(random, len).into(),
            2 => characters(random, len).into(),
            3 => vec![random.byte(); len].into(),
            4 => copies(random, len).into(),
            _ => random.bytes(len).into(),
        })
    }
}

/// JSON: the same words in every message, so that context pays.
fn records(random: &mut Random, len: usize) -> String {
    const NAMES: [&str; 6] = ["Ada", "Bjørn", "Chloé", "Dmitri", "Esra", "蘭"];
    let mut text = String::with_capacity(len + 100);
    while text.len() < len {
        let (id, name, price) = (
            random.below(100_000),
            random.pick(&NAMES),
            random.below(10_000),
        );
        text.push_str(&format!(
            r#"{{"id": {id}, "name": "{name}", "price": {price}, "open": {}}},"#,
            price % 2 == 0,
        ));
    }
    shortened(text, len)
}

/// Characters of one to four bytes in no order.
fn characters(random: &mut Random, len: usize) -> String {
    let mut text = String::with_capacity(len + 4);
    while text.len() < len {
        let number = match random.below(4) {
            0 => random.below(0x80),
            1 => random.below(0x800),
            2 => random.below(0x1_0000),
            _ => random.below(0x11_0000),
        };
        // Surrogates stand for no character.
        let character = u32::try_from(number).ok().and_then(char::from_u32);
        text.push(character.unwrap_or('😀'));
    }
    shortened(text, len)
}

/// At most `len` bytes of `text`, whole characters.
fn shortened(mut text: String, len: usize) -> String {
    let end = (0..=len).rev().find(|end| text.is_char_boundary(*end));
    text.truncate(end.unwrap_or(0));
    text
}

/// Bytes in no order, and copies of what came before them, from near and from beyond any window.
fn copies(random: &mut Random, len: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::with_capacity(len + 300);
    while bytes.len() < len {
        let n_new = random.below(40) + 1;
        bytes.extend(random.bytes(n_new));
        let most = random.pick(&[256, 512, 1 << 15, 1 << 16]);
        let distance = random.below(most.min(bytes.len())) + 1;
        let start = bytes.len() - distance;
        let end = bytes.len().min(start + random.below(258) + 1);
        bytes.extend_from_within(start..end);
    }
    bytes.truncate(len);
    bytes
}
