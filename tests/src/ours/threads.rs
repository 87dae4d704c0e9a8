//! Our two ends of the scenarios on the blocking shell, by its calls alone.

use std::time::Duration;

use http::Request;
use serde_json::{Value, json};
use sockeye::blocking::{Client, Server, ServerHandle, WebSocket};
use sockeye::{
    ClientTls, CloseCode, Config, Error, Event, HandlerError, Limits, Message, MessageKind,
    ServerTls,
};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::{JoinSet, spawn_blocking};

use super::server::decide;
use crate::contract::{
    ANSWER_HEADER, BINARY_LENGTHS, CLIENT_CLOSE, OFFERED_SUBPROTOCOLS, REQUEST_HEADER,
    SERVER_CLOSE, SMALL, TEXT_FRAGMENTS, TEXTS, binary_fragments, describe_binary, describe_end,
    describe_text, payload,
};
use crate::scenario_server::report_channel;
use crate::{Scenario, ScenarioServer, within};

/// Plays the client's part of `scenario` against the server at `url`, in a thread, and reports what
/// it saw.
///
/// # Panics
///
/// If a call fails that should not, or takes longer than a test waits.
pub async fn blocking_client(scenario: Scenario, url: String) -> Value {
    play_with(Client::new(), scenario, url).await
}

/// The same over TLS, trusting whom `tls` says.
///
/// # Panics
///
/// As [`blocking_client`].
pub async fn secure_blocking_client(tls: &ClientTls, scenario: Scenario, url: String) -> Value {
    play_with(Client::new().tls(tls.clone()), scenario, url).await
}

async fn play_with(client: Client, scenario: Scenario, url: String) -> Value {
    let playing = spawn_blocking(move || play(client, scenario, &url));
    let report = within(format_args!("our threads in {scenario}"), playing).await;
    let report = report.expect("no panic");
    report.unwrap_or_else(|error| panic!("our threads in {scenario}: {error:?}"))
}

/// Starts our server on two ephemeral ports, with a thread for each connection.
///
/// # Panics
///
/// If it cannot listen on loopback.
#[must_use]
pub fn blocking_server() -> ScenarioServer {
    serving(|server| server)
}

/// The same with TLS, by this certificate.
///
/// # Panics
///
/// As [`blocking_server`].
#[must_use]
pub fn secure_blocking_server(tls: &ServerTls) -> ScenarioServer {
    serving(|server| server.tls(tls.clone())).secured()
}

fn serving(guard: impl Fn(Server) -> Server) -> ScenarioServer {
    let (report, reports) = report_channel();
    let mut tasks = JoinSet::new();
    let mut ports = [0; 2];
    for (port, limit) in ports.iter_mut().zip([1 << 20, SMALL]) {
        let server = Server::bind("127.0.0.1:0").expect("loopback can be bound");
        let server = guard(server).config(limited(limit)).accept_with(decide);
        let address = server.local_addr().expect("a listener has an address");
        *port = address.port();
        let drained = Drained(server.handle());
        tasks.spawn(async move {
            let _drained = drained;
            std::future::pending::<()>().await;
        });
        let report = report.clone();
        // It ends when it is drained.
        std::thread::spawn(move || {
            let handle = move |ws, request| serve(ws, &request, &report);
            server.serve_requests(handle).expect("the listener works");
        });
    }
    let [port, small_port] = ports;
    ScenarioServer::of_tasks(port, small_port, tasks, reports)
}

/// A server that ends when this is dropped.
struct Drained(ServerHandle);

impl Drop for Drained {
    fn drop(&mut self) {
        self.0.drain(Duration::ZERO);
    }
}

fn limited(max_bytes: usize) -> Config {
    Config {
        limits: Limits {
            max_text_bytes: max_bytes,
            max_binary_bytes: max_bytes,
            ..Limits::default()
        },
        ..Config::default()
    }
}

