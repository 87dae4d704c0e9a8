//! DEFLATE as WebSocket extensions use it: raw, cut at messages, with bounds (RFC 1951, RFC 7692 §7.2).
//!
//! A [`Compressor`] and an [`Inflater`] per connection and direction, whose states come from a
//! pool per thread and go back to it. The bits are the work of `flate2`.
//! Knows nothing of frames, reserved bits and negotiation.

mod compressor;
mod decompressor;
mod direction;
mod level;
mod pool;
mod ratio;
mod window_bits;

pub(crate) use compressor::{Compressor, Shape};
pub(crate) use direction::Direction;
pub use level::CompressionLevel;
pub(crate) use ratio::Inflater;
pub use window_bits::WindowBits;

/// What a flush ends with and messages are sent without (RFC 7692 §7.2.1, §7.2.2).
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

#[cfg(test)]
mod tests;
