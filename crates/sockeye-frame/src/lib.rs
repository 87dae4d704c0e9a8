//! WebSocket frames: header, masking, close codes and incremental UTF-8 (RFC 6455 §5).

#![no_std]

extern crate alloc;

#[cfg(test)]
extern crate std;

mod close_code;
mod close_frame;
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
pub use header::{EncodedHeader, FrameHeader, HeaderFault, HeaderRules};
pub use mask::MaskKey;
pub use opcode::Opcode;
pub use role::Role;
pub use rsv::Rsv;
pub use utf8::{InvalidUtf8, Utf8Validator, validate_utf8};
