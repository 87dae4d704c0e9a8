//! The server's side of agreeing on extensions (RFC 6455 §9.1, §4.2.2).
//!
//! Goes through the client's offers once, in the client's order of preference, and accepts what an
//! extension accepts and what goes together. To decline is not an error: what cannot be used is
//! left out of the answer, and without any the connection has no extensions.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::Debug;

use crate::chain::Chain;
use crate::extension::Extension;
use crate::offer::Offer;

/// An extension that a server can accept, with its configuration; shared by many connections.
pub trait ServerExtension: Debug + Send + Sync {
    /// The extension's registered name, a token.
    fn name(&self) -> &str;

    /// Whether it accepts offers of this name; others are not shown to it.
    ///
    /// The default takes its own name only. To go by a name with a vendor's prefix too, see
    /// [`Registry`](crate::Registry).
    fn goes_by(&self, name: &str) -> bool {
        name == self.name()
    }

    /// Judges one offer: gives the answer and the extension, or `None` to decline.
    ///
    /// The answer has the offer's name. After `None` the client's next offer of the same name is
    /// tried; an offer with a parameter that is unknown or invalid should be declined. An
    /// extension given here may still be dropped unused when it conflicts with one before it.
    fn negotiate(&self, offer: &Offer) -> Option<(Offer, Box<dyn Extension>)>;
}

/// Answers the client's offers: the elements for the response and the extensions in use.
///
/// `extensions` are those the server has, in any order; `offers` is the parsed header of the
/// request. The first offer of each name that an extension accepts is used, in the order of the
/// offers; one that claims a reserved bit which is taken already is declined, and so is one by
/// another name of an extension that is in use. Write the answer with
/// [`format_extensions`](crate::format_extensions).
#[must_use]
pub fn negotiate(extensions: &[Arc<dyn ServerExtension>], offers: &[Offer]) -> (Vec<Offer>, Chain) {
    let mut answer: Vec<Offer> = Vec::new();
    let mut chain = Chain::default();
    // The registered names of those in use, which may have been offered by others.
    let mut in_use: Vec<&str> = Vec::new();
    for offer in offers {
        if answer
            .iter()
            .any(|accepted| accepted.name() == offer.name())
        {
            continue;
        }
        let accepted = extensions
            .iter()
            .filter(|known| known.goes_by(offer.name()) && !in_use.contains(&known.name()))
            .find_map(|known| Some((known.name(), known.negotiate(offer)?)));
        let Some((name, (element, extension))) = accepted else {
            continue;
        };
        match chain.push_as(element.name(), extension) {
            Ok(()) => {
                answer.push(element);
                in_use.push(name);
            }
            Err(_conflict) => {}
        }
    }
    (answer, chain)
}

#[cfg(test)]
mod tests;
