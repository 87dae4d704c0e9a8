//! Names and texts from the page, checked where they come in.
//!
//! Each type here can hold nothing but what its rule allows, so nothing behind the protocol has to
//! check again. They say nothing about how a text is shown: the page never treats it as markup.

use serde::{Deserialize, Serialize};

/// The most characters in one message.
pub(crate) const MAX_TEXT_CHARS: usize = 4000;
/// The most characters in a person's name.
pub(crate) const MAX_NAME_CHARS: usize = 32;
/// The most characters in a room's name.
const MAX_ROOM_CHARS: usize = 32;
/// The most characters in a page's mark; a UUID has 36.
const MAX_REFERENCE_CHARS: usize = 40;

/// A room: 1 to 32 of `a`–`z`, `0`–`9` and `-`.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct RoomName(String);

impl TryFrom<String> for RoomName {
    type Error = String;

    fn try_from(room: String) -> Result<Self, String> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        match (1..=MAX_ROOM_CHARS).contains(&room.len()) && room.chars().all(allowed) {
            true => Ok(Self(room)),
            false => Err(format!("a room is 1 to {MAX_ROOM_CHARS} of a-z, 0-9 and -")),
        }
    }
}

/// A person's name: 1 to 32 characters on one line, trimmed, one of them visible.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct PersonName(String);

impl TryFrom<String> for PersonName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let name = trim(&name);
        let fits = (1..=MAX_NAME_CHARS).contains(&name.chars().count());
        match fits && !name.contains(disturbs) && name.contains(is_visible) {
            true => Ok(Self(name.to_owned())),
            false => Err(format!(
                "a name is 1 to {MAX_NAME_CHARS} characters on one line, not all invisible"
            )),
        }
    }
}

/// What is said: 1 to 4000 characters, trimmed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "String")]
pub(crate) struct Text(String);

impl TryFrom<String> for Text {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text = trim(&text);
        match (1..=MAX_TEXT_CHARS).contains(&text.chars().count()) {
            true => Ok(Self(text.to_owned())),
            false => Err(format!("a message has 1 to {MAX_TEXT_CHARS} characters")),
        }
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

/// The page's mark on what it sends: 1 to 40 ASCII letters, digits and `-`.
///
/// It comes back with the entry or the error that it led to, and the same mark is stored once in a
/// room, so a page that lost its connection before the answer may safely send again.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct Reference(String);

impl TryFrom<String> for Reference {
    type Error = String;

    fn try_from(mark: String) -> Result<Self, String> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
        match (1..=MAX_REFERENCE_CHARS).contains(&mark.len()) && mark.chars().all(allowed) {
            true => Ok(Self(mark)),
            false => Err(format!(
                "a ref is 1 to {MAX_REFERENCE_CHARS} of a-z, A-Z, 0-9 and -"
            )),
        }
    }
}

impl RoomName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl PersonName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Reference {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Without the spaces around it, as the page counts them: to JavaScript U+FEFF is one.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// Whether a character has no place in a name: line breaks and other control characters, and those
/// that turn the direction of the text around them.
pub(crate) fn disturbs(c: char) -> bool {
    let turns = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    turns || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether there is something to see where this character is: not so for spaces, for what Unicode
/// calls `Default_Ignorable_Code_Point`, and for the Braille pattern without dots.
///
/// A name may have invisible characters (emoji and some scripts join with them), but not only.
fn is_visible(c: char) -> bool {
    let is_ignorable = matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    );
    !is_ignorable && !c.is_whitespace() && c != '\u{2800}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<W: TryFrom<String>>(good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(
                W::try_from((*text).to_owned()).is_ok(),
                "{text:?} is refused"
            );
        }
        for text in bad {
            assert!(
                W::try_from((*text).to_owned()).is_err(),
                "{text:?} is accepted"
            );
        }
    }

    #[test]
    fn rooms_are_short_and_plain() {
        let bad = ["", "Lobby", "a b", "a/b", "..", "ä", &"r".repeat(33)];
        check::<RoomName>(&["a", "room-1", &"r".repeat(32)], &bad);
    }

    #[test]
    fn names_are_counted_in_characters_and_stay_on_one_line() {
        let good = ["Ada", "李小龙", " Ada Lovelace ", &"é".repeat(32)];
        let bad = ["", "  ", "A\nB", "A\0", &"é".repeat(33)];
        check::<PersonName>(&good, &bad);
    }

    #[test]
    fn names_can_be_seen_and_turn_nothing_around() {
        // A family, a red heart and a Persian word, each with a character that is not seen.
        let good = [
            "\u{1f469}\u{200d}\u{1f467}",
            "\u{2764}\u{fe0f}",
            "می\u{200c}خواهم",
        ];
        let bad = [
            "\u{ad}",
            "\u{200b}",
            "\u{200d}\u{fe0f}",
            "\u{feff}\u{feff}",
            "\u{2060}",
            "\u{2800}",
            "\u{3164}",
            "\u{e0061}",
            "\u{61c}Ada",
            "evil\u{202e}gnp",
            "A\u{2067}B",
        ];
        check::<PersonName>(&good, &bad);
    }

    #[test]
    fn texts_may_fill_their_limit_and_keep_their_lines() {
        check::<Text>(
            &["x", "a\n\nb", &"é".repeat(4000)],
            &["", " \n ", &"é".repeat(4001)],
        );
        assert_eq!(
            Text::try_from(" a\nb \n".to_owned()),
            Ok(Text("a\nb".to_owned()))
        );
    }

    /// `trim` in `page/words.js` removes the same; JavaScript's own leaves U+0085, Rust's U+FEFF.
    #[test]
    fn what_is_trimmed_is_what_the_page_trims() {
        let around = "\t\n\u{b}\u{c}\r \u{85}\u{a0}\u{1680}\u{2000}\u{200a}\u{2028}\u{2029}\u{202f}\
            \u{205f}\u{3000}\u{feff}";
        check::<Text>(&["\u{200b}"], &["\u{85}", "\u{feff}", around]);
        assert_eq!(
            Text::try_from(format!("{around}a b{around}")),
            Ok(Text("a b".to_owned()))
        );
    }

    #[test]
    fn references_are_short_and_plain() {
        let good = [
            "k3-1",
            "0b6f8a52-1c0e-4b3c-9d58-0f3f3a3e9a11",
            &"r".repeat(40),
        ];
        check::<Reference>(&good, &["", "a b", "é", &"r".repeat(41)]);
    }
}
