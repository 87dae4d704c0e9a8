//! A peer made of bytes: it sends what no WebSocket library would, and sees exactly what it gets.
//!
//! Client or server over a real socket. Whatever it waits for is bounded by [`within`].

mod frame;
mod wire;

use std::io;

use sockeye::handshake::{ServerEvent, ServerHandshake};
use sockeye::{Acceptance, HeadLimits, ServerTls};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub use frame::{RawFrame, frame, header};
pub use wire::Place;
use wire::Wire;

use crate::{OpenSsl, within};

/// One end of a connection, and what arrived on it and was not looked at yet.
#[derive(Debug)]
pub struct RawPeer {
    stream: Wire,
    received: Vec<u8>,
}

impl RawPeer {
    /// Connects, with TLS to a server that has it, and says nothing.
    ///
    /// # Panics
    ///
    /// If it cannot.
    pub async fn connect(place: impl Into<Place>) -> Self {
        Self::new(Wire::connect(place.into()).await)
    }

    /// Talks by a program that has TLS. Dropped, it ends without a word of TLS; half-closed, with
    /// one.
    #[must_use]
    pub fn by(program: OpenSsl) -> Self {
        Self::new(Wire::Program(Box::new(program)))
    }

    /// Opens a WebSocket as a client.
    ///
    /// # Panics
    ///
    /// If it is refused.
    pub async fn open(place: impl Into<Place>) -> Self {
        Self::open_with(place, "", &[]).await
    }

    /// The same with header `fields`, each ended by a line end, and with `early` bytes right behind
    /// the head, in the same write.
    ///
    /// # Panics
    ///
    /// If it is refused.
    pub async fn open_with(place: impl Into<Place>, fields: &str, early: &[u8]) -> Self {
        let mut peer = Self::connect(place).await;
        let request = [request(fields).as_bytes(), early].concat();
        peer.send(&request).await;
        let head = peer.head().await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        peer
    }

    /// Waits for a client and lets it open a WebSocket.
    ///
    /// # Panics
    ///
    /// If nobody comes, or with a request that is no opening handshake.
    pub async fn accept(listener: &TcpListener) -> Self {
        Self::accept_with(listener, "", &[]).await
    }

    /// The same with header `fields`, each ended by a line end, and with `early` bytes right behind
    /// the head, in the same write.
    ///
    /// # Panics
    ///
    /// If nobody comes, or with a request that is no opening handshake.
    pub async fn accept_with(listener: &TcpListener, fields: &str, early: &[u8]) -> Self {
        Self::accept_request(listener, fields, early).await.0
    }

    /// The same; also gives the request.
    ///
    /// # Panics
    ///
    /// If nobody comes, or with a request that is no opening handshake.
    pub async fn accept_request(
        listener: &TcpListener,
        fields: &str,
        early: &[u8],
    ) -> (Self, String) {
        let mut peer = Self::accept_silently(listener).await;
        let request = peer.answer(fields, early).await;
        (peer, request)
    }

    /// Waits for a client, and says nothing.
    ///
    /// # Panics
    ///
    /// If nobody comes.
    pub async fn accept_silently(listener: &TcpListener) -> Self {
        let accepted = within("a client", listener.accept()).await;
        let (stream, _) = accepted.expect("the listener works");
        Self::new(Wire::Plain(stream))
    }

    /// Waits for a client, makes the handshake of TLS, and says nothing.
    ///
    /// # Panics
    ///
    /// If nobody comes who can do TLS and trusts this end.
    pub async fn accept_secure(listener: &TcpListener, tls: &ServerTls) -> Self {
        let accepted = within("a client", listener.accept()).await;
        let (stream, _) = accepted.expect("the listener works");
        Self::new(Wire::accept(stream, tls).await)
    }

    fn new(stream: Wire) -> Self {
        if let Some(socket) = stream.socket() {
            socket
                .set_nodelay(true)
                .expect("a connected socket takes the option");
        }
        Self {
            stream,
            received: Vec::new(),
        }
    }

    /// Answers an opening handshake as [`accept_with`](Self::accept_with) does; gives the request.
    ///
    /// # Panics
    ///
    /// If none comes.
    pub async fn answer(&mut self, fields: &str, early: &[u8]) -> String {
        let request = self.head().await;
        let head = answer_to(&request, fields);
        self.send(&[head.as_bytes(), early].concat()).await;
        request
    }

    /// Answers one request with a redirect, and waits until the client goes; gives the head of the
    /// request, in small letters.
    ///
    /// # Panics
    ///
    /// If none comes.
    pub async fn redirect(mut self, location: &str) -> String {
        let head = self.head().await;
        let answer = format!(
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
        );
        self.send(answer.as_bytes()).await;
        // The client dials anew.
        let _ = self.rest().await;
        head.to_lowercase()
    }

    /// Sends `bytes`.
    ///
    /// # Panics
    ///
    /// If the other end does not take them.
    pub async fn send(&mut self, bytes: &[u8]) {
        within("room for bytes", self.write(bytes))
            .await
            .expect("the other end takes bytes");
    }

    /// Sends `bytes`, as far as the other end takes them.
    pub async fn try_send(&mut self, bytes: &[u8]) {
        let _ = within("room for bytes", self.write(bytes)).await;
    }

    /// Receives a head, the empty line at its end included.
    ///
    /// # Panics
    ///
    /// If none comes.
    pub async fn head(&mut self) -> String {
        let end = loop {
            let mut windows = self.received.windows(4);
            if let Some(end) = windows.position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            self.receive("the end of a head").await;
        };
        let rest = self.received.split_off(end);
        let head = std::mem::replace(&mut self.received, rest);
        String::from_utf8(head).expect("a head is text")
    }

