//! What a prepared message has been encoded to, by what was agreed on.
//!
//! A list that only grows, up to a bound, so that readers need no lock and `alloc` is enough: each
//! node is set once, by whoever comes first. Encodes nothing.

use alloc::boxed::Box;

use once_cell::race::OnceBox;

use super::shared_frame::SharedFrame;

/// The encodings made so far.
#[derive(Debug, Default)]
pub(super) struct Encodings {
    first: OnceBox<Node>,
}

#[derive(Debug)]
struct Node {
    /// The extension's name, and the number that says which of its encodings this is.
    name: Box<str>,
    key: u64,
    /// `None` when the extension leaves the message as it is.
    encoded: Option<SharedFrame>,
    next: OnceBox<Self>,
}

impl Encodings {
    /// What is known of the encoding: nothing, that there is none, or its frame.
    pub(super) fn get(&self, name: &str, key: u64) -> Option<&Option<SharedFrame>> {
        let node = self.nodes().find(|node| node.is(name, key))?;
        Some(&node.encoded)
    }

    /// Keeps an encoding for others, unless somebody else was faster or too many are kept.
    pub(super) fn keep(&self, name: Box<str>, key: u64, encoded: Option<SharedFrame>) {
        let mut new = Box::new(Node {
            name,
            key,
            encoded,
            next: OnceBox::new(),
        });
        let mut place = &self.first;
        for _ in 0..MAX_ENCODINGS {
            // Whoever is faster here is looked at like those before.
            new = match place.set(new) {
                Ok(()) => return,
                Err(new) => new,
            };
            let Some(node) = place.get() else {
                return;
            };
            if node.is(&new.name, key) {
                return;
            }
            place = &node.next;
        }
    }

    fn nodes(&self) -> impl Iterator<Item = &Node> {
        core::iter::successors(self.first.get(), |node| node.next.get())
    }
}

impl Node {
    fn is(&self, name: &str, key: u64) -> bool {
        self.key == key && *self.name == *name
    }
}

/// Encodings that one message keeps: a few configurations of ours times the window sizes that
/// peers may ask for. Beyond, each connection encodes for itself, so that peers which ask for
/// something else each cost time and no memory.
const MAX_ENCODINGS: usize = 64;

#[cfg(test)]
mod tests;
