//! The shared list of scenarios, and what each must show whoever the two endpoints are.
//!
//! `tests/peers/README.md` says what client and server do in each; this is the other half, the
//! expected results. They speak of observations only, so any implementation can stand on either side.

use std::fmt;

use serde_json::{Value, json};

use crate::contract::{
    ANSWER_HEADER, BINARY_FRAGMENT_ENDS, BINARY_LENGTHS, CLIENT_CLOSE, REQUEST_HEADER,
    SERVER_CLOSE, SUBPROTOCOL, TEXTS, describe_binary, describe_text, payload,
};

/// One conversation between a client and a server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scenario {
    /// Text and binary messages of all length forms come back as they were.
    Echo,
    /// The server puts the client's fragments together.
    FragmentsFromClient,
    /// The client puts the server's fragments together.
    FragmentsFromServer,
    /// The server answers a ping.
    PingFromClient,
    /// The client answers a ping.
    PingFromServer,
    /// One of two offered subprotocols is chosen, and both sides know.
    Subprotocol,
    /// A header of the request and one of the response arrive.
    Headers,
    /// The client closes; the server sees code and reason.
    CloseFromClient,
    /// The server closes; the client sees code and reason.
    CloseFromServer,
    /// The server answers 403 instead of 101.
    Refused,
    /// The server fails a message one byte above its limit; the client sees 1009.
    TooBigForServer,
    /// The client fails a message one byte above its limit; the server sees 1009.
    TooBigForClient,
}

impl Scenario {
    /// Every scenario.
    pub const ALL: [Self; 12] = [
        Self::Echo,
        Self::FragmentsFromClient,
        Self::FragmentsFromServer,
        Self::PingFromClient,
        Self::PingFromServer,
        Self::Subprotocol,
        Self::Headers,
        Self::CloseFromClient,
        Self::CloseFromServer,
        Self::Refused,
        Self::TooBigForServer,
        Self::TooBigForClient,
    ];

    /// The name by which the peer programs know it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::FragmentsFromClient => "fragments_from_client",
            Self::FragmentsFromServer => "fragments_from_server",
            Self::PingFromClient => "ping_from_client",
            Self::PingFromServer => "ping_from_server",
            Self::Subprotocol => "subprotocol",
            Self::Headers => "headers",
            Self::CloseFromClient => "close_from_client",
            Self::CloseFromServer => "close_from_server",
            Self::Refused => "refused",
            Self::TooBigForServer => "too_big_for_server",
            Self::TooBigForClient => "too_big_for_client",
        }
    }

    /// The path that the client asks for, by which the server knows its part.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Echo
            | Self::FragmentsFromClient
            | Self::PingFromClient
            | Self::Subprotocol
            | Self::CloseFromClient
            | Self::TooBigForServer => "/echo",
            Self::FragmentsFromServer => "/fragments",
            Self::PingFromServer => "/ping",
            Self::Headers => "/headers",
            Self::CloseFromServer => "/close",
            Self::Refused => "/refused",
            Self::TooBigForClient => "/big",
        }
    }

    /// What the client must report.
    #[must_use]
    pub fn client_reports(self) -> Value {
        match self {
            Self::Echo => {
                let texts = TEXTS.map(describe_text);
                let binaries = BINARY_LENGTHS.map(|length| describe_binary(&payload(length)));
                let messages = [&texts[..], &binaries[..]].concat();
                json!({ "messages": messages, "subprotocol": null })
            }
            Self::FragmentsFromClient | Self::FragmentsFromServer => {
                let [_, _, length] = BINARY_FRAGMENT_ENDS;
                json!({ "messages": [describe_text("Grüße"), describe_binary(&payload(length))] })
            }
            Self::PingFromClient => json!({ "pong": true }),
            Self::PingFromServer => json!({ "messages": [describe_text("pong seen")] }),
            Self::Subprotocol => json!({ "subprotocol": SUBPROTOCOL }),
            Self::Headers => {
                json!({ "messages": [describe_text(REQUEST_HEADER.1)], "answer": ANSWER_HEADER.1 })
            }
            Self::CloseFromClient => json!({ "code": CLIENT_CLOSE.0, "clean": true }),
            Self::CloseFromServer => {
                json!({ "code": SERVER_CLOSE.0, "reason": SERVER_CLOSE.1, "clean": true })
            }
            Self::Refused => json!({ "opened": false, "status": 403 }),
            Self::TooBigForServer => json!({ "code": 1009 }),
            Self::TooBigForClient => json!({ "messages": [] }),
        }
    }

    /// What the server must report of the connection; `None` when there was none.
    #[must_use]
    pub fn server_reports(self) -> Option<Value> {
        let path = self.path();
        match self {
            Self::Echo
            | Self::FragmentsFromClient
            | Self::FragmentsFromServer
            | Self::PingFromClient
            | Self::PingFromServer
            | Self::Subprotocol
            | Self::Headers => {
                Some(json!({ "path": path, "code": 1000, "reason": "", "clean": true }))
            }
            Self::CloseFromClient => {
                let (code, reason) = CLIENT_CLOSE;
                Some(json!({ "path": path, "code": code, "reason": reason, "clean": true }))
            }
            // The reason need not come back: RFC 6455 §5.5.1 asks for the status code only.
            Self::CloseFromServer => {
                Some(json!({ "path": path, "code": SERVER_CLOSE.0, "clean": true }))
            }
            Self::Refused => None,
            // Whether the client answers the Close frame of a server that failed it is its affair.
            Self::TooBigForServer => Some(json!({ "path": path })),
            Self::TooBigForClient => Some(json!({ "path": path, "code": 1009 })),
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
