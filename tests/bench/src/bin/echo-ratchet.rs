//! ratchet_rs, on BufReader/BufWriter as in its example; every write flushes.
//! It leaves the UTF-8 check of text to the application.
use bytes::BytesMut;
use ratchet_rs::deflate::DeflateExtProvider;
use ratchet_rs::{
    Extension, Message, NoExtProvider, PayloadType, SubprotocolRegistry, WebSocket, WebSocketConfig,
};
use sockeye_bench::{Args, run, serve};
use tokio::io::{BufReader, BufWriter};
use tokio::net::TcpStream;

async fn echo<E: Extension>(mut ws: WebSocket<BufReader<BufWriter<TcpStream>>, E>) {
    let mut buf = BytesMut::new();
    loop {
        let kind = match ws.read(&mut buf).await {
            Ok(Message::Text) if std::str::from_utf8(&buf).is_ok() => PayloadType::Text,
            Ok(Message::Binary) => PayloadType::Binary,
            Ok(Message::Ping(_) | Message::Pong(_)) => continue,
            _ => return,
        };
        if ws.write(&mut buf, kind).await.is_err() || ws.flush().await.is_err() {
            return;
        }
        buf.clear();
    }
}

fn main() {
    let args = Args::parse();
    let deflate = args.deflate;
    let buf = args.num("--buf").unwrap_or(64 * 1024);
    run(
        &args,
        serve(&args, move |stream| async move {
            let io = BufReader::with_capacity(buf, BufWriter::with_capacity(buf, stream));
            let config = WebSocketConfig {
                max_message_size: 64 << 20,
            };
            let protocols = SubprotocolRegistry::default();
            if deflate {
                let Ok(up) =
                    ratchet_rs::accept_with(io, config, DeflateExtProvider::default(), protocols)
                        .await
                else {
                    return;
                };
                let Ok(up) = up.upgrade().await else { return };
                echo(up.websocket).await
            } else {
                let Ok(up) = ratchet_rs::accept_with(io, config, NoExtProvider, protocols).await
                else {
                    return;
                };
                let Ok(up) = up.upgrade().await else { return };
                echo(up.websocket).await
            }
        }),
    );
}
