//! The sans-I/O connection together with what the driver remembers of its events.
//!
//! Every event passes here once, whoever asked for it: pongs resolve their futures, a failure is
//! kept until all that is due to the peer has left. Does no I/O.

use std::ops::Range;

use bytes::Bytes;
use sockeye_connection::{
    ApiMisuse, CloseOutcome, Connection, Event, IncomingMessage, Input, MessageKind, SendOptions,
    State, Timestamp,
};
use sockeye_frame::CloseFrame;

use crate::pong_reply::{AwaitedPongs, PongReply};
use crate::sendable::Sendable;
use crate::{Error, buffers};

/// One side of a connection, without its transport.
pub(crate) struct Endpoint {
    connection: Connection,
    /// When bytes were last taken up to be decoded or a time limit last passed.
    now: Timestamp,
    pongs: AwaitedPongs,
    /// The first thing that went wrong, to be reported when the connection has ended. A box, since
    /// idle connections are many and have none.
    failure: Option<Box<Error>>,
    /// Messages are to be handed out in pieces.
    is_piecewise: bool,
    /// A message is being handed out in pieces and its last one has not been seen.
    piece_under_way: bool,
    /// Replies were queued that lie in the receive buffer.
    has_lent: bool,
}

impl Endpoint {
    pub(crate) fn new(connection: Connection, now: Timestamp) -> Self {
        Self {
            connection,
            now,
            pongs: AwaitedPongs::default(),
            failure: None,
            is_piecewise: false,
            piece_under_way: false,
            has_lent: false,
        }
    }

    /// Decodes `input` until `pick` takes an event out of it, or nothing is left.
    #[inline]
    pub(crate) fn next<'a, R>(
        &mut self,
        input: &mut Input<'a>,
        pick: impl Fn(Event<'a>) -> Option<R>,
    ) -> Option<R> {
        loop {
            let event = match self.connection.next_whole_message(input) {
                Some(message) => Event::Message(message),
                None => {
                    let event = self.connection.next_event(input, self.now)?;
                    self.observe(&event);
                    event
                }
            };
            if let Some(picked) = pick(event) {
                return Some(picked);
            }
        }
    }

    fn observe(&mut self, event: &Event<'_>) {
        match event {
            Event::Pong {
                rtt: Some((id, _)), ..
            } => self.pongs.answered(*id, self.now),
            Event::Violation(violation) => self.fail(Error::Protocol(*violation)),
            Event::TimedOut(kind) => self.fail(Error::Timeout(*kind)),
            Event::Piece(piece) => {
                self.piece_under_way = !piece.last;
                if piece.last {
                    // The next call may have asked for something else while this one went on.
                    self.connection.set_piecewise(self.is_piecewise);
                }
            }
            Event::Message(_)
            | Event::Ping(_)
            | Event::Pong { rtt: None, .. }
            | Event::Close(_) => {}
        }
    }

    /// Hands the next messages out whole or in pieces; one under way stays as it began.
    #[inline]
    pub(crate) fn receive_piecewise(&mut self, piecewise: bool) {
        self.is_piecewise = piecewise;
        if !self.piece_under_way {
            self.connection.set_piecewise(piecewise);
        }
    }

    /// Keeps `error` as the reason of the end, unless there is one already.
    pub(crate) fn fail(&mut self, error: Error) {
        self.failure.get_or_insert_with(|| Box::new(error));
    }

    /// The transport has no more bytes.
    pub(crate) fn handle_eof(&mut self, now: Timestamp) {
        self.now = now;
        self.connection.handle_eof(now);
        if self
            .connection
            .close_outcome()
            .is_some_and(|outcome| outcome.received.is_none())
        {
            self.fail(Error::ConnectionLost);
        }
        self.close_pongs_at_end();
    }

    /// The transport failed, or we give it up: nothing more is sent or received.
    pub(crate) fn handle_disconnect(&mut self) {
        self.connection.handle_disconnect();
        self.has_lent = false;
        self.close_pongs_at_end();
    }

