//! fastwebsockets: one write per message is all that its interface offers.
//!
//! By default its WebSocket is straight on the `TcpStream`; `--hyper` upgrades through hyper, as
//! its examples do; `--cork` puts the bench's own `Cork` in between.

use clap::Parser;
use fastwebsockets::upgrade::upgrade as upgrade_of_hyper;
use fastwebsockets::{FragmentCollector, OpCode, Role, WebSocket, WebSocketError};
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use sockeye_bench::{Arguments, Cork, run, serve, upgrade};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::unconstrained;

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    common: Arguments,
    /// Upgrade through hyper
    #[arg(long, conflicts_with = "cork")]
    hyper: bool,
    /// Hold writes back until there is nothing to read
    #[arg(long)]
    cork: bool,
}

fn main() {
    let Options {
        common,
        hyper,
        cork,
    } = Options::parse();
    let serving = serve(&common, move |mut stream| async move {
        if hyper {
            return serve_hyper(stream).await;
        }
        if upgrade(&mut stream, None).await.is_err() {
            return;
        }
        if cork {
            echo(WebSocket::after_handshake(Cork::new(stream), Role::Server)).await;
        } else {
            echo(WebSocket::after_handshake(stream, Role::Server)).await;
        }
    });
    run(&common, serving);
}

async fn serve_hyper(stream: TcpStream) {
    let connection =
        http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
    // A connection that ends in any way has ended.
    let _ = connection.with_upgrades().await;
}

async fn answer(mut request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, WebSocketError> {
    let (response, upgraded) = upgrade_of_hyper(&mut request)?;
    tokio::spawn(unconstrained(async move {
        if let Ok(ws) = upgraded.await {
            echo(ws).await;
        }
    }));
    Ok(response)
}

async fn echo<S: AsyncRead + AsyncWrite + Unpin>(mut ws: WebSocket<S>) {
    ws.set_writev(true);
    let mut ws = FragmentCollector::new(ws);
    while let Ok(frame) = ws.read_frame().await {
        let written = match frame.opcode {
            OpCode::Text | OpCode::Binary => ws.write_frame(frame).await,
            OpCode::Close => return,
            OpCode::Continuation | OpCode::Ping | OpCode::Pong => Ok(()),
        };
        if written.is_err() {
            return;
        }
    }
}
