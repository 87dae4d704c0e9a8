//! Messages in pieces, both ways: a reader for one that arrives, a writer for one that is sent.
//!
//! RFC 6455 §5.4 lets a message be sent without knowing its length, and be used before it is
//! complete. A piece is what arrived or was written at once; it need not be one frame.

use std::task::{Context, ready};

use bytes::Bytes;
use sockeye_connection::{IncomingMessage, MessageKind, Piece, SendOptions};
use sockeye_frame::{CloseCode, CloseFrame};

use crate::access::Access;
use crate::core::Core;
use crate::{Error, Transport};

/// Part of a message, and whether it is the last one.
pub(crate) struct OwnedPiece {
    pub(crate) payload: Bytes,
    pub(crate) is_last: bool,
}

impl From<Piece<'_>> for OwnedPiece {
    fn from(piece: Piece<'_>) -> Self {
        Self {
            is_last: piece.last,
            payload: piece.payload.into_bytes(),
        }
    }
}

/// A whole message as its only piece.
impl From<IncomingMessage<'_>> for OwnedPiece {
    fn from(message: IncomingMessage<'_>) -> Self {
        Self {
            is_last: true,
            payload: message.into_message().into_bytes(),
        }
    }
}

/// A message being received in pieces.
///
/// Dropping it early drops the rest of the message; the next call receives the one after.
pub struct MessageReader<'a, T: Transport> {
    access: Access<'a, T>,
    kind: MessageKind,
    /// The piece that announced the message, until it is asked for.
    first: Option<OwnedPiece>,
    is_done: bool,
}

impl<'a, T: Transport> MessageReader<'a, T> {
    pub(crate) fn new(access: Access<'a, T>, kind: MessageKind, first: OwnedPiece) -> Self {
        Self {
            access,
            kind,
            first: Some(first),
            is_done: false,
        }
    }

    /// Whether the message is text or binary.
    pub fn kind(&self) -> MessageKind {
        self.kind
    }

    /// The next piece; `None` after the last.
    ///
    /// Text has been checked as far as it came, but a piece may end within a character.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::recv`](crate::WebSocket::recv); [`Error::ConnectionLost`] also when
    /// the peer closed in the middle of the message.
    ///
    /// # Cancel safety
    ///
    /// Safe: a piece is given to the next call.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        if self.is_done {
            return Ok(None);
        }
        let piece = match self.first.take() {
            Some(first) => first,
            None => {
                let next = self.access.wait(|core, cx| core.poll_piece(cx)).await;
                self.is_done = !matches!(next, Ok(Some(_)));
                next?.ok_or(Error::ConnectionLost)?
            }
        };
        self.is_done = piece.is_last;
        Ok(Some(piece.payload))
    }
}

/// A message being sent in pieces.
///
/// Dropping it before [`finish`](Self::finish) closes the connection with 1011 once anything was
/// written: the peer must not take a part for the whole. One that is forgotten rather than dropped
/// keeps every other message waiting.
pub struct MessageWriter<'a, T: Transport> {
    access: Access<'a, T>,
    kind: MessageKind,
    options: SendOptions,
    /// At least one fragment was queued.
    has_begun: bool,
    is_finished: bool,
}

impl<'a, T: Transport> MessageWriter<'a, T> {
    pub(crate) fn new(access: Access<'a, T>, kind: MessageKind, options: SendOptions) -> Self {
        Self {
            access,
            kind,
            options,
            has_begun: false,
            is_finished: false,
        }
    }

    /// Queues one fragment and tries to write it; waits while the queue is above its high-water
    /// mark.
    ///
    /// Pieces of a text message may be cut within a character.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::send`](crate::WebSocket::send); [`Error::Misuse`] when a text message
    /// is not UTF-8.
    ///
    /// # Cancel safety
    ///
    /// A piece whose future is dropped is either queued whole or not at all.
    pub async fn write(&mut self, piece: impl Into<Bytes>) -> Result<(), Error> {
        self.send(piece.into(), false).await
    }

    /// Ends the message.
    ///
    /// # Errors
    ///
    /// Those of [`Self::write`]; a text message that ends within a character is not UTF-8.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future before it is ready drops the writer unfinished.
    pub async fn finish(mut self) -> Result<(), Error> {
        self.send(Bytes::new(), true).await
    }

    async fn send(&mut self, piece: Bytes, fin: bool) -> Result<(), Error> {
        let (kind, options) = (self.kind, self.options);
        let mut piece = Some(piece);
        let send = |core: &mut Core<T>, cx: &mut Context<'_>| {
            ready!(core.poll_turn(cx));
            core.poll_send_fragment(cx, kind, &mut piece, fin, options)
        };
        self.access.wait(send).await?;
        self.has_begun = true;
        self.is_finished = fin;
        Ok(())
    }
}

impl<T: Transport> Drop for MessageWriter<'_, T> {
    fn drop(&mut self) {
        let is_abandoned = self.has_begun && !self.is_finished;
        self.access.with(|core, cx| {
            core.is_writing_message = false;
            if is_abandoned {
                let frame = CloseFrame::new(CloseCode::InternalError, "message was not finished");
                // A connection that cannot be closed is closed already.
                let _ = core.start_close(frame);
                let _ = core.poll_write(cx);
            }
        });
    }
}
