//! The client's side of the opening handshake (RFC 6455 §4.1).
//!
//! Writes the request, then reads the response: interim responses are passed over, a 101 is
//! checked in `client/answer.rs`, anything else is a refusal whose body is read for the error.
//! Follows no redirects and answers no challenges.

use std::{fmt, mem};

use http::{Response, StatusCode};

use crate::body::BodyReader;
use crate::head::HeadReader;
use crate::key::{accept_for, encode_key};
use crate::parse::parse_response;
use crate::{ClientRequest, Established, HandshakeError, HeadLimits};

use answer::Expected;

mod answer;

/// Opens one connection: a request to write, then the response to read.
///
/// Write [`request`](Self::request) to the transport. Feed what arrives to
/// [`handle_input`](Self::handle_input), and tell what else happens with
/// [`handle_eof`](Self::handle_eof) and [`handle_timeout`](Self::handle_timeout); after each, call
/// [`poll`](Self::poll), until it gives the result. Afterwards nothing more is taken in: what is
/// read later belongs to the connection, behind [`Established::leftover`].
///
/// Looks at each byte once, however the input is cut, and holds no more than one head and one
/// truncated body.
pub struct ClientHandshake {
    request: Vec<u8>,
    expected: Expected,
    limits: HeadLimits,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The head of the final response, or of an interim one before it.
    Head {
        reader: HeadReader,
        n_interim: u32,
    },
    /// The body of a refusal.
    Body {
        response: Response<()>,
        body: BodyReader,
    },
    /// The result waits to be fetched.
    Decided(Box<Result<Established, HandshakeError>>),
    Over,
}

impl ClientHandshake {
    /// Writes the request with a nonce.
    ///
    /// The 16 bytes must be random and new for each handshake (RFC 6455 §4.1).
    ///
    /// # Errors
    ///
    /// [`HandshakeError::InvalidHeader`]: an extension offers what cannot stand in a header.
    pub fn new(
        request: &ClientRequest,
        nonce: [u8; 16],
        limits: HeadLimits,
    ) -> Result<Self, HandshakeError> {
        let key = encode_key(nonce);
        let expected = Expected {
            accept: accept_for(key.as_bytes()),
            subprotocols: request.subprotocols.clone(),
            extensions: request.extensions.clone(),
        };
        let state = State::Head {
            reader: HeadReader::for_response(limits),
            n_interim: 0,
        };
        Ok(Self {
            request: request.encode(&key)?,
            expected,
            limits,
            state,
        })
    }

    /// Takes in bytes that the server sent; ignored after the result was fetched.
    pub fn handle_input(&mut self, mut input: &[u8]) {
        // An interim response leaves bytes for the next head, a refusal for its body.
        loop {
            match &mut self.state {
                State::Head { reader, n_interim } => {
                    let n_interim = *n_interim;
                    let read = match reader.read(input) {
                        Ok(None) => return,
                        Ok(Some(rest)) => parse_response(reader)
                            .map(|response| (response, rest))
                            .map_err(HandshakeError::from),
                        Err(_) if is_tls_alert(reader, input) => Err(HandshakeError::TlsAlert),
                        Err(fault) => Err(fault.into()),
                    };
                    match read {
                        Ok((response, rest)) => {
                            input = rest;
                            self.state = self.after_head(response, n_interim);
                        }
                        Err(error) => self.state = State::failed(error),
                    }
                }
                State::Body { body, .. } => {
                    body.read(input);
                    if body.is_complete() {
                        self.end_refusal();
                    }
                    return;
                }
                State::Decided(result) => {
                    if let Ok(established) = result.as_mut() {
                        established.leftover.extend_from_slice(input);
                    }
                    return;
                }
                State::Over => return,
            }
        }
    }

    /// Takes in that the server sends no more: the end of a refusal, or an error.
    pub fn handle_eof(&mut self) {
        self.end_early(HandshakeError::UnexpectedEof);
    }

    /// Takes in that the time for the whole handshake is up: the result is a refusal with the
    /// body as far as it came, or [`HandshakeError::TimedOut`].
    pub fn handle_timeout(&mut self) {
        self.end_early(HandshakeError::TimedOut);
    }

    /// Gives the result, once; `None` while more input is needed, and ever after.
    ///
    /// Errors are those of the response: [`HandshakeError::Refused`] for any status but 101,
    /// otherwise the variant that names what is wrong with it. The connection must be closed
    /// then, and no frame of it may be looked at.
    pub fn poll(&mut self) -> Option<Result<Established, HandshakeError>> {
        match mem::replace(&mut self.state, State::Over) {
            State::Decided(result) => Some(*result),
            undecided @ (State::Head { .. } | State::Body { .. }) => {
                self.state = undecided;
                None
            }
            State::Over => None,
        }
    }

    /// The request head, to be written whole before anything else.
    #[must_use]
    pub fn request(&self) -> &[u8] {
        &self.request
    }

    /// The head of a refusal while its body is being read.
    ///
    /// For whoever needs no body, as of a redirect that is followed: [`handle_eof`](Self::handle_eof)
    /// ends it then.
    #[must_use]
    pub fn refusal_head(&self) -> Option<&Response<()>> {
        match &self.state {
            State::Body { response, .. } => Some(response),
            State::Head { .. } | State::Decided(_) | State::Over => None,
        }
    }

    fn after_head(&self, response: Response<()>, n_interim: u32) -> State {
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return State::Decided(Box::new(self.expected.check(response)));
        }
        if !response.status().is_informational() {
            let body = BodyReader::new(&response, self.limits.max_refusal_body_bytes);
            return State::Body { response, body };
        }
        // RFC 9110 §15.2: a client MUST be able to parse one or more 1xx responses before a final
        // response; without end they would keep it waiting.
        if n_interim >= MAX_INTERIM {
            return State::failed(HandshakeError::TooManyInterimResponses);
        }
        State::Head {
            reader: HeadReader::for_response(self.limits),
            n_interim: n_interim + 1,
        }
    }

    fn end_early(&mut self, error: HandshakeError) {
        match self.state {
            State::Head { .. } => self.state = State::failed(error),
            State::Body { .. } => self.end_refusal(),
            State::Decided(_) | State::Over => {}
        }
    }

    fn end_refusal(&mut self) {
        if let State::Body { response, body } = mem::replace(&mut self.state, State::Over) {
            let response = response.map(|()| body.into_bytes());
            self.state = State::failed(HandshakeError::Refused(Box::new(response)));
        }
    }
}

impl fmt::Debug for ClientHandshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The request may hold credentials.
        f.debug_struct("ClientHandshake")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl State {
    fn failed(error: HandshakeError) -> Self {
        Self::Decided(Box::new(Err(error)))
    }
}

/// Whether `input` is the first of a response and begins a record of the type `alert` (RFC 8446
/// §5.1). That is what a server with TLS makes of a request without.
fn is_tls_alert(reader: &HeadReader, input: &[u8]) -> bool {
    reader.head().is_empty() && input.first() == Some(&0x15)
}

/// Interim responses that are passed over. Servers send one or two, if any.
pub(crate) const MAX_INTERIM: u32 = 8;

#[cfg(test)]
mod tests;
