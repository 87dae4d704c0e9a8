//! From one redirect to the next, within bounds.

use sockeye_handshake::{ClientRequest, HandshakeError, RedirectError};

use super::Client;
use crate::{Error, Runtime};

impl<R: Runtime> Client<R> {
    /// Follows up to `max` redirects (301, 302, 303, 307 and 308), at most 10; none by default.
    ///
    /// All of them, and the last handshake, share [`Self::handshake_timeout`]. Each is dialed anew
    /// and has a key of its own. Where one leads to another origin, `Authorization`, `Cookie` and
    /// other credentials are left out; one from `wss` to `ws` is not followed.
    #[must_use]
    pub fn redirects(mut self, max: usize) -> Self {
        self.max_redirects = max.min(MAX_REDIRECTS);
        self
    }
}

/// The redirects of one connection that are still followed.
pub(super) struct Redirects {
    n_left: usize,
    is_followed: bool,
}

impl Redirects {
    pub(super) fn new(max: usize) -> Self {
        Self {
            n_left: max,
            is_followed: max > 0,
        }
    }

    /// The request to make after `request` was refused by `error`, if this is a redirect.
    ///
    /// # Errors
    ///
    /// `error` itself when it is none, [`HandshakeError::Redirect`] when it cannot be followed.
    pub(super) fn next(
        &mut self,
        request: &ClientRequest,
        error: Error,
    ) -> Result<ClientRequest, Error> {
        let response = match error {
            Error::Handshake(HandshakeError::Refused(response)) if self.is_followed => response,
            error => return Err(error),
        };
        let failed = |error, response| Error::Handshake(HandshakeError::Redirect(error, response));
        match request.redirected(&response) {
            None => Err(HandshakeError::Refused(response).into()),
            Some(Ok(_)) if self.n_left == 0 => Err(failed(RedirectError::TooMany, response)),
            Some(Ok(request)) => {
                self.n_left -= 1;
                Ok(request)
            }
            Some(Err(error)) => Err(failed(error, response)),
        }
    }
}

/// Servers that mean it need one or two; a loop needs more than any number.
const MAX_REDIRECTS: usize = 10;
