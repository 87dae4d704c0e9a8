//! Headers that belong to the handshake itself, so that no caller may set them (RFC 6455 §4).
//!
//! Also the one conversion of what callers give for a header into checked types.

use http::header::{
    CONNECTION, CONTENT_LENGTH, EXPECT, HeaderName, HeaderValue, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};

use crate::HandshakeError;

/// Checks a header for a request or a 101 that a caller adds to.
///
/// Refuses names that the handshake writes itself and those that would announce a body.
pub(crate) fn check_header(
    name: impl TryInto<HeaderName>,
    value: impl TryInto<HeaderValue>,
) -> Result<(HeaderName, HeaderValue), HandshakeError> {
    let name = name.try_into().map_err(|_| HandshakeError::InvalidHeader)?;
    let value = value
        .try_into()
        .map_err(|_| HandshakeError::InvalidHeader)?;
    let is_own = [CONNECTION, CONTENT_LENGTH, EXPECT, TE, TRAILER, TRANSFER_ENCODING, UPGRADE]
        .contains(&name)
        // The five of RFC 6455 §11.3 and whatever may follow them.
        || name.as_str().starts_with("sec-websocket-");
    if is_own {
        Err(HandshakeError::ReservedHeader)
    } else {
        Ok((name, value))
    }
}
