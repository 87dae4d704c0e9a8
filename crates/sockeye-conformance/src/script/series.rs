//! Messages that are made one after another, since all of a series together may be large.

use std::fmt;
use std::sync::Arc;

/// Messages that are sent one by one.
#[derive(Clone)]
pub struct Series {
    /// Text rather than binary.
    pub is_text: bool,
    /// How many.
    pub n_messages: usize,
    /// Longest payload of a frame, after encoding; 0 for a single frame.
    pub max_fragment_bytes: usize,
    /// Makes the payload of a message, given how many were before.
    pub payload: Arc<dyn Fn(usize) -> Vec<u8> + Send + Sync>,
}

impl fmt::Debug for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} messages", self.n_messages)
    }
}
