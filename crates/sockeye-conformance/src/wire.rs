//! Bytes as the standard writes them, by code that shares nothing with the crates under test.

mod blocks;
mod deflate;
mod extensions;
mod frame;
mod head;
mod inflate;
mod key;
mod parameters;
mod pen;

pub use blocks::Blocks;
pub use deflate::Deflater;
pub use extensions::{Extension, is_token};
pub use frame::{Frame, encode, header};
pub use head::{Head, HeadFault};
pub use inflate::Inflater;
pub use key::{accept, is_key, key_for};
pub use parameters::Parameters;
pub use pen::Pen;
