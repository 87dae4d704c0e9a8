//! Our server in the scenarios; on the same ports it shows the page in which browsers play theirs.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::Value;
use sockeye::handshake::select_subprotocol;
use sockeye::tokio::{AnyServerTls, HandlerError, Server, Stream, WebSocket};
use sockeye::{Acceptance, CloseCode, Config, Error, Limits, Refusal, UpgradeRequest};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;

use super::send_fragmented;
use crate::ScenarioServer;
use crate::contract::{
    ANSWER_HEADER, REQUEST_HEADER, SERVER_CLOSE, SMALL, SUBPROTOCOL, describe_end, payload,
};
use crate::scenario_server::report_channel;

/// Starts our server on two ephemeral ports.
///
/// # Panics
///
/// If it cannot listen on loopback.
pub async fn sockeye_server() -> ScenarioServer {
    serving(|server| server).await
}

/// The same with TLS, by this certificate.
///
/// # Panics
///
/// As [`sockeye_server`].
pub async fn secure_sockeye_server(tls: impl Into<AnyServerTls>) -> ScenarioServer {
    let tls = tls.into();
    serving(|server| server.tls(tls.clone())).await.secured()
}

async fn serving(guard: impl Fn(Server) -> Server) -> ScenarioServer {
    let (report, reports) = report_channel();
    let mut tasks = JoinSet::new();
    let mut ports = [0; 2];
    for (port, limit) in ports.iter_mut().zip([1 << 20, SMALL]) {
        let limits = Limits {
            max_text_bytes: limit,
            max_binary_bytes: limit,
            ..Limits::default()
        };
        let server = Server::bind("127.0.0.1:0")
            .await
            .expect("loopback can be bound");
        let server = guard(server)
            .config(Config {
                limits,
                ..Config::default()
            })
            .http(|request| std::future::ready(page(&request)))
            .accept_with(|request| std::future::ready(decide(request)));
        *port = server
            .local_addr()
            .expect("a listener has an address")
            .port();
        let report = report.clone();
        tasks.spawn(async move {
            let handle = move |ws, request| serve(ws, request, report.clone());
            server
                .serve_requests(handle)
                .await
                .expect("the listener works");
        });
    }
    let [port, small_port] = ports;
    ScenarioServer::of_tasks(port, small_port, tasks, reports)
}

pub(super) fn decide(request: &UpgradeRequest) -> Result<Acceptance, Refusal> {
    if request.request().uri().path() == "/refused" {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "not you"));
    }
    let (name, value) = ANSWER_HEADER;
    let acceptance = Acceptance::new()
        .header(name, value)
        .expect("the contract's are valid");
    let subprotocol = select_subprotocol(&[SUBPROTOCOL.to_owned()], request.subprotocols());
    Ok(acceptance.subprotocol(subprotocol))
}

/// The page for browsers and its script.
fn page(request: &Request<()>) -> Response<Bytes> {
    let (kind, body) = match request.uri().path() {
        "/" => ("text/html", include_str!("../../peers/web/page.html")),
        "/scenarios.js" => (
            "text/javascript",
            include_str!("../../peers/web/scenarios.js"),
        ),
        _ => {
            let mut response = Response::default();
            *response.status_mut() = StatusCode::NOT_FOUND;
            return response;
        }
    };
    let response = Response::builder().header("content-type", format!("{kind}; charset=utf-8"));
    response
        .body(Bytes::from_static(body.as_bytes()))
        .expect("the header is valid")
}

async fn serve(
    mut ws: WebSocket<Stream>,
    request: Request<()>,
    report: UnboundedSender<Value>,
) -> Result<(), HandlerError> {
    let ended = converse(&mut ws, &request).await;
    let outcome = ws.close_outcome().unwrap_or_default();
    let (code, reason) = (outcome.code().into(), outcome.reason());
    let _ = report.send(describe_end(
        request.uri().path(),
        code,
        reason,
        outcome.clean,
    ));
    Ok(ended?)
}

/// Acts by path, then echoes until the end.
async fn converse(ws: &mut WebSocket<Stream>, request: &Request<()>) -> Result<(), Error> {
    match request.uri().path() {
        "/fragments" => send_fragmented(ws).await?,
        "/ping" => {
            let pong = ws.ping().await?;
            tokio::select! {
                rtt = pong => { rtt?; }
                message = ws.recv() => panic!("{message:?} instead of a pong"),
            }
            ws.send("pong seen").await?;
        }
        "/headers" => {
            let value = request.headers().get(REQUEST_HEADER.0);
            let value = value.and_then(|value| value.to_str().ok());
            ws.send(value.unwrap_or_default()).await?;
        }
        "/close" => {
            let (code, reason) = SERVER_CLOSE;
            let code = CloseCode::try_from(code).expect("the contract's codes are valid");
            ws.close(code, reason).await?;
        }
        "/big" => ws.send(payload(SMALL + 1)).await?,
        _ => {}
    }
    while let Some(message) = ws.recv().await? {
        ws.send(message).await?;
    }
    Ok(())
}
