//! Why a redirect was not followed.

use std::error::Error;
use std::fmt;

/// Why a redirect was not followed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RedirectError {
    /// The response has no `Location`, or more than one.
    MissingLocation,
    /// The `Location` leads to no `ws` or `wss` address, or has user information.
    InvalidLocation,
    /// It leads from `wss` to `ws`.
    Downgrade,
    /// More redirects came than are followed.
    TooMany,
}

impl fmt::Display for RedirectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MissingLocation => "the redirect does not have one location",
            Self::InvalidLocation => "the redirect does not lead to a websocket address",
            Self::Downgrade => "the redirect leads away from TLS",
            Self::TooMany => "too many redirects",
        })
    }
}

impl Error for RedirectError {}
