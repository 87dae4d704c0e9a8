//! WebSocket extensions: the trait, the header grammar, negotiation and the chain (RFC 6455 §9).
//!
//! An [`Extension`] changes the payloads of data frames on one connection, in both directions. Both
//! peers agree on it in the opening handshake: [`ClientExtension`] offers it and judges the answer,
//! [`ServerExtension`] accepts or declines. Those agreed on work as one [`Chain`], in the order of
//! the server's answer, each with reserved bits of its own.
//!
//! The crate is `no_std`, but for compression, and needs an allocator. It has no network, no clock and no thread, and
//! leaves to others: HTTP (`sockeye-handshake`), frames on the wire (`sockeye-frame`), messages
//! and their limits (`sockeye-connection`).
//!
//! # An extension of one's own
//!
//! This one hides payloads behind a key that the server chooses. It marks with RSV2 each frame
//! that it has changed, and leaves empty frames as they are.
//!
//! ```
//! use std::sync::Arc;
//!
//! use sockeye_extensions::{
//!     ClientExtension, Compress, DecodeError, EncodeError, Extension, FrameStart, FrameToSend,
//!     NegotiationError, Offer, ServerExtension, accept_answer, client_offer_header,
//!     format_extensions, negotiate, parse_extensions,
//! };
//! use sockeye_frame::{Opcode, Rsv};
//!
//! const NAME: &str = "x-veil";
//!
//! #[derive(Debug)]
//! struct Veil {
//!     key: u8,
//! }
//!
//! impl Extension for Veil {
//!     fn name(&self) -> &str {
//!         NAME
//!     }
//!
//!     fn rsv(&self) -> Rsv {
//!         Rsv::RSV2
//!     }
//!
//!     fn begin_frame(&mut self, frame: &FrameStart) -> Result<bool, DecodeError> {
//!         Ok(frame.rsv.contains(Rsv::RSV2))
//!     }
//!
//!     fn decode(
//!         &mut self,
//!         payload: &[u8],
//!         _end_of_frame: bool,
//!         max_bytes: usize,
//!         out: &mut Vec<u8>,
//!     ) -> Result<(), DecodeError> {
//!         if payload.len() > max_bytes {
//!             return Err(DecodeError::TooBig);
//!         }
//!         out.extend(payload.iter().map(|byte| byte ^ self.key));
//!         Ok(())
//!     }
//!
//!     fn encode(
//!         &mut self,
//!         _frame: &FrameToSend,
//!         payload: &[u8],
//!         out: &mut Vec<u8>,
//!     ) -> Result<Option<Rsv>, EncodeError> {
//!         if payload.is_empty() {
//!             return Ok(None);
//!         }
//!         out.extend(payload.iter().map(|byte| byte ^ self.key));
//!         Ok(Some(Rsv::RSV2))
//!     }
//! }
//!
//! #[derive(Debug)]
//! struct OfferVeil;
//!
//! impl ClientExtension for OfferVeil {
//!     fn name(&self) -> &str {
//!         NAME
//!     }
//!
//!     fn offers(&self) -> Vec<Offer> {
//!         vec![Offer::new(NAME)]
//!     }
//!
//!     fn accept(&self, answer: &Offer) -> Result<Box<dyn Extension>, NegotiationError> {
//!         match answer.params() {
//!             [] => Err(NegotiationError::MissingParameter),
//!             [param] if param.name() == "key" => {
//!                 let value = param.value().ok_or(NegotiationError::InvalidParameter)?;
//!                 let key = value.parse().map_err(|_| NegotiationError::InvalidParameter)?;
//!                 Ok(Box::new(Veil { key }))
//!             }
//!             _ => Err(NegotiationError::UnknownParameter),
//!         }
//!     }
//! }
//!
//! #[derive(Debug)]
//! struct AcceptVeil {
//!     key: u8,
//! }
//!
//! impl ServerExtension for AcceptVeil {
//!     fn name(&self) -> &str {
//!         NAME
//!     }
//!
//!     fn negotiate(&self, offer: &Offer) -> Option<(Offer, Box<dyn Extension>)> {
//!         if !offer.params().is_empty() {
//!             return None;
//!         }
//!         let answer = Offer::new(NAME).param("key", self.key.to_string());
//!         Some((answer, Box::new(Veil { key: self.key })))
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The opening handshake: an offer in the request, an answer in the response.
//! let client_has: [Arc<dyn ClientExtension>; 1] = [Arc::new(OfferVeil)];
//! let request = client_offer_header(&client_has).expect("there is an offer");
//! assert_eq!(request, "x-veil");
//!
//! let server_has: [Arc<dyn ServerExtension>; 1] = [Arc::new(AcceptVeil { key: 32 })];
//! let offers = parse_extensions([request.as_bytes()])?;
//! let (answer, mut server) = negotiate(&server_has, &offers);
//! let response = format_extensions(&answer).expect("the offer is accepted");
//! assert_eq!(response, "x-veil; key=32");
//!
//! let mut client = accept_answer(&client_has, &parse_extensions([response.as_bytes()])?)?;
//! assert!(client.names().eq(["x-veil"]));
//!
//! // A frame from the client to the server, its payload arriving in two parts.
//! let opcode = Opcode::Text;
//! let frame = FrameToSend {
//!     opcode,
//!     first: true,
//!     fin: true,
//!     compress: Compress::Auto,
//!     alone: false,
//! };
//! let mut sent = Vec::new();
//! assert_eq!(client.encode(&frame, b"Hello", &mut sent)?, Some(Rsv::RSV2));
//! assert_eq!(sent, b"hELLO");
//!
//! let mut received = Vec::new();
//! let frame = FrameStart { opcode, first: true, fin: true, rsv: Rsv::RSV2 };
//! assert!(server.begin_frame(&frame)?);
//! server.decode(&sent[..2], false, 1000, &mut received)?;
//! server.decode(&sent[2..], true, 1000 - received.len(), &mut received)?;
//! assert_eq!(received, b"Hello");
//! # Ok(())
//! # }
//! ```
//!
//! # permessage-deflate
//!
//! With the feature `deflate`, `PermessageDeflate` is the compression of RFC 7692 as a client
//! offers it and a server accepts it; its documentation has an example, what it costs in memory,
//! and why the defaults are as they are. It decides for each message whether to compress it: see
//! [`Compress`]. Compressing secrets together with what an attacker can choose gives them away by
//! their length, so send such messages [alone](FrameToSend::alone), or not compressed.
//!
//! # Names of old, and of one's own
//!
//! A [`Registry`] collects extensions and the vendors' prefixes that each allows, so that clients
//! which offer `x-webkit-permessage-deflate` are understood too. Also with the feature `deflate`,
//! `WebkitDeflateFrame` is x-webkit-deflate-frame, the compression of frames that WebKit had before
//! RFC 7692.
//!
//! Two whole private extensions, a checksum and Zstandard, are the [example `private-extension`] of
//! the crate `sockeye`: `cargo run -p sockeye --example private-extension`.
//!
//! [example `private-extension`]: https://docs.rs/crate/sockeye/latest/source/examples/private-extension/
//!
//! # Features
//!
//! None is on by default.
//!
//! - `deflate`: permessage-deflate and x-webkit-deflate-frame, with DEFLATE by zlib-rs, which is
//!   written in Rust. Needs the standard library, for states that wait on their thread. A
//!   connection without extensions pays nothing for it.
//! - `zlib-ng`: the same, with DEFLATE by zlib-ng, which is written in C and built with cmake. It
//!   changes how the work is done, not what can be done: lengths and speed may differ.

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

mod chain;
mod client;
#[cfg(feature = "deflate")]
mod codec;
#[cfg(feature = "deflate")]
mod deflate;
mod extension;
#[cfg(all(feature = "deflate", any(test, feature = "__fuzzing")))]
#[doc(hidden)]
pub mod fuzzing;
mod grammar;
mod offer;
mod registry;
mod server;
#[cfg(test)]
mod testing;
mod token;
mod vendor;
#[cfg(feature = "deflate")]
mod webkit;
mod work;

pub use chain::{Chain, Conflict, ENCODED_SLACK_BYTES};
pub use client::{ClientExtension, NegotiationError, accept_answer, client_offer_header};
#[cfg(feature = "deflate")]
pub use codec::{CompressionLevel, WindowBits};
#[cfg(feature = "deflate")]
pub use deflate::PermessageDeflate;
pub use extension::{Compress, DecodeError, EncodeError, Extension, FrameStart, FrameToSend};
pub use grammar::{GrammarError, format_extensions, parse_extensions};
pub use offer::{Offer, Param};
pub use registry::{Registry, RegistryError};
pub use server::{ServerExtension, negotiate};
#[cfg(feature = "deflate")]
pub use webkit::WebkitDeflateFrame;
