//! The credentials that a client sends with each request.

use std::fmt;

use sockeye_handshake::{ClientRequest, HandshakeError};

use super::Client;
use crate::Runtime;

/// What goes into `Authorization`.
#[derive(Clone)]
pub(super) enum Credentials {
    Basic { user: String, password: String },
    Bearer(String),
}

impl<R: Runtime> Client<R> {
    /// Sends a user name and a password with each request (RFC 7617); they are checked when
    /// connecting.
    ///
    /// Goes before the user information of an address; an `Authorization` of a request goes before
    /// both.
    #[must_use]
    pub fn basic_auth(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = Some(Credentials::Basic {
            user: user.into(),
            password: password.into(),
        });
        self
    }

    /// Sends a token with each request (RFC 6750), in place of a user name and a password; it is
    /// checked when connecting.
    #[must_use]
    pub fn bearer_auth(mut self, token: impl Into<String>) -> Self {
        self.credentials = Some(Credentials::Bearer(token.into()));
        self
    }
}

impl Credentials {
    /// Adds them, unless the request has its own.
    pub(super) fn add_to(&self, request: ClientRequest) -> Result<ClientRequest, HandshakeError> {
        match self {
            _ if request.has_authorization() => Ok(request),
            Self::Basic { user, password } => request.basic_auth(user, password),
            Self::Bearer(token) => request.bearer_auth(token),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Basic { .. } => "Basic",
            Self::Bearer(_) => "Bearer",
        })
    }
}
