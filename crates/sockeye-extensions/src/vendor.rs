//! An extension under more names than its own: the vendors' prefixes before it.
//!
//! Before they were registered (RFC 6455 §11.4), extensions went under names such as
//! `x-webkit-permessage-deflate`, with the parameters and the encoding of the name behind the
//! prefix. Here the name that was offered is put on the answer and on the extension in use.
//! Which prefixes there are, and whether names are free, is up to `registry.rs`.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use sockeye_frame::Rsv;

use crate::client::{ClientExtension, NegotiationError};
use crate::extension::{DecodeError, EncodeError, Extension, FrameStart, FrameToSend};
use crate::offer::Offer;
use crate::server::ServerExtension;

/// An extension of one role that goes by further names.
#[derive(Debug)]
pub(crate) struct Prefixed<E: ?Sized> {
    pub(crate) extension: Arc<E>,
    /// Its own name behind each prefix.
    pub(crate) names: Vec<String>,
}

impl ClientExtension for Prefixed<dyn ClientExtension> {
    fn name(&self) -> &str {
        self.extension.name()
    }

    /// Its own offers, then the same under each further name, for servers that only know that.
    fn offers(&self) -> Vec<Offer> {
        let own = self.extension.offers();
        let prefixed = self.names.iter().flat_map(|name| {
            own.iter()
                .filter(|offer| offer.name() == self.extension.name())
                .map(|offer| offer.renamed(name))
        });
        own.iter().cloned().chain(prefixed).collect()
    }

    fn accept(&self, answer: &Offer) -> Result<Box<dyn Extension>, NegotiationError> {
        if !self.names.iter().any(|name| name == answer.name()) {
            return self.extension.accept(answer);
        }
        let own = answer.renamed(self.extension.name());
        Ok(boxed_as(answer.name(), self.extension.accept(&own)?))
    }
}

impl ServerExtension for Prefixed<dyn ServerExtension> {
    fn name(&self) -> &str {
        self.extension.name()
    }

    fn goes_by(&self, name: &str) -> bool {
        self.extension.goes_by(name) || self.names.iter().any(|other| other == name)
    }

    fn negotiate(&self, offer: &Offer) -> Option<(Offer, Box<dyn Extension>)> {
        if self.extension.goes_by(offer.name()) {
            return self.extension.negotiate(offer);
        }
        let own = offer.renamed(self.extension.name());
        let (answer, extension) = self.extension.negotiate(&own)?;
        // RFC 6455 §4.2.2: the server must not accept what was not offered, and by this name it was
        Some((
            answer.renamed(offer.name()),
            boxed_as(offer.name(), extension),
        ))
    }
}

/// An extension in use under the name that was agreed on.
#[derive(Debug)]
struct Renamed {
    name: Box<str>,
    extension: Box<dyn Extension>,
}

impl Extension for Renamed {
    fn name(&self) -> &str {
        &self.name
    }

    fn rsv(&self) -> Rsv {
        self.extension.rsv()
    }

    fn begin_frame(&mut self, frame: &FrameStart) -> Result<bool, DecodeError> {
        self.extension.begin_frame(frame)
    }

    fn decode(
        &mut self,
        payload: &[u8],
        end_of_frame: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        self.extension.decode(payload, end_of_frame, max_bytes, out)
    }

    fn encode(
        &mut self,
        frame: &FrameToSend,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        self.extension.encode(frame, payload, out)
    }

    fn alone_key(&self) -> Option<u64> {
        self.extension.alone_key()
    }

    fn pass_alone(&mut self) {
        self.extension.pass_alone();
    }

    fn release_idle(&mut self) {
        self.extension.release_idle();
    }
}

fn boxed_as(name: &str, extension: Box<dyn Extension>) -> Box<dyn Extension> {
    Box::new(Renamed {
        name: name.into(),
        extension,
    })
}

#[cfg(test)]
mod tests;
