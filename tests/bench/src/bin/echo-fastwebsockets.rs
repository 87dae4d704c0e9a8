//! fastwebsockets: one write per message is all its interface offers.
//! Default: its WebSocket straight on the TcpStream; `--hyper`: upgraded
//! through hyper, as its examples do; `--cork`: on the harness's Cork stream.
use fastwebsockets::{FragmentCollector, OpCode, Role, WebSocket, WebSocketError};
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use sockeye_bench::{Args, Cork, run, serve, upgrade};
use tokio::io::{AsyncRead, AsyncWrite};

async fn echo<S: AsyncRead + AsyncWrite + Unpin>(ws: WebSocket<S>) -> Result<(), WebSocketError> {
    let mut ws = FragmentCollector::new(ws);
    loop {
        let frame = ws.read_frame().await?;
        match frame.opcode {
            OpCode::Close => return Ok(()),
            OpCode::Text | OpCode::Binary => ws.write_frame(frame).await?,
            _ => {}
        }
    }
}

async fn hyper_upgrade(
    mut req: Request<Incoming>,
) -> Result<Response<Empty<Bytes>>, WebSocketError> {
    let (response, fut) = fastwebsockets::upgrade::upgrade(&mut req)?;
    tokio::spawn(tokio::task::unconstrained(async move {
        if let Ok(mut ws) = fut.await {
            ws.set_writev(true);
            let _ = echo(ws).await;
        }
    }));
    Ok(response)
}

fn main() {
    let args = Args::parse();
    let (hyper, cork) = (args.has("--hyper"), args.has("--cork"));
    run(
        &args,
        serve(&args, move |mut stream| async move {
            if hyper {
                let io = hyper_util::rt::TokioIo::new(stream);
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(io, service_fn(hyper_upgrade))
                    .with_upgrades()
                    .await;
                return;
            }
            if upgrade(&mut stream, None).await.is_err() {
                return;
            }
            if cork {
                let mut ws = WebSocket::after_handshake(Cork::new(stream), Role::Server);
                ws.set_writev(true);
                let _ = echo(ws).await;
            } else {
                let mut ws = WebSocket::after_handshake(stream, Role::Server);
                ws.set_writev(true);
                let _ = echo(ws).await;
            }
        }),
    );
}
