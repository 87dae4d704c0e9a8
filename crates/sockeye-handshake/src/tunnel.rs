//! A tunnel through an HTTP proxy (RFC 9110 §9.3.6, RFC 6455 §4.1).
//!
//! Writes the CONNECT request and judges the response. RFC 6455 has clients ask proxies for a
//! tunnel in any case, for `ws` too: what a proxy does not understand it had better not touch.
//! Answers no challenges: credentials are sent from the beginning or not at all.

use std::mem;

use http::header::HeaderValue;
use http::{Response, StatusCode};

use crate::head::HeadReader;
use crate::parse::parse_response;
use crate::response::write_field;
use crate::{HeadLimits, WsUri};

pub use error::TunnelError;

mod error;

/// Asks an HTTP proxy for a connection to a server.
///
/// Used as [`ClientHandshake`](crate::ClientHandshake): write [`request`](Self::request), feed what
/// arrives to [`handle_input`](Self::handle_input), and call [`poll`](Self::poll) after each, until
/// it gives the result. After success the connection to the proxy is one to the server.
pub struct TunnelHandshake {
    request: Vec<u8>,
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
    Decided(Result<(), TunnelError>),
    Over,
}

impl TunnelHandshake {
    /// Writes the request for a tunnel to the host and port of `uri`, with the value of a
    /// `Proxy-Authorization` header if the proxy wants one.
    #[must_use]
    pub fn new(uri: &WsUri, authorization: Option<&HeaderValue>, limits: HeadLimits) -> Self {
        // RFC 9110 §9.3.6: the port number is to be sent even when it is the scheme's default
        let authority = uri.host_and_port();
        let mut request = format!("CONNECT {authority} HTTP/1.1\r\n").into_bytes();
        write_field("Host", authority.as_bytes(), &mut request);
        if let Some(authorization) = authorization {
            let value = authorization.as_bytes();
            write_field("Proxy-Authorization", value, &mut request);
        }
        request.extend_from_slice(b"\r\n");
        Self {
            request,
            limits,
            state: State::Head {
                reader: HeadReader::for_response(limits),
                n_interim: 0,
            },
        }
    }

    /// Takes in bytes that the proxy sent; ignored after the result was fetched.
    pub fn handle_input(&mut self, mut input: &[u8]) {
        while !input.is_empty() {
            match &mut self.state {
                State::Head { reader, n_interim } => {
                    let n_interim = *n_interim;
                    let read = match reader.read(input) {
                        Ok(None) => return,
                        Ok(Some(rest)) => parse_response(reader)
                            .map(|response| (response, rest))
                            .map_err(TunnelError::from),
                        Err(fault) => Err(fault.into()),
                    };
                    match read {
                        Ok((response, rest)) => {
                            input = rest;
                            self.state = self.after_head(&response, n_interim);
                        }
                        Err(error) => self.state = State::Decided(Err(error)),
                    }
                }
                // A server speaks when it was spoken to, with TLS and without: these bytes cannot
                // be its own.
                State::Decided(result @ Ok(())) => {
                    *result = Err(TunnelError::EarlyBytes);
                    return;
                }
                State::Decided(Err(_)) | State::Over => return,
            }
        }
    }

    /// Takes in that the proxy sends no more.
    pub fn handle_eof(&mut self) {
        if let State::Head { .. } = self.state {
            self.state = State::Decided(Err(TunnelError::UnexpectedEof));
        }
    }

    /// Gives the result, once; `None` while more input is needed, and ever after.
    pub fn poll(&mut self) -> Option<Result<(), TunnelError>> {
        match mem::replace(&mut self.state, State::Over) {
            State::Decided(result) => Some(result),
            undecided @ State::Head { .. } => {
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

    fn after_head(&self, response: &Response<()>, n_interim: u32) -> State {
        let status = response.status();
        // RFC 9110 §9.3.6: any 2xx indicates that the sender will switch to tunnel mode, and a
        // client MUST ignore Content-Length and Transfer-Encoding in it
        if status.is_success() {
            return State::Decided(Ok(()));
        }
        // A proxy that switches protocols has not made a tunnel.
        if !status.is_informational() || status == StatusCode::SWITCHING_PROTOCOLS {
            return State::Decided(Err(TunnelError::Refused(status)));
        }
        if n_interim >= crate::client::MAX_INTERIM {
            return State::Decided(Err(TunnelError::TooManyInterimResponses));
        }
        State::Head {
            reader: HeadReader::for_response(self.limits),
            n_interim: n_interim + 1,
        }
    }
}

impl std::fmt::Debug for TunnelHandshake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The request may hold credentials.
        f.debug_struct("TunnelHandshake")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
