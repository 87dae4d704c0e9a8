//! From one redirect to the next, within bounds.

use sockeye_handshake::{ClientRequest, HandshakeError, RedirectError};

use super::Client;
use crate::{Error, Runtime};

impl<R: Runtime> Client<R> {
    /// Follows up to `max` redirects (301, 302, 303, 307 and 308), at most 10; none by default.
    ///
    /// All of them, and the last handshake, share [`Self::handshake_timeout`]. Each is dialed anew
    /// and has a key of its own. One from `wss` to `ws` is not followed.
    ///
    /// To another origin go no `Authorization`, `Cookie` and `Proxy-Authorization`, no header whose
    /// value is marked sensitive, and no certificate of the client, unless it is native-tls that has
    /// it. All else that the application has set goes along: other headers, whatever they hold, and
    /// subprotocols.
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
    /// Whether one led away from the origin that the application named.
    has_left: bool,
}

impl Redirects {
    pub(super) fn new(max: usize) -> Self {
        Self {
            n_left: max,
            is_followed: max > 0,
            has_left: false,
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
            Some(Ok(redirected)) => {
                self.n_left -= 1;
                self.has_left |= !redirected.uri().has_origin_of(request.uri());
                Ok(redirected)
            }
            Some(Err(error)) => Err(failed(error, response)),
        }
    }

    /// Whether a response with this head leads on: then its body is nobody's matter, and a server
    /// that is slow with it takes no time from those to come.
    pub(super) fn follow<B>(&self, request: &ClientRequest, head: &http::Response<B>) -> bool {
        self.n_left > 0 && matches!(request.redirected(head), Some(Ok(_)))
    }

    /// What the server of the request may see of the client's TLS.
    ///
    /// Once another origin has been named, no certificate is shown, not even where that one leads
    /// back: as with credentials in headers.
    pub(super) fn leave<R: Runtime>(&self, tls: R::ClientTls) -> R::ClientTls {
        match self.has_left {
            true => R::without_certificate(&tls),
            false => tls,
        }
    }
}

/// Servers that mean it need one or two; a loop needs more than any number.
const MAX_REDIRECTS: usize = 10;
