//! One end of a [`Pair`](super::Pair): a connection and what is on its way to it.
//!
//! The smallest driver there is; a real one also waits.

use alloc::vec::Vec;

use crate::{Connection, Event, Input, State, Timestamp, Transmit};

#[derive(Debug)]
pub(super) struct End {
    pub(super) connection: Connection,
    pub(super) events: Vec<Event<'static>>,
    /// Bytes on their way to this end.
    pub(super) arriving: Vec<u8>,
    /// Whether the end of input follows them.
    eof_follows: bool,
    /// Whether this end's transport has been shut down for sending.
    hung_up: bool,
    /// Whether this end's transport takes no bytes.
    pub(super) blocked: bool,
    pub(super) max_read_bytes: usize,
}

impl End {
    pub(super) const fn new(connection: Connection) -> Self {
        Self {
            connection,
            events: Vec::new(),
            arriving: Vec::new(),
            eof_follows: false,
            hung_up: false,
            blocked: false,
            max_read_bytes: usize::MAX,
        }
    }

    /// Does everything there is to transmit.
    pub(super) fn write(&mut self, peer: &mut Self, now: Timestamp) {
        while !self.blocked {
            match self.connection.transmit() {
                Transmit::Nothing => break,
                Transmit::Bytes(slices) => {
                    let n = slices
                        .inspect(|slice| peer.arriving.extend_from_slice(slice))
                        .map(<[u8]>::len)
                        .sum();
                    self.connection.handle_transmitted(n, now);
                }
                Transmit::HalfClose => {
                    self.hang_up(peer);
                    self.connection.handle_half_closed(now);
                }
            }
        }
        // Dropping the transport of a closed connection is seen by the peer.
        if self.connection.state() == State::Closed && !self.hung_up {
            self.hang_up(peer);
        }
    }

    /// Reads once, and takes all events; gives whether there was anything.
    pub(super) fn read(&mut self, now: Timestamp) -> bool {
        let mut progress = self.take_events(&mut Input::default(), now);
        if !self.connection.wants_input() {
            return progress;
        }
        if self.arriving.is_empty() {
            if core::mem::take(&mut self.eof_follows) {
                self.connection.handle_eof(now);
                progress = true;
            }
            return progress;
        }
        let max = self.arriving.len().min(self.max_read_bytes);
        if let Some(mut tail) = self.connection.message_tail() {
            let n = max.min(tail.max_bytes());
            tail.buffer().extend(self.arriving.drain(..n));
            self.take_events(&mut Input::default(), now);
        } else {
            let mut read: Vec<u8> = self.arriving.drain(..max).collect();
            self.take_events(&mut Input::from(&mut read[..]), now);
        }
        true
    }

    const fn hang_up(&mut self, peer: &mut Self) {
        self.hung_up = true;
        peer.eof_follows = true;
    }

    fn take_events(&mut self, input: &mut Input<'_>, now: Timestamp) -> bool {
        let n_before = self.events.len();
        while let Some(event) = self.connection.next_event(input, now) {
            self.events.push(event.into_owned());
        }
        self.events.len() > n_before
    }
}
