//! A WebSocket after its opening handshake: echo, and every rule of RFC 6455 §5–7.

use std::io::{self, Read};
use std::net::Shutdown;
use std::time::Duration;

use sockeye_conformance::Role;

use crate::deflate::Deflate;
use crate::fault::Fault;
use crate::frames::{Header, Stream};

/// A WebSocket that is open.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) stream: Stream,
    pub(crate) deflate: Option<Deflate>,
    pub(crate) fault: Option<Fault>,
}

/// A message under way.
#[derive(Debug, Default)]
struct Message {
    opcode: u8,
    is_compressed: bool,
    payload: Vec<u8>,
    n_fragments: usize,
}

/// Why a session ends.
enum Ending {
    /// The peer broke a rule: this is the code for it.
    Violation(u16),
    /// The peer has closed; this is the body of the answer.
    Closed(Vec<u8>),
    Gone,
}

impl From<io::Error> for Ending {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

impl Session {
    /// Echoes until the end of the connection.
    pub(crate) fn run(mut self) {
        let Err(ending) = self.echo() else { return };
        let body = match ending {
            Ending::Violation(code) => code.to_be_bytes().to_vec(),
            Ending::Closed(body) => body,
            Ending::Gone => return,
        };
        if self.fault != Some(Fault::NoCloseAnswer) {
            let _ = self.stream.send(0x88, &body);
        }
        if self.fault == Some(Fault::TalkAfterClose) {
            let _ = self.stream.send(0x81, b"and another thing");
        }
        self.end();
    }

    fn echo(&mut self) -> Result<(), Ending> {
        let mut message: Option<Message> = None;
        loop {
            let header = self.stream.header()?;
            self.check(header, message.is_some())?;
            let n_before = message.as_ref().map_or(0, |message| message.payload.len());
            if header.len.saturating_add(n_before as u64) > MAX_MESSAGE_BYTES {
                if self.is(Fault::EagerMemory) {
                    let n = usize::try_from(header.len.min(64 << 20)).unwrap_or_default();
                    std::hint::black_box(vec![1u8; n]);
                }
                return Err(Ending::Violation(1009));
            }
            let payload = self.stream.payload(header)?;
            match header.first_byte & 0x0f {
                0x0..=0x2 => self.see_data(header, payload, &mut message)?,
                0x8 => return Err(self.answer_to_close(payload)),
                0x9 => match self.fault {
                    Some(Fault::NoPong) => {}
                    Some(Fault::EmptyPong) => self.stream.send(0x8a, b"")?,
                    _ => self.stream.send(0x8a, &payload)?,
                },
                _ => {}
            }
        }
    }

    /// The rules on headers (§5.2–5.5).
    fn check(&self, header: Header, is_fragmented: bool) -> Result<(), Ending> {
        let protocol_error = Err(Ending::Violation(1002));
        let opcode = header.first_byte & 0x0f;
        let fin = header.first_byte & 0x80 != 0;
        let may_compress = self.deflate.is_some() && matches!(opcode, 0x1 | 0x2);
        match header.first_byte & 0x70 {
            0 => {}
            0x40 if may_compress => {}
            _ if self.is(Fault::AnyReservedBits) => {}
            _ => return protocol_error,
        }
        if matches!(opcode, 0x3..=0x7 | 0xb..=0xf) && !self.is(Fault::AnyOpcode) {
            return protocol_error;
        }
        let is_masked_as_owed = header.key.is_some() == (self.stream.role == Role::Server);
        if !is_masked_as_owed && !self.is(Fault::AnyMask) {
            return protocol_error;
        }
        if !header.is_shortest || header.len > u64::MAX / 2 {
            return protocol_error;
        }
        let is_control = opcode & 0x8 != 0;
        if is_control && (!fin || header.len > 125) {
            return protocol_error;
        }
        let is_in_order = match opcode {
            0x0 => is_fragmented || self.is(Fault::LooseContinuation),
            0x1 | 0x2 => !is_fragmented || self.is(Fault::JoinedMessages),
            _ => true,
        };
        match is_in_order {
            true => Ok(()),
            false => protocol_error,
        }
    }

