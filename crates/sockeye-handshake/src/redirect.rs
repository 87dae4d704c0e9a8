//! Where a redirect leads, and what may go there (RFC 9110 §15.4, RFC 6455 §4.1).
//!
//! RFC 6455 lets clients follow redirects and warns of them. A request that goes elsewhere takes no
//! credentials along, and never leaves TLS. How many are followed is the caller's matter.

use http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue, LOCATION, PROXY_AUTHORIZATION};
use http::{HeaderMap, Response, StatusCode};
use url::{Position, Url};

use crate::{ClientRequest, WsUri};

pub use error::RedirectError;

mod error;

impl ClientRequest {
    /// The request that a redirect asks for; `None` when the response is no redirect.
    ///
    /// `Location` may be relative, and `http` in it stands for `ws`, `https` for `wss`. Where it
    /// leads to another origin, `Authorization`, `Cookie`, `Proxy-Authorization`, all that is marked
    /// sensitive and the address's user information are left out; `Host` is that of the new address.
    ///
    /// # Errors
    ///
    /// - [`RedirectError::MissingLocation`], [`RedirectError::InvalidLocation`]: it does not say
    ///   where to go.
    /// - [`RedirectError::Downgrade`]: from `wss` to `ws`.
    pub fn redirected<B>(&self, response: &Response<B>) -> Option<Result<Self, RedirectError>> {
        // The request is a GET, so all of them mean the same.
        let is_redirect = matches!(
            response.status(),
            StatusCode::MOVED_PERMANENTLY
                | StatusCode::FOUND
                | StatusCode::SEE_OTHER
                | StatusCode::TEMPORARY_REDIRECT
                | StatusCode::PERMANENT_REDIRECT
        );
        is_redirect.then(|| self.follow(response.headers()))
    }

    fn follow(&self, headers: &HeaderMap) -> Result<Self, RedirectError> {
        let mut locations = headers.get_all(LOCATION).iter();
        let (Some(location), None) = (locations.next(), locations.next()) else {
            return Err(RedirectError::MissingLocation);
        };
        let uri = resolve(self.uri(), location).ok_or(RedirectError::InvalidLocation)?;
        if self.uri().is_secure() && !uri.is_secure() {
            return Err(RedirectError::Downgrade);
        }
        if self.uri().has_origin_of(&uri) {
            let uri = uri.with_userinfo_of(self.uri());
            return Ok(self.with_uri(uri));
        }
        let mut redirected = self.with_uri(uri).without_host();
        redirected.retain_headers(|name, value| !is_credential(name, value));
        Ok(redirected)
    }
}

/// The address that `location` means, seen from `base`.
///
/// What is relative, and what browsers repair, is as in the URL standard, which all servers are
/// tried with; what comes of it is then held to the same rules as any address.
fn resolve(base: &WsUri, location: &HeaderValue) -> Option<WsUri> {
    let location = str::from_utf8(location.as_bytes()).ok()?;
    let url = Url::parse(&base.to_string()).ok()?.join(location).ok()?;
    let scheme = match url.scheme() {
        "ws" | "http" => "ws",
        "wss" | "https" => "wss",
        _ => return None,
    };
    // Credentials that the server chooses are nobody's.
    if !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    // RFC 9110 §10.2.2: a Location may have a fragment, which is for whoever shows the resource
    let rest = &url[Position::BeforeHost..Position::AfterQuery];
    WsUri::parse(&format!("{scheme}://{rest}")).ok()
}

fn is_credential(name: &HeaderName, value: &HeaderValue) -> bool {
    value.is_sensitive() || [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION].contains(name)
}

#[cfg(test)]
mod tests;
