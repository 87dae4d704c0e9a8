//! Data to compress: five kinds, made by rule, so that they are the same each time.

use std::sync::LazyLock;

/// One kind of data.
pub(super) struct Data {
    pub(super) name: &'static str,
    /// Sent in text messages.
    pub(super) is_text: bool,
    bytes: LazyLock<Vec<u8>>,
}

impl Data {
    /// The message after so many others of the same size. Messages go on where the one before
    /// ended, and behind the end at the start. One of text ends up to three bytes early, rather
    /// than within a character.
    pub(super) fn message(&self, n_before: usize, n_bytes: usize) -> Vec<u8> {
        let start = self.edge(n_before * n_bytes);
        let end = self.edge((n_before + 1) * n_bytes);
        match start < end {
            true => self.bytes[start..end].to_vec(),
            false => [&self.bytes[start..], &self.bytes[..end]].concat(),
        }
    }

    fn edge(&self, at: usize) -> usize {
        let mut at = at % self.bytes.len();
        while self.is_text && self.bytes[at] & 0xc0 == 0x80 {
            at -= 1;
        }
        at
    }
}

/// In the order of their numbers.
pub(super) static DATA: [Data; 5] = [
    Data {
        name: "JSON",
        is_text: true,
        bytes: LazyLock::new(json),
    },
    Data {
        name: "bitmap picture",
        is_text: false,
        bytes: LazyLock::new(picture),
    },
    Data {
        name: "prose",
        is_text: false,
        bytes: LazyLock::new(|| prose(&mut Dice::new(3), 250_000).into()),
    },
    Data {
        name: "HTML",
        is_text: true,
        bytes: LazyLock::new(html),
    },
    Data {
        name: "document, half of it compressed already",
        is_text: false,
        bytes: LazyLock::new(document),
    },
];

fn json() -> Vec<u8> {
    let dice = &mut Dice::new(1);
    let records: Vec<_> = (0..1500)
        .map(|id| {
            let (name, place) = (dice.word(), dice.word());
            let (price, days) = (dice.below(100_000), dice.below(365));
            let note = prose(dice, 60);
            let is_open = dice.below(2) == 0;
            format!(
                "{{\"id\": {id}, \"name\": \"{name}\", \"place\": \"{place}\", \
                 \"price\": {}.{:02}, \"days\": {days}, \"open\": {is_open}, \
                 \"tags\": [\"{}\", \"{}\"], \"note\": \"{note}\"}}",
                price / 100,
                price % 100,
                dice.word(),
                dice.word(),
            )
        })
        .collect();
    format!("[\n{}\n]\n", records.join(",\n")).into()
}

/// 512 by 512 shades of grey: a header, a palette, slopes and circles with some noise.
fn picture() -> Vec<u8> {
    let dice = &mut Dice::new(2);
    let mut bytes = b"BM\x36\x04\x04\0\0\0\0\0\x36\x04\0\0\x28\0\0\0".to_vec();
    bytes.extend(b"\0\x02\0\0\0\x02\0\0\x01\0\x08\0");
    bytes.resize(54, 0);
    bytes.extend((0..=255).flat_map(|shade| [shade, shade, shade, 0]));
    for y in 0..512u32 {
        for x in 0..512u32 {
            let slope = (x + y) / 8;
            let (from_x, from_y) = (x.abs_diff(200), y.abs_diff(300));
            let circle = (from_x * from_x + from_y * from_y) / 512 % 64;
            let shade = slope + circle + dice.below(4);
            bytes.push((shade & 0xff) as u8);
        }
    }
    bytes
}

fn html() -> Vec<u8> {
    let dice = &mut Dice::new(4);
    let mut page = "<!DOCTYPE html>\n<html lang=\"de\">\n<body>\n".to_owned();
    for section in 1..400 {
        let title = prose(dice, 20);
        page += &format!("<h2 id=\"section-{section}\">{title}</h2>\n<table class=\"plain\">\n");
        for _ in 0..6 {
            let (first, second, n) = (dice.word(), dice.word(), dice.below(1000));
            page += &format!(
                "  <tr><td class=\"name\">{first}</td><td><a href=\"/{second}/{n}\">{second}</a>\
                 </td><td align=\"right\">{n}&nbsp;€</td></tr>\n"
            );
        }
        page += &format!("</table>\n<p>{}</p>\n", prose(dice, 200));
    }
    page += "</body>\n</html>\n";
    page.into()
}

/// As in a PDF file: objects with a few words, and streams that nothing makes shorter.
fn document() -> Vec<u8> {
    let dice = &mut Dice::new(5);
    let mut bytes = b"%PDF-1.4\n".to_vec();
    for object in 1..120 {
        let n_bytes = 1000 + dice.below(3000) as usize;
        let head =
            format!("{object} 0 obj\n<< /Length {n_bytes} /Filter /FlateDecode >>\nstream\n");
        bytes.extend(head.into_bytes());
        bytes.extend((0..n_bytes).map(|_| (dice.below(256) & 0xff) as u8));
        bytes.extend(format!("\nendstream\nendobj\n% {}\n", prose(dice, 1500)).into_bytes());
    }
    bytes
}

/// Sentences of at least so many bytes.
fn prose(dice: &mut Dice, n_bytes: usize) -> String {
    let mut text = String::new();
    while text.len() < n_bytes {
        for index in 0..4 + dice.below(9) {
            let separator = match index {
                0 if text.is_empty() => "",
                4 if dice.below(3) == 0 => ", ",
                _ => " ",
            };
            text += separator;
            text += &dice.word();
        }
        text.push('.');
    }
    text
}

/// Numbers that look like chance (xorshift, after Marsaglia).
struct Dice(u32);

impl Dice {
    fn new(seed: u32) -> Self {
        Self(seed.wrapping_mul(2_654_435_761))
    }

    fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 >> 8) % bound
    }

    /// A word of a small language: short ones are the most frequent.
    fn word(&mut self) -> String {
        let n_words = 1 << self.below(9);
        let mut number = 1 + self.below(n_words);
        let mut word = String::new();
        while number > 0 {
            word += SYLLABLES[(number % 24) as usize];
            number /= 24;
        }
        word
    }
}

const SYLLABLES: [&str; 24] = [
    "der", "en", "und", "ei", "sa", "ter", "ne", "lo", "mü", "gen", "ha", "rin", "be", "stra",
    "ße", "tal", "wi", "ko", "dem", "au", "fer", "no", "zi", "él",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Deflater;

    #[test]
    fn messages_of_text_are_utf8_and_go_on_where_the_last_ended() {
        for data in DATA.iter().filter(|data| data.is_text) {
            let messages: Vec<_> = (0..40_000).map(|index| data.message(index, 16)).collect();
            for message in &messages {
                assert!(str::from_utf8(message).is_ok());
                assert!((13..=19).contains(&message.len()));
            }
            let all = messages.concat();
            assert!(all.starts_with(&data.bytes));
            assert!(all[data.bytes.len()..].starts_with(&data.bytes[..1000]));
        }
    }

    #[test]
    fn kinds_compress_as_differently_as_they_should() {
        let permille = |data: &Data| {
            let payload = data.message(0, 131_072);
            1000 * Deflater::new(15, false).message(&payload).len() / payload.len()
        };
        let [json, picture, prose, html, document] = DATA.each_ref().map(permille);
        assert!((100..400).contains(&json), "{json}");
        assert!((300..700).contains(&picture), "{picture}");
        assert!((150..500).contains(&prose), "{prose}");
        assert!((50..350).contains(&html), "{html}");
        assert!((500..900).contains(&document), "{document}");
    }
}
