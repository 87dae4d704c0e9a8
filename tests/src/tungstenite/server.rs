//! tungstenite's server in the scenarios.

use std::io;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async_with_config};

use super::{PING, send_fragmented};
use crate::ScenarioServer;
use crate::contract::{
    ANSWER_HEADER, REQUEST_HEADER, SERVER_CLOSE, SMALL, SUBPROTOCOL, describe_end, payload,
};
use crate::scenario_server::report_channel;

/// Starts tungstenite's server on two ephemeral ports.
///
/// # Panics
///
/// If it cannot listen on loopback.
pub async fn tungstenite_server() -> ScenarioServer {
    let (report, reports) = report_channel();
    let mut tasks = JoinSet::new();
    let mut ports = [0; 2];
    for (port, limit) in ports.iter_mut().zip([1 << 20, SMALL]) {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback can be bound");
        *port = listener
            .local_addr()
            .expect("a listener has an address")
            .port();
        tasks.spawn(accept_all(listener, limit, report.clone()));
    }
    let [port, small_port] = ports;
    ScenarioServer::of_tasks(port, small_port, tasks, reports)
}

async fn accept_all(listener: TcpListener, limit: usize, report: UnboundedSender<Value>) {
    let mut connections = JoinSet::new();
    while let Ok((tcp, _)) = listener.accept().await {
        let report = report.clone();
        connections.spawn(async move {
            // A refused handshake is an error of tungstenite's, and leaves nothing to report.
            if let Ok(end) = serve(tcp, limit).await {
                let _ = report.send(end);
            }
        });
    }
}

async fn serve(tcp: TcpStream, limit: usize) -> Result<Value, Error> {
    let mut path = String::new();
    let mut request_header = String::new();
    #[expect(clippy::result_large_err, reason = "the signature is tungstenite's")]
    let decide = |request: &Request, response: Response| {
        request.uri().path().clone_into(&mut path);
        if let Some(value) = request.headers().get(REQUEST_HEADER.0) {
            value
                .to_str()
                .unwrap_or_default()
                .clone_into(&mut request_header);
        }
        answer(request, response)
    };
    let config = WebSocketConfig::default().max_message_size(Some(limit));
    let mut ws = accept_hdr_async_with_config(tcp, decide, Some(config)).await?;

    let mut seen = None;
    let ended = converse(&mut ws, &path, request_header, &mut seen).await;
    let (code, reason) = match &seen {
        Some(CloseFrame { code, reason }) => (u16::from(*code), reason.as_str()),
        None => (1006, ""),
    };
    Ok(describe_end(
        &path,
        code,
        reason,
        ended.is_ok() && seen.is_some(),
    ))
}

#[expect(clippy::result_large_err, reason = "the signature is tungstenite's")]
fn answer(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    if request.uri().path() == "/refused" {
        let mut refusal = ErrorResponse::new(Some("not you\n".to_owned()));
        *refusal.status_mut() = StatusCode::FORBIDDEN;
        return Err(refusal);
    }
    let headers = response.headers_mut();
    headers.insert(ANSWER_HEADER.0, HeaderValue::from_static(ANSWER_HEADER.1));
    let offered = request.headers().get("sec-websocket-protocol");
    let offered = offered
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if offered.split(',').any(|offer| offer.trim() == SUBPROTOCOL) {
        headers.insert(
            "sec-websocket-protocol",
            HeaderValue::from_static(SUBPROTOCOL),
        );
    }
    Ok(response)
}

/// Acts by path, then echoes until the end; leaves the Close frame received in `seen`.
async fn converse(
    ws: &mut WebSocketStream<TcpStream>,
    path: &str,
    request_header: String,
    seen: &mut Option<CloseFrame>,
) -> Result<(), Error> {
    match path {
        "/fragments" => send_fragmented(ws).await?,
        "/ping" => ws.send(Message::Ping(PING.into())).await?,
        "/headers" => ws.send(request_header.into()).await?,
        "/close" => {
            let (code, reason) = SERVER_CLOSE;
            ws.close(Some(CloseFrame {
                code: code.into(),
                reason: reason.into(),
            }))
            .await?;
        }
        "/big" => ws.send(payload(SMALL + 1).into()).await?,
        _ => {}
    }
    while let Some(message) = ws.next().await {
        match message {
            Ok(message @ (Message::Text(_) | Message::Binary(_))) => ws.send(message).await?,
            Ok(Message::Pong(payload)) if payload == PING => ws.send("pong seen".into()).await?,
            Ok(Message::Close(frame)) => *seen = frame,
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => {}
            // The client may take down TCP as soon as it has our Close frame.
            Err(Error::Io(error)) if seen.is_some() && gone(&error) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset
    )
}
