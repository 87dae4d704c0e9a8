//! sockudo-ws: its read path flushes queued answers before it waits for input,
//! so the loop only feeds. Heartbeat timers are off, as no other peer has them
//! (`--timers` leaves its defaults on).
use bytes::BytesMut;
use sockeye_bench::{Args, echo_batched, echo_naive, run, serve};
use sockudo_ws::deflate::{DeflateConfig, negotiate_server_deflate};
use sockudo_ws::handshake::{build_response, generate_accept_key, parse_request};
use sockudo_ws::{CompressedWebSocketStream, Config, Message, WebSocketStream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn main() {
    let args = Args::parse();
    let (naive, deflate) = (args.naive, args.deflate);
    let mut config = Config::builder();
    if !args.has("--timers") {
        config = config.idle_timeout(0).auto_ping(false).ping_interval(0);
    }
    let config = config.build();
    run(
        &args,
        serve(&args, move |mut stream| {
            let config = config.clone();
            async move {
                let mut buf = BytesMut::with_capacity(1024);
                let mut negotiated = None;
                loop {
                    match stream.read_buf(&mut buf).await {
                        Ok(n) if n > 0 => {}
                        _ => return,
                    }
                    let Ok(parsed) = parse_request(&buf) else {
                        return;
                    };
                    let Some((request, _)) = parsed else { continue };
                    if deflate {
                        let policy = DeflateConfig {
                            server_no_context_takeover: true,
                            client_no_context_takeover: true,
                            compression_level: 1,
                            ..Default::default()
                        };
                        negotiated = request
                            .extensions
                            .and_then(|e| negotiate_server_deflate(e, &policy));
                    }
                    let extension = negotiated.as_ref().map(|n| n.to_response_header());
                    let response = build_response(
                        &generate_accept_key(request.key),
                        None,
                        extension.as_deref(),
                    );
                    if stream.write_all(&response).await.is_err() {
                        return;
                    }
                    break;
                }
                let keep =
                    |m: Message| matches!(m, Message::Text(_) | Message::Binary(_)).then_some(m);
                match negotiated {
                    Some(n) => {
                        let ws = CompressedWebSocketStream::server(stream, config, n.config);
                        echo_batched(ws, keep).await
                    }
                    None if naive => {
                        echo_naive(WebSocketStream::server(stream, config), keep).await
                    }
                    None => echo_batched(WebSocketStream::server(stream, config), keep).await,
                }
            }
        }),
    );
}
