//! The client's side of agreeing on extensions (RFC 6455 §9.1, §4.1).
//!
//! Lists what each extension offers, then turns the server's answer into a chain or fails.
//! Parameters are judged by the extension they belong to; here it is only checked that every
//! answer was asked for and that the answers go together.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt::{self, Debug, Display, Formatter};

use crate::chain::{Chain, Conflict};
use crate::extension::Extension;
use crate::grammar::format_extensions;
use crate::offer::Offer;

/// An extension that a client can offer, with its configuration; shared by many connections.
pub trait ClientExtension: Debug + Send + Sync {
    /// The extension's registered name, a token.
    fn name(&self) -> &str;

    /// The elements that offer it, most wanted first; later ones are fallbacks.
    ///
    /// As a rule one or more with the same name and different parameters; none offers nothing.
    /// Must give the same whenever it is called.
    fn offers(&self) -> Vec<Offer>;

    /// Judges the server's answer to [`offers`](Self::offers) and sets up the extension.
    ///
    /// `answer` has the name of one of the offers. Every parameter must be judged.
    ///
    /// # Errors
    ///
    /// A [`NegotiationError`] when a parameter is not one that answers an offer. It fails the
    /// handshake (RFC 6455 §9.1).
    fn accept(&self, answer: &Offer) -> Result<Box<dyn Extension>, NegotiationError>;
}

/// The `Sec-WebSocket-Extensions` value that offers all of `extensions`, in order of preference.
///
/// `None` when there is nothing to offer; the header is left out then.
#[must_use]
pub fn client_offer_header(extensions: &[Arc<dyn ClientExtension>]) -> Option<String> {
    let offers: Vec<Offer> = extensions
        .iter()
        .flat_map(|extension| extension.offers())
        .collect();
    format_extensions(&offers)
}

/// Sets up what the server accepted of `extensions`, in the order of its answer.
///
/// `extensions` are those that were given to [`client_offer_header`], each with names of its own;
/// `answer` is the parsed header of the response, empty when it has none.
///
/// # Errors
///
/// - [`NegotiationError::NotOffered`]: an answer to nothing that was offered.
/// - [`NegotiationError::AnsweredTwice`]: two answers for one extension.
/// - [`NegotiationError::Conflict`]: two answers that claim the same reserved bit.
/// - The others: an extension refused the parameters of its answer.
pub fn accept_answer(
    extensions: &[Arc<dyn ClientExtension>],
    answer: &[Offer],
) -> Result<Chain, NegotiationError> {
    let mut open: Vec<Candidate<'_>> = extensions.iter().map(Candidate::new).collect();
    let mut chain = Chain::default();
    for element in answer {
        // RFC 6455 §4.1: if the header indicates the use of an extension that was not present in
        // the client's handshake, the client MUST Fail the WebSocket Connection
        let candidate = open
            .iter_mut()
            .find(|candidate| {
                candidate
                    .offers
                    .iter()
                    .any(|offer| offer.name() == element.name())
            })
            .ok_or(NegotiationError::NotOffered)?;
        if candidate.answered {
            return Err(NegotiationError::AnsweredTwice);
        }
        candidate.answered = true;
        chain.push_as(element.name(), candidate.extension.accept(element)?)?;
    }
    Ok(chain)
}

/// An extension that was offered, while the answer is read.
struct Candidate<'a> {
    extension: &'a dyn ClientExtension,
    offers: Vec<Offer>,
    answered: bool,
}

impl<'a> Candidate<'a> {
    fn new(extension: &'a Arc<dyn ClientExtension>) -> Self {
        Self {
            extension: &**extension,
            offers: extension.offers(),
            answered: false,
        }
    }
}

/// Why the server's answer about extensions fails the handshake.
///
/// No Close frame tells the server: where an answer fails there is no WebSocket connection yet, and
/// only one that is established is closed by a Close frame (RFC 6455 §4.1, §7.1.7). So close code
/// 1010 (§7.4.1) is never sent here. It is for applications that find an extension missing which
/// they cannot do without, in a connection that stands without it; a server never sends it, since
/// it can refuse the handshake.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum NegotiationError {
    /// An extension was answered that the client did not offer (RFC 6455 §4.1).
    NotOffered,
    /// An extension was answered more than once.
    AnsweredTwice,
    /// Two extensions were answered that claim the same reserved bit.
    Conflict(Conflict),
    /// An answer has a parameter that its extension does not know.
    UnknownParameter,
    /// An answer has a parameter twice that its extension allows once.
    DuplicateParameter,
    /// A parameter has no value where one is needed, a value where none is allowed, a value out
    /// of range, or one that was not offered.
    InvalidParameter,
    /// An answer lacks a parameter that its extension needs.
    MissingParameter,
}

impl From<Conflict> for NegotiationError {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}

impl Display for NegotiationError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOffered => "server accepted an extension that was not offered",
            Self::AnsweredTwice => "server accepted an extension twice",
            Self::Conflict(_) => "server accepted extensions that claim the same reserved bit",
            Self::UnknownParameter => "unknown parameter in the server's answer to an extension",
            Self::DuplicateParameter => "parameter twice in the server's answer to an extension",
            Self::InvalidParameter => "invalid parameter in the server's answer to an extension",
            Self::MissingParameter => "parameter missing in the server's answer to an extension",
        })
    }
}

impl Error for NegotiationError {}

#[cfg(test)]
mod tests;
