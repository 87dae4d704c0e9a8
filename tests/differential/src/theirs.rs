//! tungstenite's end: a stream in memory, and what it makes of the bytes.

use std::io::{self, Read, Write};

use sockeye_frame::Role;
use tungstenite::protocol::{self, WebSocket, WebSocketConfig};
use tungstenite::{Error, Message};

use crate::seen::{Event, Seen, answers};

/// Lets tungstenite read `bytes` as an endpoint of this role.
pub(crate) fn read(role: Role, bytes: &[u8], max_bytes: usize) -> Seen {
    let mut socket = socket(role, bytes, max_bytes);
    let mut events = Vec::new();
    let failed = loop {
        match socket.read() {
            Ok(message) => events.push(event(message)),
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => break None,
            Err(Error::ConnectionClosed | Error::AlreadyClosed) => break None,
            Err(Error::Protocol(_)) => break Some(1002),
            Err(Error::Utf8(_)) => break Some(1007),
            Err(Error::Capacity(_)) => break Some(1009),
            Err(other) => panic!("{other:?}"),
        }
        if let Some(Event::Close(..)) = events.last() {
            // The answer leaves; what follows a Close is not looked at.
            let _ = socket.flush();
            break None;
        }
    };
    let answers = answers(role, &socket.get_ref().written);
    Seen {
        events,
        failed,
        answers,
    }
}

/// The bytes that tungstenite writes for messages.
pub(crate) fn write(role: Role, messages: &[Event]) -> Vec<u8> {
    let mut socket = socket(role, &[], usize::MAX);
    for message in messages {
        let message = match message {
            Event::Text(text) => Message::text(text.as_str()),
            Event::Binary(bytes) => Message::binary(bytes.clone()),
            other => panic!("no message: {other:?}"),
        };
        socket.send(message).expect("memory takes all");
    }
    std::mem::take(&mut socket.get_mut().written)
}

fn socket(role: Role, bytes: &[u8], max_bytes: usize) -> WebSocket<Memory> {
    let role = match role {
        Role::Client => protocol::Role::Client,
        Role::Server => protocol::Role::Server,
    };
    let memory = Memory {
        unread: bytes.to_vec(),
        written: Vec::new(),
    };
    let config = WebSocketConfig::default()
        .max_message_size(Some(max_bytes))
        .max_frame_size(Some(max_bytes))
        .read_buffer_size(4096);
    WebSocket::from_raw_socket(memory, role, Some(config))
}

fn event(message: Message) -> Event {
    match message {
        Message::Text(text) => Event::Text(text.to_string()),
        Message::Binary(bytes) => Event::Binary(bytes.to_vec()),
        Message::Ping(bytes) => Event::Ping(bytes.to_vec()),
        Message::Pong(bytes) => Event::Pong(bytes.to_vec()),
        Message::Close(None) => Event::Close(1005, String::new()),
        Message::Close(Some(frame)) => Event::Close(frame.code.into(), frame.reason.to_string()),
        Message::Frame(frame) => panic!("a bare frame: {frame:?}"),
    }
}

/// A stream that blocks when all has been read.
#[derive(Debug)]
struct Memory {
    unread: Vec<u8>,
    written: Vec<u8>,
}

impl Read for Memory {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = buf.len().min(self.unread.len());
        if n == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        buf[..n].copy_from_slice(&self.unread[..n]);
        self.unread.drain(..n);
        Ok(n)
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
