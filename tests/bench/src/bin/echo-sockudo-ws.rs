//! sockudo-ws: its read path flushes queued answers before it waits, so the loop feeds.
//!
//! Heartbeat timers are off, as few of the others have them; `--timers` leaves its defaults on.

use bytes::BytesMut;
use clap::Parser;
use sockeye_bench::{Arguments, echo, echo_batched, run, serve};
use sockudo_ws::deflate::{DeflateConfig, DeflateNegotiation, negotiate_server_deflate};
use sockudo_ws::handshake::{build_response, generate_accept_key, parse_request};
use sockudo_ws::{CompressedWebSocketStream, Config, Message, WebSocketStream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    common: Arguments,
    /// Leave the heartbeat timers on
    #[arg(long)]
    timers: bool,
}

fn main() {
    let Options { common, timers } = Options::parse();
    let (naive, deflate) = (common.naive, common.deflate);
    let mut config = Config::builder();
    if !timers {
        config = config.idle_timeout(0).auto_ping(false).ping_interval(0);
    }
    let config = config.build();
    let serving = serve(&common, move |mut stream| {
        let config = config.clone();
        async move {
            let Some(negotiated) = upgrade(&mut stream, deflate).await else {
                return;
            };
            match negotiated {
                Some(negotiated) => {
                    let ws = CompressedWebSocketStream::server(stream, config, negotiated.config);
                    echo_batched(ws, keep).await;
                }
                None => echo(WebSocketStream::server(stream, config), naive, keep).await,
            }
        }
    });
    run(&common, serving);
}

/// Its own upgrade; `None` if that failed, or the extension agreed on, if any was.
async fn upgrade(stream: &mut TcpStream, deflate: bool) -> Option<Option<DeflateNegotiation>> {
    let mut buf = BytesMut::with_capacity(1024);
    loop {
        if stream.read_buf(&mut buf).await.ok()? == 0 {
            return None;
        }
        let Some((request, _)) = parse_request(&buf).ok()? else {
            continue;
        };
        let offered = request.extensions.filter(|_| deflate);
        let policy = DeflateConfig {
            server_no_context_takeover: true,
            client_no_context_takeover: true,
            compression_level: 1,
            ..Default::default()
        };
        let negotiated = offered.and_then(|offer| negotiate_server_deflate(offer, &policy));
        let extension = negotiated
            .as_ref()
            .map(DeflateNegotiation::to_response_header);
        let key = generate_accept_key(request.key);
        let response = build_response(&key, None, extension.as_deref());
        stream.write_all(&response).await.ok()?;
        return Some(negotiated);
    }
}

fn keep(message: Message) -> Option<Message> {
    matches!(message, Message::Text(_) | Message::Binary(_)).then_some(message)
}
