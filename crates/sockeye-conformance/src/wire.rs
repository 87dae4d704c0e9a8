//! Bytes as the standard writes them, by code that shares nothing with the crates under test.

mod deflate;
mod extensions;
mod frame;
mod head;
mod key;
mod parameters;
mod pen;

pub use deflate::{Deflater, Inflater};
pub use extensions::Extension;
pub use frame::{Frame, encode, header};
pub use head::{Head, HeadFault};
pub use key::{accept, is_key, key_for};
pub use parameters::Parameters;
pub use pen::Pen;
