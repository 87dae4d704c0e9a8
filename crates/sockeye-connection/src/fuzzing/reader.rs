//! The other end: reads what a connection writes, and finds nothing wrong with it.

use alloc::vec::Vec;

use sockeye_extensions::Chain;
use sockeye_frame::Role;

use crate::{Config, Connection, Event, Input, Limits, Message, Pair, Timestamp};

/// A peer without limits, which answers nothing.
#[derive(Debug)]
pub(super) struct Reader {
    connection: Connection,
    /// The messages that it should see, oldest first, and how many it has seen.
    pub(super) expected: Vec<Message>,
    n_seen: usize,
    /// The payloads of the pongs that it has seen.
    pub(super) pongs: Vec<Vec<u8>>,
    is_closed: bool,
}

impl Reader {
    pub(super) fn new(role: Role, extensions: Chain) -> Self {
        let mut config = Config::default();
        config.limits = Limits {
            max_text_bytes: usize::MAX,
            max_binary_bytes: usize::MAX,
            max_fragments: Some(u32::MAX),
            ..config.limits
        };
        let now = Timestamp::default();
        Self {
            connection: Connection::new(role, config, extensions, Pair::entropy(), now),
            expected: Vec::new(),
            n_seen: 0,
            pongs: Vec::new(),
            is_closed: false,
        }
    }

    /// Whether it has seen all that it should.
    pub(super) fn has_seen_all(&self) -> bool {
        self.n_seen == self.expected.len()
    }

    /// Reads the next bytes of the wire.
    ///
    /// # Panics
    ///
    /// When they break a rule, stand behind a Close, or are other messages than those sent.
    pub(super) fn read(&mut self, bytes: &mut [u8]) {
        assert!(!self.is_closed || bytes.is_empty(), "bytes behind a Close");
        let mut input = Input::from(bytes);
        while let Some(event) = self.connection.next_event(&mut input, Timestamp::default()) {
            assert!(!self.is_closed, "{event:?} behind a Close");
            match event {
                Event::Message(message) => {
                    let expected = self.expected.get(self.n_seen);
                    assert_eq!(Some(&message.into_message()), expected);
                    self.n_seen += 1;
                }
                Event::Ping(_) => {}
                Event::Pong { payload, .. } => self.pongs.push(payload.to_vec()),
                Event::Close(_) => {
                    self.is_closed = true;
                    assert!(input.is_empty(), "bytes behind a Close");
                }
                Event::Violation(_) | Event::TimedOut(_) | Event::Piece(_) => {
                    panic!("the connection wrote what is {event:?}")
                }
            }
        }
    }
}