    /// [`Self::next`] is about to decode bytes: time limits that they start count from `now`.
    pub(crate) fn begin_decoding(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// The deadline has passed; what comes of it is observed at once, for calls that only send.
    pub(crate) fn handle_timeout(&mut self, now: Timestamp) {
        self.now = now;
        self.connection.handle_timeout(now);
        // No piece is lost here: one that can be had without input is taken by the call that asks
        // for pieces, see `poll_first_piece`.
        self.next(&mut Input::default(), |_| None::<()>);
        self.close_pongs_at_end();
    }

    /// How the connection ended, for the call that finds it closed: once the failure, then `None`.
    ///
    /// A transport error after the peer's Close frame is no failure: the peer had said goodbye and
    /// did not wait for our answer.
    pub(crate) fn end(&mut self) -> Result<(), Error> {
        self.pongs.close();
        match self.failure.take().map(|failure| *failure) {
            Some(Error::Io(_)) if self.has_received_close() => Ok(()),
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// The same for a call that only sends: the receiving call gets the failure all the same.
    pub(crate) fn end_of_sending(&self) -> Result<(), Error> {
        match self.failure.as_deref() {
            Some(Error::Io(_)) if self.has_received_close() => Err(Error::Closed),
            Some(Error::Io(error)) => Err(Error::Io(error.kind().into())),
            Some(Error::Protocol(violation)) => Err(Error::Protocol(*violation)),
            Some(Error::Timeout(kind)) => Err(Error::Timeout(*kind)),
            Some(Error::ConnectionLost) => Err(Error::ConnectionLost),
            // A clean end comes after everything queued has left.
            None if self.close_outcome().is_some_and(|outcome| outcome.clean) => Ok(()),
            // What is not about the open connection is never kept.
            None
            | Some(
                Error::Handshake(_)
                | Error::Refused(_)
                | Error::HandshakeTimeout
                | Error::Connect { .. }
                | Error::Misuse(_)
                | Error::Closed,
            ) => Err(Error::Closed),
        }
    }

    /// A connection that has ended brings no pong, whether somebody receives or not.
    fn close_pongs_at_end(&mut self) {
        if self.is_closed() {
            self.pongs.close();
        }
    }

    fn has_received_close(&self) -> bool {
        self.close_outcome()
            .is_some_and(|outcome| outcome.received.is_some())
    }

    /// When bytes were last taken up to be decoded or a time limit last passed.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// The machine below, for output, time limits and questions.
    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    pub(crate) fn as_connection(&self) -> &Connection {
        &self.connection
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.connection.state() == State::Closed
    }

    pub(crate) fn close_outcome(&self) -> Option<CloseOutcome> {
        self.connection.close_outcome()
    }

    #[inline]
    pub(crate) fn send(&mut self, message: impl Sendable, now: Timestamp) -> Result<(), ApiMisuse> {
        self.queue(|connection| message.queue(connection, now))
    }

    /// Queues by `send` in memory of the thread, which goes back if nothing was queued.
    #[inline]
    pub(crate) fn queue(
        &mut self,
        send: impl FnOnce(&mut Connection) -> Result<(), ApiMisuse>,
    ) -> Result<(), ApiMisuse> {
        if self.connection.buffered_bytes() == 0 {
            self.connection.lend_buffer(buffers::take_write_buffer());
        }
        let result = send(&mut self.connection);
        if result.is_err() {
            self.reclaim_write_buffer();
        }
        result
    }

    /// Queues a reply; `place` is where it lies in the receive buffer, if it does.
    #[inline]
    pub(crate) fn reply(
        &mut self,
        message: &IncomingMessage<'_>,
        place: Option<Range<usize>>,
    ) -> Result<(), ApiMisuse> {
        let now = self.now;
        match place {
            Some(place) if self.connection.is_lending(place.len()) => {
                self.queue(|connection| connection.send_lent(message, place, now))?;
                self.has_lent = true;
                Ok(())
            }
            Some(_) | None => self.queue(|connection| connection.send_received(message, now)),
        }
    }

    /// Whether replies wait for [`Self::settle_lent`].
    #[inline]
    pub(crate) fn has_lent(&self) -> bool {
        self.has_lent
    }

    /// Gives the replies that lie in the receive buffer their bytes.
    pub(crate) fn settle_lent(&mut self, buf: &Bytes) {
        self.connection.settle_lent(buf);
        self.has_lent = false;
    }

    pub(crate) fn send_fragment(
        &mut self,
        kind: MessageKind,
        payload: Bytes,
        fin: bool,
        options: SendOptions,
        now: Timestamp,
    ) -> Result<(), ApiMisuse> {
        self.queue(|connection| connection.send_fragment_with(kind, payload, fin, options, now))
    }

    pub(crate) fn ping(&mut self, now: Timestamp) -> Result<PongReply, ApiMisuse> {
        let id = self.connection.ping(now)?;
        Ok(self.pongs.wait(id, now))
    }

    pub(crate) fn close(&mut self, frame: CloseFrame, now: Timestamp) -> Result<(), ApiMisuse> {
        self.connection.close(frame, now)
    }

    /// Takes the memory back once everything in it was written.
    pub(crate) fn reclaim_write_buffer(&mut self) {
        if let Some(buf) = self.connection.take_buffer() {
            buffers::give_write_buffer(buf);
        }
    }
}

#[cfg(test)]
mod tests {
    use sockeye_connection::{Config, Message, WriteBuffer};
    use sockeye_extensions::Chain;
    use sockeye_frame::{CloseCode, Role};

    use super::*;

    /// A connection that waits holds no buffer, also when the last thing it was asked to send could
    /// not be.
    #[test]
    fn a_message_that_is_refused_leaves_no_buffer_behind() {
        buffers::give_write_buffer(WriteBuffer::with_capacity(1000));
        let (entropy, now) = (Box::new(|_: &mut [u8]| {}), Timestamp::default());
        let connection = Connection::new(
            Role::Server,
            Config::default(),
            Chain::default(),
            entropy,
            now,
        );
        let mut endpoint = Endpoint::new(connection, now);
        let close = CloseFrame::new(CloseCode::NormalClosure, "");
        endpoint.close(close, now).unwrap();
        endpoint.connection().handle_transmitted(1000, now);
        drop(endpoint.connection().take_buffer());

        let refused = endpoint.send(Message::from("too late"), now);
        assert_eq!(refused, Err(ApiMisuse::NotOpen));
        assert!(endpoint.connection().take_buffer().is_none());
        assert!(
            buffers::take_write_buffer().capacity() >= 1000,
            "given back"
        );
    }
}
