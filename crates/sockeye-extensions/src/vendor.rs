//! An extension under more names than its own: the vendors' prefixes before it.
//!
//! Before they were registered (RFC 6455 §11.4), extensions went under names such as
//! `x-webkit-permessage-deflate`, with the parameters and the encoding of the name behind the
//! prefix. Here the name that was offered is put on the answer; the chain takes it from there.
//! Which prefixes there are, and whether names are free, is up to `registry.rs`.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::client::{ClientExtension, NegotiationError};
use crate::extension::Extension;
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
        self.extension
            .accept(&answer.renamed(self.extension.name()))
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
        Some((answer.renamed(offer.name()), extension))
    }
}

#[cfg(test)]
mod tests;
