//! From the subject's frames to events, with every rule that binds a sender (RFC 6455 §5–7).

use super::line::Line;
use super::record::{Sender, describe};
use crate::Role;
use crate::script::{Event, binary, pong, text};
use crate::wire::{Frame, Inflater};

/// What the subject has sent so far.
#[derive(Debug)]
pub(crate) struct Inbox {
    subject: Role,
    /// Whether the same event several times in a row counts once.
    pub(crate) merges_repeats: bool,
    pub(crate) events: Vec<Event>,
    /// Payloads of pings that were not answered yet.
    pub(crate) pings: Vec<Vec<u8>>,
    pub(crate) close: Option<Close>,
    message: Option<Fragments>,
    inflater: Option<Inflater>,
}

/// The subject's Close frame.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Close {
    /// `None` when the body is empty.
    pub(crate) code: Option<u16>,
    pub(crate) reason: String,
}

#[derive(Debug)]
struct Fragments {
    is_text: bool,
    is_compressed: bool,
    payload: Vec<u8>,
}

impl Inbox {
    pub(crate) fn new(subject: Role, inflater: Option<Inflater>) -> Self {
        Self {
            subject,
            merges_repeats: false,
            events: Vec::new(),
            pings: Vec::new(),
            close: None,
            message: None,
            inflater,
        }
    }

    /// Takes all whole frames out of what the line has received.
    pub(crate) fn take(&mut self, line: &mut Line) {
        let mut start = 0;
        while let Some((frame, len)) = Frame::read(&line.received[start..]) {
            line.record
                .bytes(Sender::Subject, &line.received[start..start + len], || {
                    describe(&frame)
                });
            start += len;
            if let Err(violation) = self.see(frame) {
                self.events.push(Event::Violation(violation));
            }
            // Pings are kept too, though no case expects them.
            let n_kept = self.events.len() + self.pings.len();
            if n_kept > MAX_EVENTS || self.message_bytes() > MAX_MESSAGE_BYTES {
                return line.give_up();
            }
        }
        line.received.drain(..start);
        if line.end.is_some() && !line.received.is_empty() && self.close.is_none() {
            let n_bytes = line.received.len();
            line.received.clear();
            let what = format!("the stream ends within a frame, after {n_bytes} bytes of it");
            self.events.push(Event::Violation(what));
        }
    }

    /// Takes one frame; the error is the rule it breaks, as a sentence.
    fn see(&mut self, frame: Frame) -> Result<(), String> {
        // RFC 6455 §5.5.1: no data frames after a Close. Pings and pongs mean nothing by then.
        if self.close.is_some() {
            return match frame.opcode() {
                0x9 | 0xa => Ok(()),
                _ => Err(format!("after its Close it sends: {}", describe(&frame))),
            };
        }
        self.check_header(&frame)?;
        match frame.opcode() {
            0x0 => match self.message.take() {
                Some(mut message) => {
                    message.payload.extend_from_slice(&frame.payload);
                    self.go_on(message, frame.fin())
                }
                None => Err("a continuation of nothing".into()),
            },
            0x1 | 0x2 => match self.message {
                Some(_) => Err("a new message within another".into()),
                None => {
                    let is_last = frame.fin();
                    let message = Fragments {
                        is_text: frame.opcode() == 0x1,
                        is_compressed: frame.rsv() == 0b100,
                        payload: frame.payload,
                    };
                    self.go_on(message, is_last)
                }
            },
            0x8 => self.see_close(&frame.payload),
            0x9 => {
                self.pings.push(frame.payload);
                Ok(())
            }
            0xa => {
                self.add(pong(frame.payload));
                Ok(())
            }
            opcode => Err(format!("the reserved opcode {opcode}")),
        }
    }

    fn message_bytes(&self) -> usize {
        let message = self.message.as_ref();
        message.map_or(0, |message| message.payload.len())
    }

    fn add(&mut self, event: Event) {
        if !(self.merges_repeats && self.events.last() == Some(&event)) {
            self.events.push(event);
        }
    }

    fn check_header(&self, frame: &Frame) -> Result<(), String> {
        match (self.subject, frame.masked) {
            (Role::Server, true) => return Err("a server's frame is masked".into()),
            (Role::Client, false) => return Err("a client's frame is not masked".into()),
            (Role::Server, false) | (Role::Client, true) => {}
        }
        let may_compress = self.inflater.is_some() && matches!(frame.opcode(), 0x1 | 0x2);
        match frame.rsv() {
            0 => {}
            0b100 if may_compress => {}
            rsv => return Err(format!("the reserved bits are {rsv:03b}")),
        }
        if !frame.is_shortest {
            return Err("a length is not in its shortest form".into());
        }
        let is_control = frame.opcode() & 0x8 != 0;
        if is_control && !frame.fin() {
            return Err("a control frame is fragmented".into());
        }
        if is_control && frame.payload.len() > 125 {
            return Err("a control frame is longer than 125 bytes".into());
        }
        Ok(())
    }

