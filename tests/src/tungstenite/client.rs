//! tungstenite's client in the scenarios.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue, Request};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{PING, describe, send_fragmented};
use crate::contract::{
    ANSWER_HEADER, BINARY_LENGTHS, CLIENT_CLOSE, OFFERED_SUBPROTOCOLS, REQUEST_HEADER, SMALL,
    TEXTS, payload,
};
use crate::{Scenario, within};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Plays the client's part of `scenario` against the server at `url`, and reports what it saw.
///
/// # Panics
///
/// If tungstenite fails, or asks for longer than a test waits.
pub async fn tungstenite_client(scenario: Scenario, url: String) -> Value {
    let report = within(
        format_args!("tungstenite in {scenario}"),
        play(scenario, &url),
    )
    .await;
    report.unwrap_or_else(|error| panic!("tungstenite in {scenario}: {error}"))
}

async fn play(scenario: Scenario, url: &str) -> Result<Value, Error> {
    let (mut ws, response) = match connect_async(request(scenario, url)?).await {
        Ok(opened) => opened,
        Err(Error::Http(response)) => {
            return Ok(json!({ "opened": false, "status": response.status().as_u16() }));
        }
        Err(error) => return Err(error),
    };
    let subprotocol = response
        .headers()
        .get("sec-websocket-protocol")
        .map(as_text);
    let report = match scenario {
        Scenario::Echo => {
            let texts = TEXTS.map(Message::from);
            let binaries = BINARY_LENGTHS.map(|length| Message::from(payload(length)));
            let mut messages = Vec::new();
            for message in texts.into_iter().chain(binaries) {
                ws.send(message).await?;
                messages.extend(receive(&mut ws, 1).await?);
            }
            json!({ "messages": messages, "subprotocol": subprotocol })
        }
        Scenario::FragmentsFromClient => {
            send_fragmented(&mut ws).await?;
            json!({ "messages": receive(&mut ws, 2).await? })
        }
        Scenario::FragmentsFromServer => json!({ "messages": receive(&mut ws, 2).await? }),
        Scenario::PingFromClient => {
            ws.send(Message::Ping(PING.into())).await?;
            let answer = ws.next().await.transpose()?;
            json!({ "pong": answer == Some(Message::Pong(PING.into())) })
        }
        Scenario::PingFromServer => json!({ "messages": receive(&mut ws, 1).await? }),
        Scenario::Subprotocol => json!({ "subprotocol": subprotocol }),
        Scenario::Headers => {
            let answer = response.headers().get(ANSWER_HEADER.0).map(as_text);
            json!({ "messages": receive(&mut ws, 1).await?, "answer": answer })
        }
        Scenario::CloseFromClient => {
            let (code, reason) = CLIENT_CLOSE;
            let seen = close(&mut ws, code, reason).await?;
            return Ok(json!({ "code": code_of(seen.as_ref()), "clean": seen.is_some() }));
        }
        Scenario::CloseFromServer => {
            let seen = receive_close(&mut ws).await?;
            let reason = seen.as_ref().map(|frame| frame.reason.as_str());
            return Ok(json!({
                "code": code_of(seen.as_ref()),
                "reason": reason,
                "clean": seen.is_some(),
            }));
        }
        Scenario::Refused => return Ok(json!({ "opened": true })),
        Scenario::TooBigForServer => {
            ws.send(payload(SMALL + 1).into()).await?;
            let seen = receive_close(&mut ws).await?;
            return Ok(json!({ "code": code_of(seen.as_ref()) }));
        }
        Scenario::TooBigForClient => unreachable!("tungstenite sends no Close frame for this"),
    };
    close(&mut ws, 1000, "").await?;
    Ok(report)
}

fn request(scenario: Scenario, url: &str) -> Result<Request<()>, Error> {
    let mut request = url.into_client_request()?;
    let (name, value) = match scenario {
        Scenario::Headers => (REQUEST_HEADER.0, REQUEST_HEADER.1.to_owned()),
        Scenario::Subprotocol => ("sec-websocket-protocol", OFFERED_SUBPROTOCOLS.join(", ")),
        _ => return Ok(request),
    };
    let value = HeaderValue::from_str(&value).expect("the contract's values are ASCII");
    request
        .headers_mut()
        .insert(HeaderName::from_static(name), value);
    Ok(request)
}

/// Up to `count` messages; fewer when the connection ends first.
async fn receive(ws: &mut Socket, count: usize) -> Result<Vec<Value>, Error> {
    let mut messages = Vec::new();
    while messages.len() < count
        && let Some(message) = ws.next().await
    {
        messages.extend(describe(&message?));
    }
    Ok(messages)
}

/// Reads to the end; the Close frame received, if any.
async fn receive_close(ws: &mut Socket) -> Result<Option<CloseFrame>, Error> {
    let mut seen = None;
    while let Some(message) = ws.next().await {
        if let Message::Close(frame) = message? {
            seen = frame;
        }
    }
    Ok(seen)
}

async fn close(ws: &mut Socket, code: u16, reason: &str) -> Result<Option<CloseFrame>, Error> {
    ws.close(Some(CloseFrame {
        code: code.into(),
        reason: reason.into(),
    }))
    .await?;
    receive_close(ws).await
}

fn code_of(frame: Option<&CloseFrame>) -> u16 {
    frame.map_or(1006, |frame| frame.code.into())
}

fn as_text(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or("(not ASCII)")
}
