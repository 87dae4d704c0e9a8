//! What the page and the server say to each other in text messages: one JSON object each.
//!
//! | page → server | |
//! |---|---|
//! | `{"type":"join","room":"lobby","name":"Ada"}` | first, once per connection |
//! | `{"type":"say","ref":"k3-1","text":"Hello"}` | `ref` is the page's own mark, see [`Reference`] |
//! | `{"type":"typing"}` | at most every few seconds while somebody types |
//!
//! | server → page | |
//! |---|---|
//! | `welcome` | the answer to `join`: who is here, the last messages, the limits |
//! | `entry` | something was said; the author's own copy carries the `ref` |
//! | `joined`, `left`, `typing` | somebody came, went, types |
//! | `times` | everybody's round-trip time; comes every few seconds, so it is a heartbeat too |
//! | `error` | what was wrong with a message, with its `ref` if it had one; the connection stays |
//!
//! Files travel in binary messages: see `envelope`.

use serde::{Deserialize, Serialize};

use crate::mark::mark_in;
use crate::words::{PersonName, Reference, RoomName, Text};

/// The most bytes of JSON that are read: 4000 characters of at most twelve bytes each, as in
/// `\ud83d\ude00`, and the rest of the object.
pub(crate) const MAX_JSON_BYTES: usize = 50_000;

/// What a page may say.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum FromPage {
    /// Enter a room under a name.
    Join { room: RoomName, name: PersonName },
    /// Say something to the room.
    Say {
        #[serde(rename = "ref")]
        reference: Reference,
        text: Text,
    },
    /// Somebody types.
    Typing,
}

impl FromPage {
    /// Reads one text message.
    ///
    /// # Errors
    ///
    /// [`Refused`] with a sentence for whoever wrote the message.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, Refused> {
        if json.len() > MAX_JSON_BYTES {
            let reason = format!("a text message has at most {MAX_JSON_BYTES} bytes");
            return Err(Refused::unread(json, reason));
        }
        serde_json::from_slice(json)
            .map_err(|error| Refused::unread(json, format!("not understood: {error}")))
    }
}

/// What the server may say.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum ToPage {
    /// You are in.
    Welcome {
        you: MemberId,
        room: RoomName,
        members: Vec<Person>,
        history: Vec<Entry>,
        limits: Limits,
    },
    /// Somebody said something, or shared a file.
    Entry {
        entry: Entry,
        #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
        reference: Option<Reference>,
    },
    /// Somebody came.
    Joined { member: Person },
    /// Somebody went.
    Left { id: MemberId },
    /// Somebody types.
    Typing { id: MemberId },
    /// Round-trip times in milliseconds.
    Times { times: Vec<(MemberId, f64)> },
    /// Something was wrong with a message of this page.
    Error(Refused),
}

impl ToPage {
    /// An entry, with its author's mark in the author's own copy.
    pub(crate) fn entry(entry: &Entry, reference: Option<Reference>) -> Self {
        let entry = entry.clone();
        Self::Entry { entry, reference }
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("these types hold nothing that JSON cannot say")
    }
}

/// Why a message led to nothing, for its author to read.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub(crate) struct Refused {
    pub(crate) reason: String,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<Reference>,
}

impl Refused {
    pub(crate) fn because(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            reference: None,
        }
    }

    /// About JSON that was not understood, or not all of it: the mark is taken from what can be
    /// read, so that the page knows what it need not send again.
    pub(crate) fn unread(json: &[u8], reason: String) -> Self {
        Self {
            // The fault may quote what was sent; nobody needs all of it back.
            reason: reason.chars().take(200).collect(),
            reference: mark_in(json),
        }
    }

    /// The same, about the message that carried this mark.
    pub(crate) fn about(self, reference: Reference) -> Self {
        Self {
            reference: Some(reference),
            ..self
        }
    }
}

/// One connection in a room; never used twice while the server runs.
pub(crate) type MemberId = u64;

/// Who is present.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Person {
    pub(crate) id: MemberId,
    pub(crate) name: PersonName,
    /// Round-trip time in milliseconds, once measured.
    pub(crate) time: Option<f64>,
}

/// One line of a room's history.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Entry {
    pub(crate) id: i64,
    /// Milliseconds since 1970, UTC.
    pub(crate) at: i64,
    pub(crate) from: String,
    #[serde(flatten)]
    pub(crate) content: Content,
}

/// What was said: words or a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Content {
    Text(String),
    File(File),
}

/// A shared file, served at `/files/ID`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct File {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) size: usize,
}

/// The limits, for the page to tell before it sends.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Limits {
    pub(crate) name_chars: usize,
    pub(crate) text_chars: usize,
    pub(crate) file_bytes: usize,
}

#[cfg(test)]
mod tests;
