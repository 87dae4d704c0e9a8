//! Reads and writes the value of `Sec-WebSocket-Extensions` (RFC 6455 §9.1).
//!
//! One pass over the bytes, without going back, so the time is linear in the input whatever it
//! holds. Input is bytes, because a header value may hold any byte but control characters; what
//! is outside the grammar is an error, never a panic.
//! Knows no extension: meaning, duplicates and order are left to negotiation.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::error::Error;
use core::fmt::{self, Display, Formatter};
use core::str::FromStr;

use crate::offer::Offer;
use crate::token::is_token_byte;
use crate::work::Work;

/// Reads the values of all `Sec-WebSocket-Extensions` lines of one message head, in order.
///
/// Takes each line's value as bytes, without the line end. Several lines mean the same as one
/// with their elements joined by commas (RFC 6455 §9.1). Empty elements and empty values are
/// skipped (RFC 9110 §5.6.1.2), spaces and tabs are allowed around every token and separator.
/// Gives the elements in the order of the header, duplicates included; empty when there is none.
/// At most 1024 names and parameters are taken: each costs 80 bytes of memory, forty times its
/// shortest form.
///
/// # Errors
///
/// A [`GrammarError`] names the first fault. Nothing of the header is usable then.
///
/// ```
/// use sockeye_extensions::{GrammarError, Offer, parse_extensions};
///
/// let lines: [&[u8]; 2] = [b"foo; level=\"3\", bar", b"foo"];
/// assert_eq!(
///     parse_extensions(lines),
///     Ok(vec![Offer::new("foo").param("level", "3"), Offer::new("bar"), Offer::new("foo")]),
/// );
/// assert_eq!(parse_extensions([&b"foo;"[..]]), Err(GrammarError::MissingToken));
/// ```
pub fn parse_extensions<'a>(
    values: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Vec<Offer>, GrammarError> {
    let mut offers = Vec::new();
    let mut n_left = MAX_PARTS;
    let mut work = Work::default();
    for value in values {
        // The look at its end, and one at each byte.
        work.allow(1 + value.len());
        let cursor = Cursor {
            rest: value,
            n_left: &mut n_left,
            work: &mut work,
        };
        cursor.read_list(&mut offers)?;
    }
    Ok(offers)
}

/// Writes the value of one `Sec-WebSocket-Extensions` line, or `None` when there is no element.
///
/// Without an element the header must be left out, because the list needs at least one
/// (RFC 6455 §9.1).
#[must_use]
pub fn format_extensions(offers: &[Offer]) -> Option<String> {
    if offers.is_empty() {
        return None;
    }
    let elements: Vec<String> = offers.iter().map(ToString::to_string).collect();
    Some(elements.join(", "))
}

/// Reads exactly one element of the header.
///
/// # Errors
///
/// Those of [`parse_extensions`]; [`GrammarError::MissingToken`] when there is no element, and
/// [`GrammarError::UnexpectedByte`] with the comma when there are several.
impl FromStr for Offer {
    type Err = GrammarError;

    fn from_str(text: &str) -> Result<Self, GrammarError> {
        let mut offers = parse_extensions([text.as_bytes()])?;
        match (offers.pop(), offers.is_empty()) {
            (Some(offer), true) => Ok(offer),
            (Some(_), false) => Err(GrammarError::UnexpectedByte(b',')),
            (None, _) => Err(GrammarError::MissingToken),
        }
    }
}

/// What is wrong with the value of a `Sec-WebSocket-Extensions` header.
///
/// A server answers such a request with 400, a client fails the handshake.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum GrammarError {
    /// A separator or the end stands where a name or a value must be.
    MissingToken,
    /// This byte cannot stand where it does.
    UnexpectedByte(u8),
    /// A quoted value has no closing quote.
    UnterminatedQuote,
    /// A quoted value is, without its quotes and backslashes, not a token (RFC 6455 §9.1).
    QuotedValueNotToken,
    /// There are more than 1024 names of extensions and parameters.
    TooMany,
}

impl Display for GrammarError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingToken => f.write_str("name or value missing in the extension list"),
            Self::UnexpectedByte(byte) => {
                write!(f, "unexpected byte 0x{byte:02x} in the extension list")
            }
            Self::UnterminatedQuote => f.write_str("quoted extension parameter without its end"),
            Self::QuotedValueNotToken => f.write_str("quoted extension parameter is not a token"),
            Self::TooMany => write!(f, "more than {MAX_PARTS} parts in the extension list"),
        }
    }
}

impl Error for GrammarError {}

