//! One extension with its parameters, as it stands in `Sec-WebSocket-Extensions`.
//!
//! Implements the data of the header of RFC 6455 §9.1: an extension token and parameters, each
//! with or without a value. The same shape serves for what a client offers and for what a server
//! answers. Every name and value is a token, so writing never needs quoting.
//! Reading the header is in `grammar.rs`; what the parameters mean is up to each extension.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter};

use crate::token::is_token;

/// One element of a `Sec-WebSocket-Extensions` header: an extension and its parameters.
///
/// A client lists what it offers and a server what it accepts in this shape. Parameters keep
/// their order and their duplicates, because whether a duplicate is allowed is for the extension
/// to say. `Display` writes the element as it stands in the header, [`FromStr`](core::str::FromStr) reads it.
///
/// Source: RFC 6455 §9.1.
///
/// ```
/// use sockeye_extensions::Offer;
///
/// let offer = Offer::new("permessage-deflate")
///     .flag("client_no_context_takeover")
///     .param("server_max_window_bits", "10");
/// let header = "permessage-deflate; client_no_context_takeover; server_max_window_bits=10";
/// assert_eq!(offer.to_string(), header);
/// assert_eq!(header.parse(), Ok(offer));
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Offer {
    name: String,
    params: Vec<Param>,
}

impl Offer {
    /// Starts an element without parameters.
    ///
    /// To build one from text that is not known when the program is written, parse it instead.
    ///
    /// # Panics
    ///
    /// When `name` is not a token (RFC 9110 §5.6.2).
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: checked_token(name.into()),
            params: Vec::new(),
        }
    }

    /// Appends a parameter without a value, as in `name; parameter`.
    ///
    /// # Panics
    ///
    /// When `name` is not a token (RFC 9110 §5.6.2).
    #[must_use]
    pub fn flag(mut self, name: impl Into<String>) -> Self {
        self.push_param(checked_token(name.into()), None);
        self
    }

    /// Appends a parameter with a value, as in `name; parameter=value`.
    ///
    /// # Panics
    ///
    /// When `name` or `value` is not a token (RFC 9110 §5.6.2). An empty value is none.
    #[must_use]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.push_param(
            checked_token(name.into()),
            Some(checked_token(value.into())),
        );
        self
    }

    /// The extension's name, compared byte by byte with registered names.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The parameters in the order of the header, duplicates included.
    #[must_use]
    pub fn params(&self) -> &[Param] {
        &self.params
    }

    /// The same parameters under another name, which is a token.
    pub(crate) fn renamed(&self, name: &str) -> Self {
        Self {
            name: name.into(),
            params: self.params.clone(),
        }
    }

    /// An element whose name the parser has already found to be a token.
    pub(crate) fn from_token(name: String) -> Self {
        Self {
            name,
            params: Vec::new(),
        }
    }

    /// Appends a parameter of which both parts are known to be tokens.
    pub(crate) fn push_param(&mut self, name: String, value: Option<String>) {
        self.params.push(Param { name, value });
    }
}

impl Display for Offer {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for param in &self.params {
            write!(f, "; {param}")?;
        }
        Ok(())
    }
}

/// One parameter of an [`Offer`]: a name, with or without a value.
///
/// A value that stood in quotes is held without them. Source: RFC 6455 §9.1.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Param {
    name: String,
    value: Option<String>,
}

impl Param {
    /// The parameter's name, a token.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value, a token, or `None` for a parameter that stands alone.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }
}

impl Display for Param {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.value {
            None => f.write_str(&self.name),
            Some(value) => write!(f, "{}={value}", self.name),
        }
    }
}

/// Passes a token through and refuses anything else, which would break the header.
fn checked_token(text: String) -> String {
    assert!(
        is_token(text.as_bytes()),
        "{text:?} is not a token (RFC 9110 §5.6.2)"
    );
    text
}

#[cfg(test)]
mod tests;
