//! The client's opening handshake over a transport (RFC 6455 §4.1).
//!
//! Connecting the transport is the shell's part, and so is TLS.

use std::sync::Arc;
use std::time::Duration;

use sockeye_connection::Config;
use sockeye_frame::Role;
use sockeye_handshake::{ClientHandshake, ClientRequest, HandshakeError, HeadLimits};

use crate::entropy::entropy;
use crate::handshaking::Handshaking;
use crate::web_socket::Agreement;
use crate::{Error, Timer, Transport, WebSocket};

/// What a client decides besides the request itself.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// Limits and time limits of the open connection.
    pub config: Arc<Config>,
    /// Limits on the response's head, and on the body of a refusal.
    pub head_limits: HeadLimits,
    /// Time limit of the opening handshake; 10 s by default, so that a silent server does not
    /// hold the caller.
    pub handshake_timeout: Duration,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            config: Arc::default(),
            head_limits: HeadLimits::default(),
            handshake_timeout: crate::acceptor::HANDSHAKE_TIMEOUT,
        }
    }
}

/// Makes the client's opening handshake over a connected `transport`.
///
/// Returns the open WebSocket and the head of the server's response.
///
/// # Errors
///
/// [`Error::Handshake`] when the server refused (the response is kept) or answered wrongly,
/// [`Error::HandshakeTimeout`], [`Error::Io`].
///
/// # Cancel safety
///
/// Dropping the future drops the transport.
pub async fn client_handshake<T: Transport>(
    transport: T,
    timer: Box<dyn Timer>,
    request: &ClientRequest,
    options: &ClientOptions,
) -> Result<(WebSocket<T>, http::Response<()>), Error> {
    handshake_until(transport, timer, request, options, |_| false).await
}

/// The same, but of a refusal for whose head `is_enough` is true the body is not waited for.
pub(crate) async fn handshake_until<T: Transport>(
    transport: T,
    timer: Box<dyn Timer>,
    request: &ClientRequest,
    options: &ClientOptions,
    is_enough: impl Fn(&http::Response<()>) -> bool,
) -> Result<(WebSocket<T>, http::Response<()>), Error> {
    // RFC 6455 §4.1: the nonce MUST be selected randomly for each connection
    let mut nonce = [0; 16];
    entropy()(&mut nonce);
    let mut handshake = ClientHandshake::new(request, nonce, options.head_limits)?;
    let mut link = Handshaking::new(transport, timer, options.handshake_timeout);
    link.write(handshake.request()).await?;
    let established = loop {
        if handshake.refusal_head().is_some_and(&is_enough) {
            handshake.handle_eof();
        }
        if let Some(result) = handshake.poll() {
            break result?;
        }
        match link.read(|bytes| handshake.handle_input(bytes)).await {
            Ok(true) => {}
            Ok(false) => {
                handshake.handle_eof();
                break handshake
                    .poll()
                    .unwrap_or(Err(HandshakeError::UnexpectedEof))?;
            }
            Err(error) => {
                // A refusal whose body is late or cut off is a refusal all the same.
                handshake.handle_eof();
                return match handshake.poll() {
                    Some(Err(refused @ HandshakeError::Refused(_))) => Err(refused.into()),
                    _ => Err(error),
                };
            }
        }
    };
    let (transport, alarm) = link.into_parts();
    let agreement = Agreement {
        role: Role::Client,
        config: Arc::clone(&options.config),
        extensions: established.extensions,
        subprotocol: established.subprotocol,
        leftover: &established.leftover,
        drain: None,
    };
    let response = established.head.into_response().unwrap_or_default();
    Ok((WebSocket::new(transport, alarm, agreement), response))
}
