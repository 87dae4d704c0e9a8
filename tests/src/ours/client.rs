//! Our client in the scenarios.

use serde_json::{Value, json};
use sockeye::tokio::{AnyClientTls, Client, Stream, WebSocket};
use sockeye::{CloseCode, Config, Error, Limits, Message};

use super::send_fragmented;
use crate::contract::{
    ANSWER_HEADER, BINARY_LENGTHS, CLIENT_CLOSE, OFFERED_SUBPROTOCOLS, REQUEST_HEADER, SMALL,
    TEXTS, describe_binary, describe_text, payload,
};
use crate::{Scenario, within};

/// Plays the client's part of `scenario` against the server at `url`, and reports what it saw.
///
/// # Panics
///
/// If a call fails that should not, or takes longer than a test waits.
pub async fn sockeye_client(scenario: Scenario, url: String) -> Value {
    play_with(Client::new(), scenario, &url).await
}

/// The same over TLS, trusting whom `tls` says.
///
/// # Panics
///
/// As [`sockeye_client`].
pub async fn secure_sockeye_client(
    tls: impl Into<AnyClientTls>,
    scenario: Scenario,
    url: String,
) -> Value {
    play_with(Client::new().tls(tls), scenario, &url).await
}

async fn play_with(client: Client, scenario: Scenario, url: &str) -> Value {
    let report = within(
        format_args!("our client in {scenario}"),
        play(client, scenario, url),
    )
    .await;
    report.unwrap_or_else(|error| panic!("our client in {scenario}: {error:?}"))
}

async fn play(client: Client, scenario: Scenario, url: &str) -> Result<Value, Error> {
    let (mut ws, response) = match told(client, scenario).connect(url).await {
        Ok(opened) => opened,
        Err(error) => {
            let Some(response) = error.response() else {
                return Err(error);
            };
            return Ok(json!({ "opened": false, "status": response.status().as_u16() }));
        }
    };
    let report = match scenario {
        Scenario::Echo => {
            let texts = TEXTS.map(Message::from);
            let binaries = BINARY_LENGTHS.map(|length| Message::from(payload(length)));
            // The largest is masked while it is copied, since it has another owner; the others
            // can be masked in place.
            let _owner = binaries.last().cloned();
            let mut messages = Vec::new();
            for message in texts.into_iter().chain(binaries) {
                ws.send(message).await?;
                messages.extend(receive(&mut ws, 1).await?);
            }
            json!({ "messages": messages, "subprotocol": ws.subprotocol() })
        }
        Scenario::FragmentsFromClient => {
            send_fragmented(&mut ws).await?;
            json!({ "messages": receive(&mut ws, 2).await? })
        }
        Scenario::FragmentsFromServer => json!({ "messages": receive(&mut ws, 2).await? }),
        Scenario::PingFromClient => {
            let pong = ws.ping().await?;
            tokio::select! {
                rtt = pong => json!({ "pong": rtt.is_ok() }),
                message = ws.recv() => json!({ "pong": format!("{message:?} instead") }),
            }
        }
        Scenario::PingFromServer => json!({ "messages": receive(&mut ws, 1).await? }),
        Scenario::Subprotocol => json!({ "subprotocol": ws.subprotocol() }),
        Scenario::Headers => {
            let answer = response.headers().get(ANSWER_HEADER.0);
            let answer = answer.and_then(|value| value.to_str().ok());
            json!({ "messages": receive(&mut ws, 1).await?, "answer": answer })
        }
        Scenario::CloseFromClient => {
            let (code, reason) = CLIENT_CLOSE;
            let code = CloseCode::try_from(code).expect("the contract's codes are valid");
            let outcome = ws.close(code, reason).await?;
            return Ok(json!({ "code": u16::from(outcome.code()), "clean": outcome.clean }));
        }
        Scenario::CloseFromServer => return closed(ws).await,
        Scenario::Refused => return Ok(json!({ "opened": true })),
        Scenario::TooBigForServer => {
            // A server that has seen the length may be gone before the payload is: `closed` then
            // finds the Close frame all the same.
            match ws.send(payload(SMALL + 1)).await {
                Ok(()) | Err(Error::Io(_)) => return closed(ws).await,
                Err(error) => return Err(error),
            }
        }
        Scenario::TooBigForClient => {
            return match ws.recv().await {
                Err(Error::Protocol(_)) => Ok(json!({ "messages": [] })),
                other => Ok(json!({ "messages": format!("{other:?}") })),
            };
        }
    };
    ws.close(CloseCode::NormalClosure, "").await?;
    Ok(report)
}

/// The client with what a scenario wants of it.
fn told(client: Client, scenario: Scenario) -> Client {
    match scenario {
        Scenario::Headers => client.header(REQUEST_HEADER.0, REQUEST_HEADER.1),
        Scenario::Subprotocol => OFFERED_SUBPROTOCOLS
            .into_iter()
            .fold(client, Client::subprotocol),
        Scenario::TooBigForClient => {
            let limits = Limits {
                max_binary_bytes: SMALL,
                ..Limits::default()
            };
            client.config(Config {
                limits,
                ..Config::default()
            })
        }
        _ => client,
    }
}

/// Up to `count` messages; fewer when the connection ends first.
async fn receive(ws: &mut WebSocket<Stream>, count: usize) -> Result<Vec<Value>, Error> {
    let mut messages = Vec::new();
    while messages.len() < count
        && let Some(message) = ws.recv().await?
    {
        messages.push(match &message {
            Message::Text(text) => describe_text(text),
            Message::Binary(bytes) => describe_binary(bytes),
        });
    }
    Ok(messages)
}

/// Waits for the close, and reports it.
async fn closed(mut ws: WebSocket<Stream>) -> Result<Value, Error> {
    receive(&mut ws, 1).await?;
    let outcome = ws.close_outcome().unwrap_or_default();
    let (code, reason) = (u16::from(outcome.code()), outcome.reason());
    Ok(json!({ "code": code, "reason": reason, "clean": outcome.clean }))
}
