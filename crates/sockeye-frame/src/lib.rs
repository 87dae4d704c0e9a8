//! WebSocket frames: header, masking, close codes and incremental UTF-8 (RFC 6455 §5).
//!
//! The alphabet of the protocol, without its grammar: every function judges the bytes of one
//! frame, or one piece of text, by itself. Nothing here knows about messages, fragmentation,
//! limits or the state of a connection; that is the crate `sockeye-connection`. There is no I/O,
//! no clock and no entropy: masking keys are an argument.
//!
//! - [`FrameHeader`] is what precedes a payload; [`FrameHeader::decode`] reads it from however few
//!   bytes there are and refuses what [`HeaderRules`] forbid at the first byte that shows it.
//! - [`MaskKey`] masks and unmasks payloads.
//! - [`CloseFrame`] is the payload of a Close frame, with its [`CloseCode`].
//! - [`validate_utf8`] checks a text, [`Utf8Validator`] one that comes in pieces.
//!
//! # Example
//!
//! A server reads the masked "Hello" of RFC 6455 §5.7 and echoes it.
//!
//! ```
//! use sockeye_frame::{FrameHeader, HeaderRules, Opcode, Role, Rsv, validate_utf8};
//!
//! let mut input = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
//! let rules = HeaderRules { receiver: Role::Server, rsv: Rsv::NONE };
//!
//! let (header, header_len) = FrameHeader::decode(&input, rules)?.ok_or("more bytes needed")?;
//! assert_eq!((header.opcode, header.fin, header.payload_len), (Opcode::Text, true, 5));
//!
//! let payload = &mut input[header_len..];
//! if let Some(key) = header.mask {
//!     key.apply(0, payload);
//! }
//! assert_eq!(validate_utf8(payload)?, "Hello");
//!
//! let mut output = FrameHeader { mask: None, ..header }.encode().to_vec();
//! output.extend_from_slice(payload);
//! assert_eq!(output, b"\x81\x05Hello");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Features
//!
//! - `std` (default): finds out at run time which vector instructions the processor has, for
//!   checking UTF-8. Without it the crate is `no_std` and uses those it was compiled for.

#![no_std]
// No length is cut, on 32 bits neither, and what may panic says why it does not; bodies of fuzz
// targets are to panic. Indexing is left to review: it is by lengths that were just compared.
#![cfg_attr(
    not(any(test, feature = "__fuzzing")),
    deny(
        clippy::cast_possible_truncation,
        clippy::expect_used,
        clippy::panic,
        clippy::todo,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

extern crate alloc;

#[cfg(test)]
extern crate std;

mod close_code;
mod close_frame;
#[cfg(any(test, feature = "__fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod header;
mod mask;
mod opcode;
mod role;
mod rsv;
#[cfg(test)]
mod testing;
mod utf8;

pub use close_code::{ApplicationCode, CloseCode, UnknownCloseCode};
pub use close_frame::{CloseFault, CloseFrame, ClosePayload};
pub use header::{EncodedHeader, FrameHeader, HeaderFault, HeaderRules, PlainHeader};
pub use mask::MaskKey;
pub use opcode::Opcode;
pub use role::Role;
pub use rsv::Rsv;
pub use utf8::{InvalidUtf8, Utf8Validator, validate_utf8};
