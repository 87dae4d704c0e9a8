//! A client's use of its cookie jar.

use std::borrow::Cow;

use http::HeaderMap;
use sockeye_handshake::{ClientRequest, HandshakeError, WsUri};

use super::Client;
use crate::{CookieJar, Runtime};

/// The jar of a client, if it has one.
#[derive(Clone, Debug, Default)]
pub(super) struct Cookies {
    jar: Option<CookieJar>,
}

impl<R: Runtime> Client<R> {
    /// Keeps the cookies that servers set, and sends them back; default none.
    ///
    /// They go behind those that a request has of its own. The jar may be shared with other
    /// clients.
    #[must_use]
    pub fn cookie_jar(mut self, jar: CookieJar) -> Self {
        self.cookies = Cookies { jar: Some(jar) };
        self
    }
}

impl Cookies {
    /// Adds the cookies for the address of `request`.
    pub(super) fn add_to<'a>(
        &self,
        request: &'a ClientRequest,
    ) -> Result<Cow<'a, ClientRequest>, HandshakeError> {
        let cookies = self.jar.as_ref().and_then(|jar| jar.cookies(request.uri()));
        match cookies {
            Some(cookies) => request.clone().cookies(&cookies).map(Cow::Owned),
            None => Ok(Cow::Borrowed(request)),
        }
    }

    /// Keeps what a response sets.
    pub(super) fn take_from(&self, uri: &WsUri, headers: &HeaderMap) {
        if let Some(jar) = &self.jar {
            jar.take_from(uri, headers);
        }
    }
}
