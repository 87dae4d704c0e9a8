//! System calls that are interrupted, short or fail: each call of an exchange goes wrong in each
//! way, once.
//!
//! Five frames come and are answered, in reads and writes of one byte and more. What comes of a
//! fault that passes is what comes without it; any other is reported once, and what had come whole
//! is delivered.

use std::io::ErrorKind;
use std::sync::{Arc, Mutex};

use sockeye_connection::{Config, Message};
use sockeye_frame::{FrameHeader, HeaderRules, Opcode, Role, Rsv};

use crate::testing::{Fault, Operation, Record, Scripted, VirtualClock, block_on, frame};
use crate::{Error, WebSocket};

/// What comes of an exchange for the application that has it.
#[derive(Debug, Default, Eq, PartialEq)]
struct Seen {
    received: Vec<Message>,
    /// The errors of receiving.
    failures: Vec<Failure>,
    /// The first error of sending.
    not_sent: Option<Failure>,
}

#[derive(Debug, Eq, PartialEq)]
enum Failure {
    Lost,
    Closed,
    Io(ErrorKind),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::ConnectionLost => Self::Lost,
            Error::Closed => Self::Closed,
            Error::Io(error) => Self::Io(error.kind()),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn of_every_call_of_a_client_lose_nothing_and_are_reported_once() {
    check_role(Role::Client);
}

#[test]
fn of_every_call_of_a_server_lose_nothing_and_are_reported_once() {
    check_role(Role::Server);
}

fn check_role(role: Role) {
    let exchange = Exchange::new(role);
    for step in [1, 3, 7, 100, usize::MAX] {
        exchange.check_all(step);
    }
}

/// The frames of a peer, and what comes of them.
struct Exchange {
    role: Role,
    input: Vec<u8>,
    /// Where in the input each of the messages ends.
    ends: [usize; 2],
    messages: [Message; 2],
}

impl Exchange {
    fn new(role: Role) -> Self {
        let payload = vec![7; 130];
        let frames = [
            frame(role, false, Opcode::Text, b"te"),
            frame(role, true, Opcode::Ping, b"ping"),
            frame(role, true, Opcode::Continuation, b"xt"),
            frame(role, true, Opcode::Binary, &payload),
            frame(role, true, Opcode::Close, &1000_u16.to_be_bytes()),
        ];
        Self {
            role,
            ends: [3, 4].map(|n| frames[..n].concat().len()),
            input: frames.concat(),
            messages: ["text".into(), payload.into()],
        }
    }

    fn check_all(&self, step: usize) {
        let (whole, record) = self.run(step, None);
        let expected = Seen {
            received: self.messages.to_vec(),
            ..Seen::default()
        };
        assert_eq!(whole, expected);
        let Record {
            written, n_calls, ..
        } = &*record.lock().unwrap();
        let written = unmasked(self.role, written);
        assert!(written.len() > 130 && n_calls.iter().all(|n| *n > 0));
        for (operation, n_calls) in Operation::ALL.into_iter().zip(n_calls) {
            for at in 0..*n_calls {
                for fault in FAULTS {
                    self.check(step, (operation, at, fault), &written);
                }
            }
        }
    }

    /// Sees what comes of one fault; `whole` is what is written without it.
    fn check(&self, step: usize, fault: (Operation, usize, Fault), whole: &[u8]) {
        let (seen, record) = self.run(step, Some(fault));
        let record = record.lock().unwrap();
        let Seen {
            failures, not_sent, ..
        } = &seen;
        let at = format!(
            "{:?}, steps of {step}, {fault:?}: {failures:?}, {not_sent:?}",
            self.role
        );
        let written = unmasked(self.role, &record.written);
        assert!(whole.starts_with(&written), "{at}: other bytes left");
        let (operation, _, fault) = fault;
        let kind = match (fault, operation) {
            (Fault::Pending | Fault::Kind(ErrorKind::Interrupted), _)
            | (Fault::Nothing, Operation::Flush | Operation::Shutdown) => None,
            (Fault::Nothing, Operation::Read) => Some(Failure::Lost),
            (Fault::Nothing, Operation::Write) => Some(Failure::Io(ErrorKind::WriteZero)),
            (Fault::Kind(kind), _) => Some(Failure::Io(kind)),
            (Fault::Number(number), _) => Some(Failure::Io(
                std::io::Error::from_raw_os_error(number).kind(),
            )),
        };
        // All that came whole is delivered, whichever direction has failed.
        let n_whole = self
            .ends
            .iter()
            .filter(|end| **end <= record.n_read)
            .count();
        assert_eq!(seen.received, self.messages[..n_whole], "{at}");
        let Some(kind) = kind else {
            assert_eq!(written, whole, "{at}");
            assert!(seen.failures.is_empty() && seen.not_sent.is_none(), "{at}");
            // A shutdown that is said to have succeeded is not tried again.
            let is_over =
                record.is_shut_down || (fault, operation) == (Fault::Nothing, Operation::Shutdown);
            assert!(is_over, "{at}: the peer waits for the end");
            return;
        };
        if operation != Operation::Read {
            assert_eq!(n_whole, 2, "{at}: reading goes on");
        }
        // RFC 6455 §7.1.1: whoever has the peer's Close needs no more of the transport.
        let has_close = record.n_read == self.input.len();
        if !has_close {
            assert_eq!(seen.failures, [kind], "{at}");
            assert_eq!(seen.not_sent, None, "{at}");
            return;
        }
        assert!(seen.failures.is_empty(), "{at}");
        // Who sends a message that does not leave is told why.
        if written.len() < whole.len() - self.close_len() {
            assert_eq!(seen.not_sent, Some(kind), "{at}");
        } else if let Some(not_sent) = &seen.not_sent {
            assert_eq!(not_sent, &kind, "{at}");
        }
    }