    fn go_on(&mut self, message: Fragments, fin: bool) -> Result<(), String> {
        if !fin {
            self.message = Some(message);
            return Ok(());
        }
        let payload = match &mut self.inflater {
            Some(inflater) if message.is_compressed => inflater
                .message(&message.payload)
                .map_err(|error| format!("a message cannot be inflated: {error}"))?,
            Some(_) | None => message.payload,
        };
        if !message.is_text {
            self.add(binary(payload));
            return Ok(());
        }
        match str::from_utf8(&payload) {
            Ok(_) => {
                self.add(text(payload));
                Ok(())
            }
            Err(_) => Err("a text message is not UTF-8".into()),
        }
    }

    fn see_close(&mut self, body: &[u8]) -> Result<(), String> {
        let (code, reason) = match body.split_first_chunk() {
            Some((code, reason)) => (Some(u16::from_be_bytes(*code)), reason),
            None => (None, &[][..]),
        };
        self.close = Some(Close {
            code,
            reason: String::from_utf8_lossy(reason).into_owned(),
        });
        match code {
            None if !body.is_empty() => Err("a Close with a body of one byte".into()),
            Some(code) if !may_be_sent(code) => Err(format!("a Close with the code {code}")),
            Some(_) if str::from_utf8(reason).is_err() => {
                Err("the reason of a Close is not UTF-8".into())
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// Whether a code may stand in a Close frame (RFC 6455 §7.4, and the registry it founds).
pub(crate) fn may_be_sent(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

/// Events and pings: far more than any case expects, or leaves to be counted.
const MAX_EVENTS: usize = 100_000;

/// Four times the longest message of a case.
const MAX_MESSAGE_BYTES: usize = 64 << 20;

#[cfg(test)]
mod tests {
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::run::record::Record;
    use crate::wire::encode;

    #[track_caller]
    fn check(subject: Role, frames: &[(u8, &[u8])], expected: &[&str]) {
        let mut inbox = Inbox::new(subject, None);
        for (first_byte, payload) in frames {
            let bytes = encode(subject, *first_byte, payload);
            let (frame, _) = Frame::read(&bytes).unwrap();
            if let Err(violation) = inbox.see(frame) {
                inbox.events.push(Event::Violation(violation));
            }
        }
        let events: Vec<_> = inbox.events.iter().map(ToString::to_string).collect();
        assert_eq!(events, expected);
    }

    #[test]
    fn fragments_make_one_message_with_control_frames_between() {
        let frames: [(u8, &[u8]); 3] = [(0x01, b"a"), (0x8a, b"x"), (0x80, b"b")];
        let expected = ["pong of 1 byte \"x\"", "text of 2 bytes \"ab\""];
        check(Role::Server, &frames, &expected);
        check(Role::Client, &frames, &expected);
    }

    #[test]
    fn what_a_sender_must_not_do_is_an_event() {
        check(
            Role::Server,
            &[(0x80, b"a")],
            &["a continuation of nothing"],
        );
        check(
            Role::Server,
            &[(0x01, b"a"), (0x81, b"b")],
            &["a new message within another"],
        );
        check(
            Role::Server,
            &[(0xc1, b"a")],
            &["the reserved bits are 100"],
        );
        check(Role::Server, &[(0x83, b"a")], &["the reserved opcode 3"]);
        check(
            Role::Server,
            &[(0x09, b"a")],
            &["a control frame is fragmented"],
        );
        check(
            Role::Server,
            &[(0x89, &[0; 126])],
            &["a control frame is longer than 125 bytes"],
        );
        check(
            Role::Server,
            &[(0x81, b"\xff")],
            &["a text message is not UTF-8"],
        );
        check(
            Role::Server,
            &[(0x88, b"\x03")],
            &["a Close with a body of one byte"],
        );
        check(
            Role::Server,
            &[(0x88, b"\x03\xed")],
            &["a Close with the code 1005"],
        );
        check(
            Role::Server,
            &[(0x88, b"\x03\xe8"), (0x8a, b""), (0x81, b"")],
            &["after its Close it sends: text, 0 bytes"],
        );
    }

    #[tokio::test]
    async fn pings_that_are_kept_have_a_bound() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap());
        let mut line = Line::new(stream.await.unwrap(), Record::new());
        let mut inbox = Inbox::new(Role::Server, None);
        line.received = b"\x89\0".repeat(MAX_EVENTS);
        inbox.take(&mut line);
        assert!(!line.is_endless);
        line.received = b"\x89\0".to_vec();
        inbox.take(&mut line);
        assert!(line.is_endless);
    }

    #[test]
    fn masks_are_those_of_the_role() {
        let masked = encode(Role::Client, 0x81, b"a");
        let (frame, _) = Frame::read(&masked).unwrap();
        assert!(Inbox::new(Role::Server, None).see(frame).is_err());
    }
}
