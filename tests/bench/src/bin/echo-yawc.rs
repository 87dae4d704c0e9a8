//! yawc. Default: on the TcpStream, with the buffers its own benchmark uses
//! (128 KiB read buffer, 64 KiB backpressure boundary); `--small`: its default
//! buffers; `--hyper`: upgraded through hyper, as its examples do.
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::{Sink, Stream};
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use sockeye_bench::{Args, echo_batched, echo_naive, run, serve, upgrade};
use tokio::io::{AsyncRead, AsyncWrite};
use yawc::{CompressionLevel, Frame, OpCode, Options, Role, WebSocket};

/// yawc's Stream yields bare frames; the shared loop wants results.
struct Ws<S>(WebSocket<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Stream for Ws<S> {
    type Item = Result<Frame, yawc::WebSocketError>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_frame(cx).map(Some)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Sink<Frame> for Ws<S> {
    type Error = yawc::WebSocketError;
    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Pin::new(&mut self.0).poll_ready(cx)
    }
    fn start_send(mut self: Pin<&mut Self>, item: Frame) -> Result<(), Self::Error> {
        Pin::new(&mut self.0).start_send(item)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }
    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Pin::new(&mut self.0).poll_close(cx)
    }
}

async fn echo<S: AsyncRead + AsyncWrite + Unpin>(ws: WebSocket<S>, naive: bool) {
    let keep = |f: Frame| matches!(f.opcode(), OpCode::Text | OpCode::Binary).then_some(f);
    if naive {
        echo_naive(Ws(ws), keep).await
    } else {
        echo_batched(Ws(ws), keep).await
    }
}

fn main() {
    let args = Args::parse();
    let (naive, deflate, hyper) = (args.naive, args.deflate, args.has("--hyper"));
    let mut options = Options::default()
        .with_utf8()
        .with_no_delay()
        .with_limits(64 << 20, 128 << 20);
    if !args.has("--small") {
        options = options
            .with_read_buffer_capacity(128 * 1024)
            .with_write_buffer_capacity(64 * 1024)
            .with_backpressure_boundary(64 * 1024);
    }
    options = if deflate {
        options
            .with_compression_level(CompressionLevel::fast())
            .server_no_context_takeover()
            .client_no_context_takeover()
    } else {
        options.without_compression()
    };
    run(
        &args,
        serve(&args, move |mut stream| {
            let options = options.clone();
            async move {
                if hyper {
                    let service = service_fn(move |mut req: Request<Incoming>| {
                        let options = options.clone();
                        async move {
                            let (response, fut) =
                                WebSocket::upgrade_with_options(&mut req, options)?;
                            tokio::spawn(tokio::task::unconstrained(async move {
                                if let Ok(ws) = fut.await {
                                    echo(ws, naive).await;
                                }
                            }));
                            let (parts, _) = response.into_parts();
                            Ok::<_, yawc::WebSocketError>(Response::from_parts(
                                parts,
                                Empty::<Bytes>::new(),
                            ))
                        }
                    });
                    let io = hyper_util::rt::TokioIo::new(stream);
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(io, service)
                        .with_upgrades()
                        .await;
                    return;
                }
                const EXT: &str =
                    "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
                let ext = deflate.then_some(EXT);
                if upgrade(&mut stream, ext).await.is_err() {
                    return;
                }
                let Ok(ws) =
                    WebSocket::from_stream_with_extensions(stream, Role::Server, ext, options)
                else {
                    return;
                };
                echo(ws, naive).await;
            }
        }),
    );
}
