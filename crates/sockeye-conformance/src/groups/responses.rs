//! Group H for clients: what they ask for, and which answers they take (RFC 6455 §4.1).
//!
//! Chapters from 21 on; those before are about servers. An answer that a client must take is one
//! that it echoes a message behind. A client that refuses ends TCP and sends nothing: there is no
//! WebSocket to close.

mod accept;
mod bodies;
mod chapter;
mod connection;
mod extensions;
mod fields;
mod pieces;
mod refusals;
mod request;
mod response;
mod sizes;
mod status;
mod subprotocols;
mod upgrade;

use crate::Case;

pub(super) fn cases() -> Vec<Case> {
    let chapters = [
        request::cases(),
        status::cases(),
        upgrade::cases(),
        connection::cases(),
        accept::cases(),
        subprotocols::cases(),
        fields::cases(),
        sizes::cases(),
        pieces::cases(),
        refusals::cases(),
        bodies::cases(),
        extensions::cases(),
    ];
    chapters.into_iter().flatten().collect()
}
