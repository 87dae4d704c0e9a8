//! Group X: extensions, their negotiation and their use (RFC 6455 §9, RFC 7692).
//!
//! Chapters 1 to 4 are offers to a server, 5 to 8 are answers to a client. From chapter 9 on, both
//! use permessage-deflate in ways that a compressor alone does not.

mod answers;
mod bombs;
mod context;
mod fields;
mod frames;
mod offers;
mod parameters;
mod streams;
mod used;
mod windows;
mod wrong_data;

use crate::script::{Agreement, FrameScript, Needs};
use crate::wire::Pen;
use crate::{Case, Role};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let negotiation = match role {
        Role::Server => vec![offers::cases()],
        Role::Client => vec![answers::cases(), used::cases()],
    };
    let in_use = [
        frames::cases(role),
        streams::cases(role),
        context::cases(role),
        windows::cases(role),
        wrong_data::cases(role),
        bombs::cases(role),
    ];
    negotiation.into_iter().chain(in_use).flatten().collect()
}

/// Makes a script when its case runs.
type MakeScript = Box<dyn Fn() -> FrameScript + Send + Sync>;

/// Writes frames.
type Frames = fn(Pen) -> Vec<u8>;

/// permessage-deflate without parameters: the suite's messages may refer to those before, unless
/// the subject forbids it.
const PLAIN: Agreement = Agreement {
    offer: "permessage-deflate",
    answer: "",
    needs: Needs::Nothing,
};

/// The same, for cases in which they do.
const CONTEXT: Agreement = Agreement {
    needs: Needs::Context,
    ..PLAIN
};