/// The bytes of one header value that are not read yet.
struct Cursor<'a> {
    rest: &'a [u8],
    /// How many names and parameters may still come.
    n_left: &'a mut usize,
    /// Bytes looked at, each time.
    work: &'a mut Work,
}

/// Names of extensions and parameters in one header: browsers send two, and lists
/// with hundreds are tests.
const MAX_PARTS: usize = 1024;

impl Cursor<'_> {
    /// `extension-list = 1#extension`, to the end of the value.
    fn read_list(mut self, offers: &mut Vec<Offer>) -> Result<(), GrammarError> {
        loop {
            self.work.step(1);
            self.skip_whitespace();
            match self.rest.first() {
                None => return Ok(()),
                // RFC 9110 §5.6.1.2: a recipient MUST parse and ignore a reasonable number of
                // empty list elements
                Some(b',') => {}
                Some(_) => offers.push(self.read_extension()?),
            }
            match self.rest.split_first() {
                None => return Ok(()),
                Some((b',', rest)) => self.rest = rest,
                Some((&byte, _)) => return Err(GrammarError::UnexpectedByte(byte)),
            }
        }
    }

    /// `extension = extension-token *( ";" extension-param )`, and the whitespace behind it.
    fn read_extension(&mut self) -> Result<Offer, GrammarError> {
        self.count_part()?;
        let mut offer = Offer::from_token(self.read_token()?);
        while self.skip_separator(b';') {
            self.count_part()?;
            let name = self.read_token()?;
            let value = if self.skip_separator(b'=') {
                Some(self.read_value()?)
            } else {
                None
            };
            offer.push_param(name, value);
        }
        Ok(offer)
    }

    fn count_part(&mut self) -> Result<(), GrammarError> {
        let n_left = self.n_left.checked_sub(1).ok_or(GrammarError::TooMany)?;
        *self.n_left = n_left;
        Ok(())
    }

    /// `token | quoted-string`, the right side of a parameter.
    fn read_value(&mut self) -> Result<String, GrammarError> {
        match self.rest.split_first() {
            Some((b'"', rest)) => {
                self.rest = rest;
                self.read_quoted_token()
            }
            Some(_) | None => self.read_token(),
        }
    }

    fn read_token(&mut self) -> Result<String, GrammarError> {
        let len = self
            .rest
            .iter()
            .take_while(|&&byte| is_token_byte(byte))
            .count();
        self.work.step(len);
        let (token, rest) = self.rest.split_at(len);
        if token.is_empty() {
            return Err(match rest.first() {
                None | Some(b',' | b';' | b'=') => GrammarError::MissingToken,
                Some(&byte) => GrammarError::UnexpectedByte(byte),
            });
        }
        self.rest = rest;
        Ok(token.iter().copied().map(char::from).collect())
    }

    /// The rest of a quoted string whose opening quote has been read.
    fn read_quoted_token(&mut self) -> Result<String, GrammarError> {
        let mut token = String::new();
        let mut bytes = self.rest.iter();
        loop {
            self.work.step(1);
            let &byte = match bytes.next() {
                None => return Err(GrammarError::UnterminatedQuote),
                Some(b'"') => break,
                // RFC 9110 §5.6.4: recipients MUST handle a quoted-pair as if it were replaced by
                // the octet following the backslash
                Some(b'\\') => bytes.next().ok_or(GrammarError::UnterminatedQuote)?,
                Some(byte) => byte,
            };
            // RFC 6455 §9.1: the value after quoted-string unescaping MUST conform to the 'token'
            // ABNF
            if !is_token_byte(byte) {
                return Err(GrammarError::QuotedValueNotToken);
            }
            token.push(char::from(byte));
        }
        self.rest = bytes.as_slice();
        if token.is_empty() {
            Err(GrammarError::QuotedValueNotToken)
        } else {
            Ok(token)
        }
    }

    /// Reads `separator` and the whitespace on both sides of it, if it comes next.
    fn skip_separator(&mut self, separator: u8) -> bool {
        self.skip_whitespace();
        match self.rest.split_first() {
            Some((&byte, rest)) if byte == separator => {
                self.rest = rest;
                self.skip_whitespace();
                true
            }
            Some(_) | None => false,
        }
    }

    // RFC 6455 §9.1 uses the ABNF of RFC 2616 with its "implied *LWS rule": whitespace may stand
    // between any two words or separators, also around "="
    fn skip_whitespace(&mut self) {
        let len = self
            .rest
            .iter()
            .take_while(|&&byte| matches!(byte, b' ' | b'\t'))
            .count();
        self.work.step(len);
        self.rest = self.rest.split_at(len).1;
    }
}

#[cfg(test)]
mod tests;
