//! Bytes as the standard writes them, by code that shares nothing with the crates under test.

mod deflate;
mod frame;
mod head;
mod key;
mod pen;

pub use deflate::{Deflater, Inflater};
pub use frame::{Frame, encode, header};
pub use head::{Head, HeadFault};
pub use key::{accept, is_key, key_for};
pub use pen::Pen;
