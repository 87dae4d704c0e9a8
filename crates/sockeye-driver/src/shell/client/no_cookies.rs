//! In place of `cookies.rs` without the feature of that name.

use std::borrow::Cow;

use http::HeaderMap;
use sockeye_handshake::{ClientRequest, HandshakeError, WsUri};

/// No jar.
#[derive(Clone, Debug, Default)]
pub(super) struct Cookies {}

impl Cookies {
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "as with a jar"
    )]
    pub(super) fn add_to<'a>(
        &self,
        request: &'a ClientRequest,
    ) -> Result<Cow<'a, ClientRequest>, HandshakeError> {
        Ok(Cow::Borrowed(request))
    }

    #[expect(clippy::unused_self, reason = "as with a jar")]
    pub(super) fn take_from(&self, _uri: &WsUri, _headers: &HeaderMap) {}
}
