//! The other ends: a process that opens connections, gets an echo on each, and falls silent.
//!
//! Blocking, and WebSocket by hand: they must not be able to share a fault with the server.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use sockeye_tests::Worker;

use crate::{Result, Subject};

/// The process that holds the other ends.
pub(crate) struct Clients(Worker);

impl Clients {
    pub(crate) fn start(subject: Subject, address: SocketAddr) -> Result<Self> {
        let args = [
            "clients".to_owned(),
            format!("{subject:?}"),
            address.to_string(),
        ];
        Ok(Self(Worker::start(args)?))
    }

    /// Opens more connections and waits until each has its echo.
    pub(crate) fn open(&mut self, n_more: u32) -> Result<()> {
        self.0.order(&n_more.to_string())?;
        match self.0.answer()? {
            Some(_) => Ok(()),
            None => {
                Err("the clients gave up: is `ulimit -n` above the number of connections?".into())
            }
        }
    }
}

/// Opens as many connections as each line of standard input says, until that ends.
pub(crate) fn open(subject: Subject, address: SocketAddr) -> Result<()> {
    let mut open = Vec::new();
    for order in io::stdin().lines() {
        let n_more: u32 = order?.parse()?;
        for _ in 0..n_more {
            open.push(echoed_once(subject, address)?);
        }
        writeln!(io::stdout(), "{} open", open.len())?;
    }
    Ok(())
}

/// A connection that has got its one message back.
fn echoed_once(subject: Subject, address: SocketAddr) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let payload = [0x55; MESSAGE_BYTES];
    // RFC 6455 §5.2: FIN and binary; a 16-bit length. The masking key is zero, which masks nothing.
    let (request_header, answer_header): (&[u8], &[u8]) = match subject {
        Subject::Bare => (&[], &[]),
        Subject::Sockeye => (&[0x82, 0xfe, 4, 0, 0, 0, 0, 0], &[0x82, 0x7e, 4, 0]),
    };
    if let Subject::Sockeye = subject {
        write!(
            stream,
            "GET / HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            head.extend(byte);
        }
        if !head.starts_with(b"HTTP/1.1 101 ") {
            return Err(String::from_utf8_lossy(&head).into());
        }
    }
    stream.write_all(&[request_header, &payload].concat())?;
    let mut answer = vec![0; answer_header.len() + MESSAGE_BYTES];
    stream.read_exact(&mut answer)?;
    match answer == [answer_header, &payload].concat() {
        true => Ok(stream),
        false => Err("the echo is not what was sent".into()),
    }
}

const MESSAGE_BYTES: usize = 1024;

/// How long a client waits for an answer that never comes.
const PATIENCE: Duration = Duration::from_secs(10);
