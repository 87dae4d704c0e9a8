//! The server's side of the opening handshake, up to the decision (RFC 6455 §4.2).
//!
//! Bytes go in, one event comes out. Whether to accept an upgrade is for the application;
//! `upgrade` writes the answer then. What makes a request an upgrade is in `server/judge.rs`.

use std::mem;

use http::Request;

use crate::head::HeadReader;
use crate::parse::parse_request;
use crate::{HeadLimits, Refusal, UpgradeRequest};

mod judge;

/// Reads one request on a new connection and says what it asks for.
///
/// Feed it what arrives with [`handle_input`](Self::handle_input), and what else happens with
/// [`handle_eof`](Self::handle_eof) and [`handle_timeout`](Self::handle_timeout); after each, call
/// [`poll`](Self::poll). There is one event per connection. Once it is out, nothing more is taken
/// in: a refused or plain request ends its connection (`Connection: close`), and bytes read while
/// an upgrade is being decided stay with the caller, behind those in
/// [`Established::leftover`](crate::Established::leftover).
///
/// Looks at each byte once, however the input is cut, and holds no more than a head.
#[derive(Debug)]
pub struct ServerHandshake {
    state: State,
}

/// What a request asks for.
#[derive(Debug)]
pub enum ServerEvent {
    /// A valid opening handshake. Check its origin, then accept or refuse it.
    Upgrade(Box<UpgradeRequest>),
    /// GET or HEAD without an upgrade to `websocket`. A hook may answer, with
    /// [`encode_response`](crate::encode_response); otherwise the answer is
    /// [`Refusal::upgrade_required`], [`answering`](Refusal::answering) its method. Either way the
    /// connection is closed afterwards.
    Plain(Box<Request<()>>),
    /// No valid request. Send [`Refusal::encode`] and close the connection.
    Refuse(Refusal),
}

#[derive(Debug)]
enum State {
    Reading(HeadReader),
    Decided(ServerEvent),
    Over,
}

impl ServerHandshake {
    /// Waits for the first byte of a request.
    #[must_use]
    pub fn new(limits: HeadLimits) -> Self {
        Self {
            state: State::Reading(HeadReader::for_request(limits)),
        }
    }

    /// Takes in bytes that the client sent.
    ///
    /// What follows the head is kept, in the event, if it is an upgrade. Ignored after the event.
    pub fn handle_input(&mut self, input: &[u8]) {
        match &mut self.state {
            State::Reading(reader) => {
                let event = match reader.read(input) {
                    Ok(None) => return,
                    Ok(Some(rest)) => match parse_request(reader) {
                        Ok(request) => judge::judge(request, rest),
                        Err(fault) => ServerEvent::Refuse(fault.into()),
                    },
                    Err(fault) => ServerEvent::Refuse(fault.into()),
                };
                self.state = State::Decided(event);
            }
            State::Decided(ServerEvent::Upgrade(upgrade)) => upgrade.append_leftover(input),
            // What follows is not read as a second request, which a proxy that tunnels by now would
            // have let through unseen.
            State::Decided(ServerEvent::Plain(_) | ServerEvent::Refuse(_)) | State::Over => {}
        }
    }

    /// Takes in that the client sends no more.
    ///
    /// Within a head this is refused with 400. Before the first byte there is nobody to answer:
    /// [`poll`](Self::poll) gives nothing, and the connection may be closed.
    pub fn handle_eof(&mut self) {
        if let State::Reading(reader) = &self.state {
            self.state = if reader.head().is_empty() {
                State::Over
            } else {
                State::Decided(ServerEvent::Refuse(Refusal::bad_request(
                    "the request is cut off",
                )))
            };
        }
    }

    /// Takes in that the time for the whole handshake is up: 408, unless the event is there.
    pub fn handle_timeout(&mut self) {
        if let State::Reading(_) = self.state {
            self.state = State::Decided(ServerEvent::Refuse(Refusal::request_timeout()));
        }
    }

    /// Gives the event, once; `None` while more input is needed, and ever after.
    pub fn poll(&mut self) -> Option<ServerEvent> {
        match mem::replace(&mut self.state, State::Over) {
            State::Decided(event) => Some(event),
            reading @ State::Reading(_) => {
                self.state = reading;
                None
            }
            State::Over => None,
        }
    }
}

#[cfg(test)]
mod tests;