fn play(client: Client, scenario: Scenario, url: &str) -> Result<Value, Error> {
    let client = match scenario {
        Scenario::Headers => client.header(REQUEST_HEADER.0, REQUEST_HEADER.1),
        Scenario::Subprotocol => OFFERED_SUBPROTOCOLS
            .into_iter()
            .fold(client, Client::subprotocol),
        Scenario::TooBigForClient => client.config(limited(SMALL)),
        _ => client,
    };
    let (mut ws, response) = match client.connect(url) {
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
            let mut messages = Vec::new();
            for message in texts.into_iter().chain(binaries) {
                ws.send(message)?;
                messages.extend(receive(&mut ws, 1)?);
            }
            json!({ "messages": messages, "subprotocol": ws.subprotocol() })
        }
        Scenario::FragmentsFromClient => {
            send_fragmented(&mut ws)?;
            json!({ "messages": receive(&mut ws, 2)? })
        }
        Scenario::FragmentsFromServer => json!({ "messages": receive(&mut ws, 2)? }),
        Scenario::PingFromClient => json!({ "pong": ping(&mut ws)? }),
        Scenario::PingFromServer => json!({ "messages": receive(&mut ws, 1)? }),
        Scenario::Subprotocol => json!({ "subprotocol": ws.subprotocol() }),
        Scenario::Headers => {
            let answer = response.headers().get(ANSWER_HEADER.0);
            let answer = answer.and_then(|value| value.to_str().ok());
            json!({ "messages": receive(&mut ws, 1)?, "answer": answer })
        }
        Scenario::CloseFromClient => {
            let (code, reason) = CLIENT_CLOSE;
            let code = CloseCode::try_from(code).expect("the contract's codes are valid");
            let outcome = ws.close(code, reason)?;
            return Ok(json!({ "code": u16::from(outcome.code()), "clean": outcome.clean }));
        }
        Scenario::CloseFromServer => return closed(ws),
        Scenario::Refused => return Ok(json!({ "opened": true })),
        Scenario::TooBigForServer => {
            // As for the client of tasks: the server may be gone before the payload is.
            match ws.send(payload(SMALL + 1)) {
                Ok(()) | Err(Error::Io(_)) => return closed(ws),
                Err(error) => return Err(error),
            }
        }
        Scenario::TooBigForClient => {
            return match ws.recv() {
                Err(Error::Protocol(_)) => Ok(json!({ "messages": [] })),
                other => Ok(json!({ "messages": format!("{other:?}") })),
            };
        }
    };
    ws.close(CloseCode::NormalClosure, "")?;
    Ok(report)
}

fn serve(
    mut ws: WebSocket,
    request: &Request<()>,
    report: &UnboundedSender<Value>,
) -> Result<(), HandlerError> {
    let ended = converse(&mut ws, request);
    let outcome = ws.close_outcome().unwrap_or_default();
    let (code, reason) = (outcome.code().into(), outcome.reason());
    let path = request.uri().path();
    let _ = report.send(describe_end(path, code, reason, outcome.clean));
    Ok(ended?)
}

/// Acts by path, then echoes until the end.
fn converse(ws: &mut WebSocket, request: &Request<()>) -> Result<(), Error> {
    match request.uri().path() {
        "/fragments" => send_fragmented(ws)?,
        "/ping" => {
            assert!(ping(ws)?, "something else came instead of a pong");
            ws.send("pong seen")?;
        }
        "/headers" => {
            let value = request.headers().get(REQUEST_HEADER.0);
            let value = value.and_then(|value| value.to_str().ok());
            ws.send(value.unwrap_or_default())?;
        }
        "/close" => {
            let (code, reason) = SERVER_CLOSE;
            let code = CloseCode::try_from(code).expect("the contract's codes are valid");
            ws.close(code, reason)?;
        }
        "/big" => ws.send(payload(SMALL + 1))?,
        _ => {}
    }
    while let Some(message) = ws.recv()? {
        ws.send(message)?;
    }
    Ok(())
}

/// Whether a ping is answered before anything else comes.
fn ping(ws: &mut WebSocket) -> Result<bool, Error> {
    let reply = ws.ping()?;
    match ws.recv_event()? {
        Some(Event::Pong { rtt: Some(_), .. }) => reply.wait().map(|_| true),
        _ => Ok(false),
    }
}

fn send_fragmented(ws: &mut WebSocket) -> Result<(), Error> {
    let text = TEXT_FRAGMENTS.map(<[u8]>::to_vec).to_vec();
    for (kind, fragments) in [
        (MessageKind::Text, text),
        (MessageKind::Binary, binary_fragments()),
    ] {
        let mut message = ws.send_streaming(kind)?;
        for fragment in fragments {
            message.write(fragment)?;
        }
        message.finish()?;
    }
    Ok(())
}

/// Up to `count` messages; fewer when the connection ends first.
fn receive(ws: &mut WebSocket, count: usize) -> Result<Vec<Value>, Error> {
    let messages = ws.take(count);
    let described = messages.map(|message| {
        Ok(match message? {
            Message::Text(text) => describe_text(&text),
            Message::Binary(bytes) => describe_binary(&bytes),
        })
    });
    described.collect()
}

/// Waits for the close, and reports it.
fn closed(mut ws: WebSocket) -> Result<Value, Error> {
    receive(&mut ws, 1)?;
    let outcome = ws.close_outcome().unwrap_or_default();
    let (code, reason) = (u16::from(outcome.code()), outcome.reason());
    Ok(json!({ "code": code, "reason": reason, "clean": outcome.clean }))
}
