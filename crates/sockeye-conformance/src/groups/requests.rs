//! Group H for servers: the requests that they must take, must refuse, or may do either with
//! (RFC 6455 §4.2).
//!
//! Chapters 1 to 20; those behind are about clients. A request that a server must take opens a
//! WebSocket that echoes a message. One that it must refuse gets a response with a status of an
//! error; ending TCP without one is less than RFC 6455 §4.2.1 asks for, and safe.

mod acceptance;
mod bodies;
mod chapter;
mod connection;
mod fields;
mod host;
mod key;
mod line_ends;
mod oddities;
mod origin;
mod pieces;
mod refusals;
mod request;
mod request_line;
mod sizes;
mod subprotocols;
mod target;
mod upgrade;
mod version;
mod waits;

use crate::Case;

pub(super) fn cases() -> Vec<Case> {
    let chapters = [
        request_line::cases(),
        host::cases(),
        upgrade::cases(),
        connection::cases(),
        key::cases(),
        version::cases(),
        fields::cases(),
        sizes::cases(),
        pieces::cases(),
        bodies::cases(),
        subprotocols::cases(),
        origin::cases(),
        refusals::cases(),
        acceptance::cases(),
        oddities::cases(),
    ];
    chapters.into_iter().flatten().collect()
}