    /// The Close frame that answers the peer's, with its code.
    fn close_len(&self) -> usize {
        match self.role.masks() {
            true => 8,
            false => 4,
        }
    }

    /// Sends back each message until nothing more comes.
    fn run(
        &self,
        step: usize,
        fault: Option<(Operation, usize, Fault)>,
    ) -> (Seen, Arc<Mutex<Record>>) {
        let (transport, record) = Scripted::new(&self.input, step, fault);
        let clock = VirtualClock::default();
        let config = Config::default();
        let mut ws = WebSocket::from_upgraded(transport, clock.timer(), &[], self.role, config);
        let mut seen = Seen::default();
        block_on(&clock, async {
            for _ in 0..10 {
                match ws.recv().await {
                    Ok(Some(message)) => {
                        seen.received.push(message.clone());
                        if let Err(error) = ws.send(message).await {
                            seen.not_sent.get_or_insert_with(|| error.into());
                        }
                    }
                    Ok(None) => break,
                    Err(error) => seen.failures.push(error.into()),
                }
            }
            assert!(matches!(ws.recv().await, Ok(None)), "the end stays the end");
        });
        let waited = clock.elapsed();
        assert!(
            waited.is_zero(),
            "{fault:?} in steps of {step}: it took {waited:?}"
        );
        (seen, record)
    }
}

/// The frames of `from`, of which the last may be cut off, with keys of zeros in place of theirs.
fn unmasked(from: Role, bytes: &[u8]) -> Vec<u8> {
    let rules = HeaderRules {
        receiver: from.peer(),
        rsv: Rsv::NONE,
    };
    let mut bytes = bytes.to_vec();
    let mut rest = &mut bytes[..];
    while let Some((header, len)) = FrameHeader::decode(rest, rules).unwrap() {
        let (head, behind) = rest.split_at_mut(len);
        let n = behind.len().min(header.payload_len as usize);
        let (payload, behind) = behind.split_at_mut(n);
        if let Some(key) = header.mask {
            key.apply(0, payload);
            head[len - 4..].fill(0);
        }
        rest = behind;
    }
    // Of a key that has not left as a whole, too.
    if from.masks()
        && let &mut [_, second, ..] = rest
    {
        let start = match second & 0x7f {
            ..=125 => 2,
            126 => 4,
            127.. => 10,
        };
        rest.iter_mut().skip(start).for_each(|byte| *byte = 0);
    }
    bytes
}

/// Each way in which a call can go wrong; the numbers are ENOBUFS and ENOMEM of Linux.
const FAULTS: [Fault; 16] = [
    Fault::Pending,
    Fault::Nothing,
    Fault::Kind(ErrorKind::Interrupted),
    Fault::Kind(ErrorKind::WouldBlock),
    Fault::Kind(ErrorKind::WriteZero),
    Fault::Kind(ErrorKind::UnexpectedEof),
    Fault::Kind(ErrorKind::BrokenPipe),
    Fault::Kind(ErrorKind::ConnectionReset),
    Fault::Kind(ErrorKind::ConnectionAborted),
    Fault::Kind(ErrorKind::NotConnected),
    Fault::Kind(ErrorKind::TimedOut),
    Fault::Kind(ErrorKind::OutOfMemory),
    Fault::Kind(ErrorKind::PermissionDenied),
    Fault::Kind(ErrorKind::Other),
    Fault::Number(105),
    Fault::Number(12),
];
