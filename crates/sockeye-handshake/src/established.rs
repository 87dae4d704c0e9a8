//! What an opening handshake ends in: all that a connection is built from (RFC 6455 §4).
//!
//! The same on both sides. Builds no connection: handshake and connection know nothing of each
//! other, the driver joins them.

use http::{Request, Response};
use sockeye_extensions::Chain;

/// The outcome of a successful opening handshake.
#[derive(Debug)]
pub struct Established {
    /// The subprotocol that both peers agreed on, if any (RFC 6455 §1.9).
    pub subprotocol: Option<String>,
    /// The extensions that both peers agreed on, ready for the connection.
    pub extensions: Chain,
    /// Bytes that came behind the peer's head: the first frames. They must go to the connection
    /// before anything that is read later.
    pub leftover: Vec<u8>,
    /// The peer's head.
    pub head: Box<Head>,
}

/// The head that the peer sent in the opening handshake.
#[derive(Debug)]
pub enum Head {
    /// On the server: the client's request.
    Request(Request<()>),
    /// On the client: the server's 101 response.
    Response(Response<()>),
}

impl Head {
    /// The request, on the server.
    #[must_use]
    pub fn into_request(self) -> Option<Request<()>> {
        match self {
            Self::Request(request) => Some(request),
            Self::Response(_) => None,
        }
    }

    /// The response, on the client.
    #[must_use]
    pub fn into_response(self) -> Option<Response<()>> {
        match self {
            Self::Request(_) => None,
            Self::Response(response) => Some(response),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_of_one_kind() {
        let request = || Head::Request(Request::new(()));
        assert!(request().into_request().is_some() && request().into_response().is_none());
        let response = || Head::Response(Response::new(()));
        assert!(response().into_response().is_some() && response().into_request().is_none());
    }
}
