//! A WebSocket echo server and a client on blocking sockets of the standard library.
//!
//! Uses two layers as they are, `sockeye-handshake` and then `sockeye-connection`, which have no
//! I/O of their own; the numbered steps are those of `docs/sans-io.md`. Leaves out what is no part
//! of the protocol: listening for more than one client, TLS.
//!
//! ```text
//! cargo run --example sans_io
//! ```

#![expect(clippy::print_stdout, reason = "it prints what came back")]

use std::error::Error;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use sockeye::connection::{ApiMisuse, Connection, Event, Input, Timestamp, Transmit};
use sockeye::handshake::{ClientHandshake, Established, ServerEvent, ServerHandshake};
use sockeye::{Acceptance, CloseCode, CloseFrame, CloseOutcome, Config, HeadLimits};
use sockeye::{IntoClientRequest, Message, OriginPolicy, Refusal, Role, UpgradeRequest};

type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("ws://{}/", listener.local_addr()?);
    let server = thread::spawn(move || serve(listener.accept()?.0));

    let (mut client, leftover) = connect(&url)?;
    client.connection.send("hello".into(), client.now())?;
    let outcome = client.run(leftover, |connection, message, now| {
        println!("echoed: {message}");
        connection.close(CloseFrame::new(CloseCode::NormalClosure, "done"), now)
    })?;
    println!("closed: {outcome}");
    server.join().expect("the server does not panic")
}

/// Step 1, client: write the request, read until there is a result.
fn connect(url: &str) -> Result<(Endpoint, Vec<u8>)> {
    let request = url.into_client_request()?;
    let mut socket = TcpStream::connect((request.uri().host(), request.uri().port()))?;
    let mut nonce = [0; 16];
    fill(&mut nonce);
    let mut handshake = ClientHandshake::new(&request, nonce, HeadLimits::default())?;
    socket.write_all(handshake.request())?;
    let (mut buf, deadline) = ([0; 4096], Instant::now() + HANDSHAKE_LIMIT);
    loop {
        match read(&mut socket, &mut buf, Some(deadline)) {
            Ok(0) => handshake.handle_eof(),
            Ok(n) => handshake.handle_input(&buf[..n]),
            Err(error) if is_timeout(&error) => handshake.handle_timeout(),
            Err(error) => return Err(error.into()),
        }
        if let Some(result) = handshake.poll() {
            return Ok(Endpoint::new(socket, Role::Client, result?));
        }
    }
}

/// Step 1, server: read until there is an event, judge it, write the answer.
fn serve(mut socket: TcpStream) -> Result<()> {
    let mut handshake = ServerHandshake::new(HeadLimits::default());
    let (mut buf, deadline) = ([0; 4096], Instant::now() + HANDSHAKE_LIMIT);
    let mut at_eof = false;
    let event = loop {
        match handshake.poll() {
            Some(event) => break event,
            // It left without a word.
            None if at_eof => return Ok(()),
            None => {}
        }
        match read(&mut socket, &mut buf, Some(deadline)) {
            Ok(0) => {
                handshake.handle_eof();
                at_eof = true;
            }
            Ok(n) => handshake.handle_input(&buf[..n]),
            Err(error) if is_timeout(&error) => handshake.handle_timeout(),
            Err(error) => return Err(error.into()),
        }
    };
    match judge(event) {
        Ok(request) => {
            let (response, established) = request.accept(Acceptance::new())?;
            socket.write_all(&response)?;
            let (server, leftover) = Endpoint::new(socket, Role::Server, established);
            server.run(leftover, Connection::send).map(drop)
        }
        Err(refusal) => {
            socket.write_all(&refusal.encode())?;
            socket.shutdown(Shutdown::Write)?;
            // Unread bytes would turn the end of the connection into a reset, which takes the
            // response with it.
            while read(&mut socket, &mut buf, Some(deadline)).is_ok_and(|n| n > 0) {}
            Ok(())
        }
    }
}

fn judge(event: ServerEvent) -> Result<UpgradeRequest, Refusal> {
    match event {
        ServerEvent::Upgrade(request) => {
            OriginPolicy::Same.check(request.origin(), request.host())?;
            Ok(*request)
        }
        ServerEvent::Plain(request) => Err(Refusal::upgrade_required().answering(request.method())),
        ServerEvent::Refuse(refusal) => Err(refusal),
    }
}

