//! Credentials of a request: Basic (RFC 7617) and Bearer (RFC 6750).

use http::header::{AUTHORIZATION, HeaderValue};

use super::ClientRequest;
use crate::HandshakeError;
use crate::endpoint::Userinfo;

impl ClientRequest {
    /// Sends a user name and a password, in place of an `Authorization` given before and of the
    /// address's user information (RFC 7617).
    ///
    /// # Errors
    ///
    /// [`HandshakeError::InvalidHeader`]: the name has a colon, or either has a control character.
    pub fn basic_auth(self, user: &str, password: &str) -> Result<Self, HandshakeError> {
        let userinfo = Userinfo::new(user.to_owned(), password.to_owned());
        let value = userinfo.ok().and_then(|userinfo| userinfo.basic_auth());
        self.authorization(value)
    }

    /// Sends a token, in place of an `Authorization` given before and of the address's user
    /// information (RFC 6750 §2.1).
    ///
    /// # Errors
    ///
    /// [`HandshakeError::InvalidHeader`]: the token is empty, or has other characters than letters,
    /// digits and `-._~+/=`.
    pub fn bearer_auth(self, token: &str) -> Result<Self, HandshakeError> {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        let is_token = !token.is_empty() && token.bytes().all(is_part);
        let value = HeaderValue::try_from(format!("Bearer {token}"));
        self.authorization(value.ok().filter(|_| is_token))
    }

    /// Whether credentials have been given, other than in the address.
    #[must_use]
    pub fn has_authorization(&self) -> bool {
        self.headers.contains_key(AUTHORIZATION)
    }

    fn authorization(mut self, value: Option<HeaderValue>) -> Result<Self, HandshakeError> {
        let mut value = value.ok_or(HandshakeError::InvalidHeader)?;
        value.set_sensitive(true);
        self.headers.insert(AUTHORIZATION, value);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClientHandshake, HeadLimits, WsUri};

    type Given = fn(ClientRequest) -> Result<ClientRequest, HandshakeError>;

    #[track_caller]
    fn check(given: Given, expected: Option<&str>) {
        let request = ClientRequest::new(WsUri::parse("ws://a:b@h").unwrap());
        let request = match (given(request), expected) {
            (Ok(request), Some(_)) => request,
            (Err(HandshakeError::InvalidHeader), None) => return,
            (other, _) => panic!("{other:?}"),
        };
        let debug = format!("{request:?}");
        assert!(
            !debug.contains("Basic") && !debug.contains("Bearer"),
            "{debug}"
        );
        let handshake = ClientHandshake::new(&request, [0; 16], HeadLimits::default()).unwrap();
        let head = str::from_utf8(handshake.request()).unwrap().to_owned();
        let lines = head
            .lines()
            .filter(|line| line.to_lowercase().starts_with("authorization:"));
        let line = format!("authorization: {}", expected.unwrap_or_default());
        assert_eq!(lines.collect::<Vec<_>>(), [line]);
    }

    #[test]
    fn they_replace_those_of_the_address() {
        check(
            |it| it.basic_auth("Aladdin", "open sesame"),
            Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        );
        check(|it| it.basic_auth("", ""), Some("Basic Og=="));
        check(|it| it.basic_auth("u", "p:\u{e9}"), Some("Basic dTpwOsOp"));
        check(
            |it| it.bearer_auth("mF_9.B5f-4.1JqM"),
            Some("Bearer mF_9.B5f-4.1JqM"),
        );
        check(
            |it| it.basic_auth("u", "p")?.bearer_auth("t=="),
            Some("Bearer t=="),
        );
        check(|it| it.basic_auth("u:v", "p"), None);
        check(|it| it.basic_auth("u", "p\r\nx: y"), None);
        check(|it| it.bearer_auth(""), None);
        check(|it| it.bearer_auth("two words"), None);
        check(|it| it.bearer_auth("a\r\nx: y"), None);
    }
}
