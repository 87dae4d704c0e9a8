//! Cookies of a request, from wherever they come (RFC 6265 §5.4).

use http::header::{COOKIE, HeaderValue};

use super::ClientRequest;
use crate::HandshakeError;

impl ClientRequest {
    /// Sends `name=value` pairs, with `; ` between them, behind the cookies given so far and in the
    /// same header.
    ///
    /// # Errors
    ///
    /// [`HandshakeError::InvalidHeader`]: they cannot stand in a header.
    pub fn cookies(mut self, pairs: &str) -> Result<Self, HandshakeError> {
        // RFC 6265 §5.4: the user agent MUST NOT attach more than one Cookie header field
        let given = self
            .headers
            .get_all(COOKIE)
            .iter()
            .map(HeaderValue::as_bytes);
        let all: Vec<_> = given.chain([pairs.as_bytes()]).collect();
        let all = HeaderValue::from_bytes(&all.join(&b"; "[..]));
        let mut value = all.map_err(|_| HandshakeError::InvalidHeader)?;
        value.set_sensitive(true);
        self.headers.insert(COOKIE, value);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::WsUri;

    #[test]
    fn they_share_one_header() {
        let request = ClientRequest::new(WsUri::parse("ws://h").unwrap());
        let request = request
            .header("cookie", "a=1")
            .and_then(|it| it.cookies("b=2; c=3"));
        let request = request.unwrap();
        let cookies: Vec<_> = request.headers.get_all(COOKIE).iter().collect();
        assert_eq!(cookies, ["a=1; b=2; c=3"]);
        assert!(cookies[0].is_sensitive());
        assert!(request.cookies("d=4\r\nx: y").is_err());
    }
}
