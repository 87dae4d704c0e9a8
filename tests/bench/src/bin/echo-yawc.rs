//! yawc, with the buffers that its own benchmark uses (128 KiB to read, 64 KiB of backpressure).
//!
//! `--small` leaves its default buffers; `--hyper` upgrades through hyper, as its examples do.

use std::pin::Pin;
use std::task::{Context, Poll};

use clap::Parser;
use futures_util::{Sink, Stream};
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use sockeye_bench::{Arguments, run, serve, upgrade};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::unconstrained;
use yawc::{CompressionLevel, Frame, OpCode, Role, WebSocket, WebSocketError};

#[derive(Clone, Parser)]
struct Options {
    #[command(flatten)]
    common: Arguments,
    /// Its default buffers
    #[arg(long)]
    small: bool,
    /// Upgrade through hyper
    #[arg(long)]
    hyper: bool,
}

fn main() {
    let options = Options::parse();
    let settings = settings(&options);
    let Options { common, hyper, .. } = options;
    let (naive, deflate) = (common.naive, common.deflate);
    let serving = serve(&common, move |stream| {
        let settings = settings.clone();
        async move {
            if hyper {
                serve_hyper(stream, settings, naive).await;
            } else {
                serve_bare(stream, settings, naive, deflate).await;
            }
        }
    });
    run(&common, serving);
}

fn settings(options: &Options) -> yawc::Options {
    let mut settings = yawc::Options::default()
        .with_utf8()
        .with_no_delay()
        .with_limits(64 << 20, 128 << 20);
    if !options.small {
        settings = settings
            .with_read_buffer_capacity(128 * 1024)
            .with_write_buffer_capacity(64 * 1024)
            .with_backpressure_boundary(64 * 1024);
    }
    if options.common.deflate {
        settings
            .with_compression_level(CompressionLevel::fast())
            .server_no_context_takeover()
            .client_no_context_takeover()
    } else {
        settings.without_compression()
    }
}

async fn serve_hyper(stream: TcpStream, settings: yawc::Options, naive: bool) {
    let service = service_fn(move |request| answer(request, settings.clone(), naive));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A connection that ends in any way has ended.
    let _ = connection.with_upgrades().await;
}

async fn answer(
    mut request: Request<Incoming>,
    settings: yawc::Options,
    naive: bool,
) -> Result<Response<Empty<Bytes>>, WebSocketError> {
    let (response, upgraded) = WebSocket::upgrade_with_options(&mut request, settings)?;
    tokio::spawn(unconstrained(async move {
        if let Ok(ws) = upgraded.await {
            echo(ws, naive).await;
        }
    }));
    Ok(response.map(|_| Empty::new()))
}

async fn serve_bare(mut stream: TcpStream, settings: yawc::Options, naive: bool, deflate: bool) {
    let extension = deflate.then_some(EXTENSION);
    if upgrade(&mut stream, extension).await.is_err() {
        return;
    }
    let ws = WebSocket::from_stream_with_extensions(stream, Role::Server, extension, settings);
    if let Ok(ws) = ws {
        echo(ws, naive).await;
    }
}

async fn echo<S: AsyncRead + AsyncWrite + Unpin>(ws: WebSocket<S>, naive: bool) {
    let keep =
        |frame: Frame| matches!(frame.opcode(), OpCode::Text | OpCode::Binary).then_some(frame);
    sockeye_bench::echo(Results(ws), naive, keep).await;
}

/// yawc's own `Stream` yields bare frames, where the shared loops want results.
struct Results<S>(WebSocket<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Stream for Results<S> {
    type Item = Result<Frame, WebSocketError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_frame(cx).map(Some)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Sink<Frame> for Results<S> {
    type Error = WebSocketError;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Pin::new(&mut self.0).poll_ready(cx)
    }

    fn start_send(mut self: Pin<&mut Self>, frame: Frame) -> Result<(), Self::Error> {
        Pin::new(&mut self.0).start_send(frame)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Pin::new(&mut self.0).poll_close(cx)
    }
}

const EXTENSION: &str =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