/// One end of an open connection: a socket, the protocol, and a clock.
struct Endpoint {
    socket: TcpStream,
    connection: Connection,
    origin: Instant,
}

impl Endpoint {
    /// Step 2: a connection from what the handshake ended in; the leftover is its first input.
    fn new(socket: TcpStream, role: Role, established: Established) -> (Self, Vec<u8>) {
        let (config, now) = (Config::default(), Timestamp::default());
        let extensions = established.extensions;
        let endpoint = Self {
            socket,
            connection: Connection::new(role, config, extensions, Box::new(fill), now),
            origin: Instant::now(),
        };
        (endpoint, established.leftover)
    }

    /// Lets `handle` see each message, until the connection is closed; then drops the socket.
    fn run(
        mut self,
        mut leftover: Vec<u8>,
        mut handle: impl FnMut(&mut Connection, Message, Timestamp) -> Result<(), ApiMisuse>,
    ) -> Result<CloseOutcome> {
        let mut buf = vec![0; 64 * 1024];
        let mut input = Input::from(&mut leftover[..]);
        loop {
            // Step 3: take events until there is none.
            let now = self.now();
            while let Some(event) = self.connection.next_event(&mut input, now) {
                if let Event::Message(message) = event {
                    handle(&mut self.connection, message.into_message(), now)?;
                }
            }
            // Step 4: write until nothing is due.
            let written = self.write();
            if let Some(outcome) = self.connection.close_outcome() {
                return Ok(outcome);
            }
            // Step 5: wait for bytes or the deadline, whichever comes first.
            input = Input::default();
            match written.and_then(|()| self.read(&mut buf)) {
                Ok(0) => self.connection.handle_eof(self.now()),
                Ok(n) => input = Input::from(&mut buf[..n]),
                Err(error) if is_timeout(&error) => self.connection.handle_timeout(self.now()),
                Err(_) => self.connection.handle_disconnect(),
            }
        }
    }

    fn write(&mut self) -> io::Result<()> {
        loop {
            let limit = time_left(self.deadline());
            match self.connection.transmit() {
                Transmit::Nothing => return Ok(()),
                Transmit::Bytes(slices) => {
                    let slices: Vec<_> = slices.map(IoSlice::new).collect();
                    self.socket.set_write_timeout(limit)?;
                    let n = self.socket.write_vectored(&slices)?;
                    self.connection.handle_transmitted(n, self.now());
                }
                Transmit::HalfClose => {
                    self.socket.shutdown(Shutdown::Write)?;
                    self.connection.handle_half_closed(self.now());
                }
            }
        }
    }

    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let deadline = self.deadline();
        if !self.connection.wants_input() {
            // We failed a peer that goes on sending. It gets its Close frame as long as the socket
            // stays open, for a second at most.
            thread::sleep(time_left(deadline).unwrap_or_default());
            return Err(ErrorKind::TimedOut.into());
        }
        read(&mut self.socket, buf, deadline)
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_duration(self.origin.elapsed())
    }

    fn deadline(&self) -> Option<Instant> {
        let deadline = self.connection.poll_timeout()?;
        self.origin.checked_add(deadline.as_duration())
    }
}

fn read(socket: &mut TcpStream, buf: &mut [u8], deadline: Option<Instant>) -> io::Result<usize> {
    socket.set_read_timeout(time_left(deadline))?;
    socket.read(buf)
}

/// The time left, as sockets want it: no less than a millisecond, since they refuse zero.
fn time_left(deadline: Option<Instant>) -> Option<Duration> {
    let left = deadline?.saturating_duration_since(Instant::now());
    Some(left.max(Duration::from_millis(1)))
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Unpredictable bytes from the keys that the operating system gives to hash maps: the only source
/// in the standard library. A program that can have dependencies takes the crate `getrandom`.
fn fill(bytes: &mut [u8]) {
    for chunk in bytes.chunks_mut(8) {
        let random = RandomState::new().build_hasher().finish().to_ne_bytes();
        chunk.copy_from_slice(&random[..chunk.len()]);
    }
}

const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);