    /// Receives a frame.
    ///
    /// # Panics
    ///
    /// If none comes.
    pub async fn frame(&mut self) -> RawFrame {
        loop {
            if let Some((frame, len)) = RawFrame::read(&self.received) {
                self.received.drain(..len);
                return frame;
            }
            self.receive("a frame").await;
        }
    }

    /// Fills `bytes` with what comes, and reads no further.
    ///
    /// # Panics
    ///
    /// If that does not come, or bytes were received before that nobody has looked at.
    pub async fn bytes(&mut self, bytes: &mut [u8]) {
        assert!(self.received.is_empty(), "bytes would be lost");
        let n = within("bytes", self.stream.read_exact(bytes)).await;
        n.expect("the connection is kept");
    }

    /// Receives all that comes until the other end closes its direction.
    ///
    /// # Errors
    ///
    /// It resets the connection instead; what came before is lost.
    ///
    /// # Panics
    ///
    /// If it does neither.
    pub async fn rest(&mut self) -> io::Result<Vec<u8>> {
        let Self { stream, received } = self;
        within("the end of a connection", stream.read_to_end(received)).await?;
        Ok(std::mem::take(received))
    }

    /// Receives one Close frame and then the orderly end of the connection; gives its code.
    ///
    /// # Panics
    ///
    /// If anything else comes; `what` is in the message.
    pub async fn close_and_end(&mut self, what: &str) -> u16 {
        let rest = self.rest().await;
        one_close(&rest).unwrap_or_else(|seen| panic!("{what}: saw {seen}"))
    }

    /// Sends `junk` again and again until the other end has closed its direction; gives all that
    /// it sent.
    ///
    /// # Errors
    ///
    /// It resets the connection instead of closing its direction.
    ///
    /// # Panics
    ///
    /// If it does neither.
    pub async fn blast(&mut self, junk: &[u8]) -> io::Result<Vec<u8>> {
        let Self { stream, received } = self;
        let (mut reader, mut writer) = tokio::io::split(stream);
        let blasting = async {
            while writer.write_all(junk).await.is_ok() {}
            // Writing fails once the other end is gone; what it said before counts all the same.
            std::future::pending::<()>().await;
        };
        let reading = within("the end of a connection", reader.read_to_end(received));
        tokio::select! {
            () = blasting => unreachable!("it never ends by itself"),
            result = reading => result?,
        };
        Ok(std::mem::take(received))
    }

    /// Closes this end's direction.
    ///
    /// # Panics
    ///
    /// If the connection is gone already.
    pub async fn half_close(&mut self) {
        self.stream
            .shutdown()
            .await
            .expect("the connection is there");
    }

    /// Resets the connection: the other end's calls fail instead of ending.
    ///
    /// # Panics
    ///
    /// If the operating system does not, or the socket is a program's.
    pub fn reset(self) {
        let socket = self.stream.socket().expect("the socket is ours");
        socket.set_zero_linger().expect("a socket takes the option");
    }

    /// The socket, for a thread that blocks.
    ///
    /// # Panics
    ///
    /// If there is TLS, or bytes were received that nobody has looked at.
    #[must_use]
    pub fn into_blocking(self) -> std::net::TcpStream {
        assert!(self.received.is_empty(), "bytes would be lost");
        let stream = self
            .stream
            .into_socket()
            .into_std()
            .expect("the socket is registered");
        stream
            .set_nonblocking(false)
            .expect("a socket takes the option");
        stream
    }

    /// The socket, for a test that reads in a way of its own.
    ///
    /// # Panics
    ///
    /// If there is TLS, or bytes were received that nobody has looked at.
    #[must_use]
    pub fn into_stream(self) -> TcpStream {
        assert!(self.received.is_empty(), "bytes would be lost");
        self.stream.into_socket()
    }

    /// TLS keeps bytes of its own until it is told to flush.
    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    async fn receive(&mut self, what: &str) {
        let n = within(what, self.stream.read_buf(&mut self.received)).await;
        match n {
            Ok(1..) => {}
            Ok(0) => panic!("the end instead of {what}, after {:02x?}", self.received),
            Err(error) => panic!("{error} instead of {what}"),
        }
    }
}

/// A valid opening request with additional header `fields`, each ended by a line end.
#[must_use]
pub fn request(fields: &str) -> String {
    format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
         {fields}\r\n"
    )
}

/// The 101 that an opening request wants, with header `fields`, each ended by a line end.
///
/// # Panics
///
/// If it is no opening handshake.
#[must_use]
pub fn answer_to(request: &str, fields: &str) -> String {
    // Keys are not what raw peers are for.
    let mut handshake = ServerHandshake::new(HeadLimits::default());
    handshake.handle_input(request.as_bytes());
    let Some(ServerEvent::Upgrade(upgrade)) = handshake.poll() else {
        panic!("no opening handshake: {request}");
    };
    let (mut head, _) = upgrade
        .accept(Acceptance::new())
        .expect("nothing is granted that was not asked for");
    head.truncate(head.len() - "\r\n".len());
    let head = String::from_utf8(head).expect("a head is text");
    format!("{head}{fields}\r\n")
}

/// The code of the Close frame that is all that came before an orderly end.
///
/// # Errors
///
/// What came instead.
pub fn one_close(rest: &io::Result<Vec<u8>>) -> Result<u16, String> {
    let frames = match rest {
        Ok(bytes) => RawFrame::read_all(bytes),
        Err(error) => return Err(error.to_string()),
    };
    match &frames[..] {
        [frame] => match frame.as_close() {
            Some((code, _)) => Ok(code),
            None => Err(format!("{frame:?}")),
        },
        frames => Err(format!("{frames:?}")),
    }
}
