//! Headers, read as soon as they are there, and frames written.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use sockeye_conformance::Role;
use sockeye_conformance::wire::encode;

/// A frame's header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) first_byte: u8,
    pub(crate) key: Option<[u8; 4]>,
    pub(crate) len: u64,
    pub(crate) is_shortest: bool,
}

/// A connection with the bytes that were read ahead.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) tcp: TcpStream,
    ahead: Vec<u8>,
    pub(crate) role: Role,
}

impl Stream {
    pub(crate) fn new(tcp: TcpStream, ahead: Vec<u8>, role: Role) -> Self {
        Self { tcp, ahead, role }
    }

    pub(crate) fn header(&mut self) -> io::Result<Header> {
        let [first_byte, second] = self.array()?;
        let (len, shortest_from) = match second & 0x7f {
            126 => (u64::from(u16::from_be_bytes(self.array()?)), 126),
            127 => (u64::from_be_bytes(self.array()?), 0x1_0000),
            len => (u64::from(len), 0),
        };
        let key = match second & 0x80 {
            0 => None,
            _ => Some(self.array()?),
        };
        Ok(Header {
            first_byte,
            key,
            len,
            is_shortest: len >= shortest_from,
        })
    }

    /// The payload behind a header, unmasked; memory grows with what comes.
    pub(crate) fn payload(&mut self, header: Header) -> io::Result<Vec<u8>> {
        let mut payload = Vec::new();
        self.take(header.len).read_to_end(&mut payload)?;
        if payload.len() as u64 != header.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(key) = header.key {
            for (byte, key) in payload.iter_mut().zip(key.iter().cycle()) {
                *byte ^= key;
            }
        }
        Ok(payload)
    }

    pub(crate) fn send(&mut self, first_byte: u8, payload: &[u8]) -> io::Result<()> {
        self.tcp.write_all(&encode(self.role, first_byte, payload))
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut array = [0; N];
        self.read_exact(&mut array)?;
        Ok(array)
    }
}

impl Read for Stream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.ahead.is_empty() {
            self.ahead.resize(64 * 1024, 0);
            let n = self.tcp.read(&mut self.ahead);
            self.ahead.truncate(*n.as_ref().unwrap_or(&0));
            n?;
        }
        let n = buf.len().min(self.ahead.len());
        buf[..n].copy_from_slice(&self.ahead[..n]);
        self.ahead.drain(..n);
        Ok(n)
    }
}