    fn see_data(
        &mut self,
        header: Header,
        payload: Vec<u8>,
        slot: &mut Option<Message>,
    ) -> Result<(), Ending> {
        let opcode = header.first_byte & 0x0f;
        let fin = header.first_byte & 0x80 != 0;
        let mut message = slot.take().unwrap_or_else(|| Message {
            opcode: opcode.max(1),
            is_compressed: header.first_byte & 0x40 != 0,
            ..Message::default()
        });
        message.n_fragments += 1;
        if message.n_fragments > MAX_FRAGMENTS {
            return Err(Ending::Violation(1008));
        }
        let is_lost = self.is(Fault::LostFragment) && fin && message.payload.len() > 60_000;
        if !is_lost {
            message.payload.extend_from_slice(&payload);
        }
        let is_text = message.opcode == 1 && !message.is_compressed;
        if is_text && !self.is(Fault::AnyText) {
            check_text(&message.payload, fin)?;
        }
        match fin {
            true => self.send_back(message),
            false => {
                *slot = Some(message);
                Ok(())
            }
        }
    }

    fn send_back(&mut self, message: Message) -> Result<(), Ending> {
        let mut payload = message.payload;
        if let Some(deflate) = self.deflate.as_mut().filter(|_| message.is_compressed) {
            payload = deflate
                .inflate(&payload)
                .map_err(|_| Ending::Violation(1007))?;
            if payload.len() as u64 > MAX_MESSAGE_BYTES {
                return Err(Ending::Violation(1009));
            }
            if message.opcode == 1 && !self.is(Fault::AnyText) {
                check_text(&payload, true)?;
            }
        }
        if self.is(Fault::CorruptLong) && payload.len() >= 1 << 20 {
            payload[1 << 19] ^= 1;
        }
        let opcode = match self.is(Fault::TextAsBinary) {
            true => 2,
            false => message.opcode,
        };
        match &mut self.deflate {
            Some(deflate) => {
                let compressed = deflate.deflate(&payload);
                self.stream.send(0xc0 | opcode, &compressed)?;
            }
            None => self.stream.send(0x80 | opcode, &payload)?,
        }
        Ok(())
    }

    /// The rules on Close frames (§5.5.1, §7.4).
    fn answer_to_close(&self, body: Vec<u8>) -> Ending {
        if self.is(Fault::AnyCloseCode) {
            return Ending::Closed(body);
        }
        let Some((code, reason)) = body.split_first_chunk() else {
            return match body.is_empty() {
                true => Ending::Closed(body),
                false => Ending::Violation(1002),
            };
        };
        let code = u16::from_be_bytes(*code);
        if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
            return Ending::Violation(1002);
        }
        match str::from_utf8(reason) {
            Ok(_) => Ending::Closed(code.to_be_bytes().to_vec()),
            Err(_) => Ending::Violation(1007),
        }
    }

    /// Ends TCP: the server first, after the peer has had the time to read what was sent.
    fn end(&mut self) {
        if self.is(Fault::EndlessTcp) {
            std::thread::sleep(Duration::from_secs(60));
        }
        if self.stream.role == Role::Server {
            let _ = self.stream.tcp.shutdown(Shutdown::Write);
        }
        let _ = self.stream.tcp.set_read_timeout(Some(DRAIN));
        let mut buf = [0; 64 * 1024];
        let mut n_drained = 0;
        while let Ok(n @ 1..) = self.stream.read(&mut buf) {
            n_drained += n;
            if n_drained > MAX_DRAIN_BYTES {
                return;
            }
        }
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }
}

/// Text that is not UTF-8 fails at its first byte that cannot be (§8.1).
fn check_text(payload: &[u8], is_whole: bool) -> Result<(), Ending> {
    match str::from_utf8(payload) {
        Err(error) if is_whole || error.error_len().is_some() => Err(Ending::Violation(1007)),
        Ok(_) | Err(_) => Ok(()),
    }
}

const MAX_MESSAGE_BYTES: u64 = 32 << 20;

const MAX_FRAGMENTS: usize = 100_000;

const DRAIN: Duration = Duration::from_secs(1);

const MAX_DRAIN_BYTES: usize = 64 << 20;
