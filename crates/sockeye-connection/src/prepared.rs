//! Messages made once and sent on many connections (RFC 6455 §5.2; RFC 7692 §7.1.1).
//!
//! Encoded once for each way in which connections need it, and laid out once; what waits on a
//! connection is a reference. How each way is kept is in `prepared/encodings.rs`, how a frame is
//! shared in `prepared/shared_frame.rs`.

mod encodings;
mod shared_frame;

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;

use once_cell::race::OnceBox;
use sockeye_extensions::EncodeError;

use self::encodings::Encodings;
use self::shared_frame::{MIN_SHARED_BYTES, SharedFrame};
use crate::frame_writer::Part;
use crate::{ApiMisuse, Connection, Message, SendOptions, Timestamp};

/// A message to be sent on any number of connections, of either role, whatever they agreed on.
///
/// Clones are cheap and the same message; they can be used in different threads. Each connection
/// gets what [`Connection::send`] would have sent, or an encoding of it that depends on no other
/// message, but the work is done once: a server's connections queue one frame in shared memory, and
/// compression runs once for all that agreed on it alike. A client masks a copy, as each frame needs
/// a key of its own.
///
/// Holds, beside the message, one frame for all connections without extensions and one for each
/// kind of agreement that it was sent under, 64 at most; both are made when they are first needed.
///
/// ```
/// use sockeye_connection::{Config, Connection, Pair, PreparedMessage, Timestamp};
/// use sockeye_extensions::Chain;
/// use sockeye_frame::Role;
/// # use sockeye_connection::ApiMisuse;
///
/// # fn main() -> Result<(), ApiMisuse> {
/// let now = Timestamp::default();
/// let accept =
///     || Connection::new(Role::Server, Config::default(), Chain::default(), Pair::entropy(), now);
/// let mut guests = [accept(), accept(), accept()];
/// let news = PreparedMessage::new("Land in sight.");
/// for guest in &mut guests {
///     guest.send_prepared(&news, now)?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PreparedMessage {
    shared: Arc<Shared>,
}

struct Shared {
    message: Message,
    options: SendOptions,
    /// As it is sent where no extension encodes it.
    plain: OnceBox<SharedFrame>,
    encodings: Encodings,
}

impl PreparedMessage {
    /// Prepares a message; nothing is encoded or copied yet.
    #[must_use]
    pub fn new(message: impl Into<Message>) -> Self {
        Self::with_options(message, SendOptions::default())
    }

    /// Prepares a message, with wishes about how extensions treat it.
    ///
    /// [`SendOptions::secret`] adds nothing where the encoding is shared, which never depends on
    /// another message.
    #[must_use]
    pub fn with_options(message: impl Into<Message>, options: SendOptions) -> Self {
        let shared = Shared {
            message: message.into(),
            options,
            plain: OnceBox::new(),
            encodings: Encodings::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The message.
    #[must_use]
    pub fn as_message(&self) -> &Message {
        &self.shared.message
    }

    /// All of the message, to be encoded so that others can send it too.
    fn part(&self) -> Part {
        let options = SendOptions {
            secret: true,
            ..self.shared.options
        };
        Part::whole(self.shared.message.kind(), options)
    }

    fn plain(&self) -> &SharedFrame {
        let plain = || Box::new(SharedFrame::plain(&self.shared.message));
        self.shared.plain.get_or_init(plain)
    }
}

/// Shows the length, no payload.
impl fmt::Debug for PreparedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedMessage")
            .field("kind", &self.shared.message.kind())
            .field("len", &self.shared.message.len())
            .field("options", &self.shared.options)
            .finish_non_exhaustive()
    }
}

impl Connection {
    /// Sends a message that was made for many connections.
    ///
    /// Its frame is queued by reference, which keeps it alive until it has left; a short one is
    /// copied. Where the extensions do not allow an encoding to be shared, and where the message is
    /// longer than [`Config::max_frame_payload_bytes`](crate::Config::max_frame_payload_bytes), this
    /// is [`send_with`](Self::send_with).
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_prepared(
        &mut self,
        prepared: &PreparedMessage,
        now: Timestamp,
    ) -> Result<(), ApiMisuse> {
        self.check_ready_for_message()?;
        let way = match self.way_of(prepared) {
            Ok(way) => way,
            Err(error) => return Err(self.extension_failed(error, now)),
        };
        let Shared {
            message, options, ..
        } = &*prepared.shared;
        let mut writer = self.writer();
        match way {
            Way::Ordinary => return self.send_with(message.clone(), *options, now),
            Way::Encoded(frame) => writer.shared_message(message, &frame),
            Way::Plain if message.len() < MIN_SHARED_BYTES => {
                writer.copied_message(message.kind(), message.as_bytes());
            }
            Way::Plain if writer.role.masks() => writer.plain_message(message.clone()),
            Way::Plain => writer.shared_message(message, prepared.plain()),
        }
        self.watch_output(now);
        self.watch_idle(now);
        Ok(())
    }

    /// How a prepared message goes out here; the extensions have taken note of it afterwards.
    fn way_of(&mut self, prepared: &PreparedMessage) -> Result<Way, EncodeError> {
        let message = &prepared.shared.message;
        if message.len() > self.config.max_fragment_bytes() {
            return Ok(Way::Ordinary);
        }
        if self.extensions.is_empty() {
            return Ok(Way::Plain);
        }
        let Some((name, key)) = self.extensions.alone_key() else {
            return Ok(Way::Ordinary);
        };
        let encodings = &prepared.shared.encodings;
        let known = encodings.get(name, key).cloned();
        let is_known = known.is_some();
        let encoded = match known {
            Some(encoded) => encoded,
            None => {
                let name = Box::from(name);
                let part = prepared.part();
                let bytes = message.as_bytes();
                let encoded = SharedFrame::encoded(&mut self.extensions, part, bytes)?;
                encodings.keep(name, key, encoded.clone());
                encoded
            }
        };
        Ok(match encoded {
            // The extension has no part in a message that it leaves as it is.
            None => Way::Plain,
            // It was encoded alone, so that it can be forgotten: what follows refers to nothing.
            Some(frame) if self.is_cut(&frame) => Way::Ordinary,
            Some(frame) => {
                if is_known {
                    self.extensions.pass_alone();
                }
                Way::Encoded(frame)
            }
        })
    }

    /// Whether an extension has made a message longer than a frame may be, and lets it be cut.
    fn is_cut(&self, frame: &SharedFrame) -> bool {
        self.extensions.allows_fragmentation()
            && frame.payload_len() > self.config.max_fragment_bytes()
    }
}

/// How a prepared message goes out on one connection.
enum Way {
    /// As any other message.
    Ordinary,
    /// As it is, in one frame.
    Plain,
    /// In a frame that was encoded alone.
    Encoded(SharedFrame),
}

#[cfg(test)]
mod tests;
