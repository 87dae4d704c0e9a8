//! What a connection reported, written so that it does not depend on how its input was cut.

use alloc::vec::Vec;
use core::str;

use sockeye_frame::CloseFrame;

use crate::{Event, Limits, MessageKind, ProtocolViolation, TimeoutKind};

/// The events so far.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Log {
    pub(super) entries: Vec<Entry>,
    limits: Limits,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Entry {
    Message(MessageKind, Vec<u8>),
    /// Pieces of a message between two other events; whether the message ended.
    Pieces(MessageKind, Vec<u8>, bool),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(CloseFrame),
    Violation(ProtocolViolation),
    TimedOut(TimeoutKind),
}

impl Log {
    /// None yet, of a connection with these limits.
    pub(super) const fn new(limits: Limits) -> Self {
        Self {
            entries: Vec::new(),
            limits,
        }
    }

    /// Adds an event.
    ///
    /// # Panics
    ///
    /// When it comes behind the peer's last word, or is longer than it may be.
    pub(super) fn add(&mut self, event: Event<'_>) {
        assert!(!self.is_over(), "{event:?} after {:?}", self.entries.last());
        let entry = match event {
            Event::Message(message) => {
                let (kind, payload) = (message.kind(), message.into_message().into_bytes());
                let is_text = str::from_utf8(&payload).is_ok();
                assert!(is_text || kind == MessageKind::Binary, "text that is not");
                assert!(payload.len() <= self.limits.max_message_bytes(kind));
                Entry::Message(kind, payload.to_vec())
            }
            Event::Piece(piece) => {
                let payload = piece.payload.as_bytes();
                assert!(piece.last || !payload.is_empty(), "an empty piece");
                if let Some(Entry::Pieces(kind, bytes, ended @ false)) = self.entries.last_mut() {
                    assert_eq!((*kind, false), (piece.kind, piece.first));
                    bytes.extend_from_slice(payload);
                    *ended = piece.last;
                    assert!(bytes.len() <= self.limits.max_message_bytes(*kind));
                    return;
                }
                Entry::Pieces(piece.kind, payload.to_vec(), piece.last)
            }
            Event::Ping(payload) => Entry::Ping(payload.to_vec()),
            Event::Pong { payload, .. } => Entry::Pong(payload.to_vec()),
            Event::Close(frame) => Entry::Close(frame),
            Event::Violation(violation) => {
                // How much is given of a message with a fault depends on the cuts.
                if let Some(Entry::Pieces(_, _, false)) = self.entries.last() {
                    self.entries.pop();
                }
                Entry::Violation(violation)
            }
            Event::TimedOut(kind) => Entry::TimedOut(kind),
        };
        self.entries.push(entry);
    }

    /// Whether the peer closed or was failed, so that nothing may follow.
    pub(super) fn is_over(&self) -> bool {
        self.entries.last().is_some_and(Entry::is_last)
    }

    /// The payload of the last ping.
    pub(super) fn newest_ping(&self) -> Option<&[u8]> {
        let mut entries = self.entries.iter().rev();
        entries.find_map(|entry| match entry {
            Entry::Ping(payload) => Some(&payload[..]),
            _ => None,
        })
    }

    pub(super) fn violation(&self) -> Option<ProtocolViolation> {
        match self.entries.last() {
            Some(Entry::Violation(violation)) => Some(*violation),
            _ => None,
        }
    }
}

impl Entry {
    fn is_last(&self) -> bool {
        matches!(
            self,
            Self::Close(_) | Self::Violation(_) | Self::TimedOut(_)
        )
    }
}
