//! ratchet_rs, on `BufReader` and `BufWriter` as in its example; every write flushes.
//!
//! It leaves the UTF-8 check of text to the application.

use bytes::BytesMut;
use clap::Parser;
use ratchet_rs::deflate::DeflateExtProvider;
use ratchet_rs::{
    Extension, ExtensionProvider, Message, NoExtProvider, PayloadType, SubprotocolRegistry,
    WebSocket, WebSocketConfig,
};
use sockeye_bench::{Arguments, run, serve};
use tokio::io::{BufReader, BufWriter};
use tokio::net::TcpStream;

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    common: Arguments,
    /// Bytes of each of the two buffers
    #[arg(long, default_value_t = 64 * 1024)]
    buf: usize,
}

type Stream = BufReader<BufWriter<TcpStream>>;

fn main() {
    let Options { common, buf } = Options::parse();
    let deflate = common.deflate;
    let serving = serve(&common, move |stream| async move {
        let stream = BufReader::with_capacity(buf, BufWriter::with_capacity(buf, stream));
        if deflate {
            accept(stream, DeflateExtProvider::default()).await;
        } else {
            accept(stream, NoExtProvider).await;
        }
    });
    run(&common, serving);
}

async fn accept<P>(stream: Stream, extension: P)
where
    P: ExtensionProvider,
    P::Extension: Extension,
{
    let config = WebSocketConfig {
        max_message_size: 64 << 20,
    };
    let protocols = SubprotocolRegistry::default();
    let Ok(upgrader) = ratchet_rs::accept_with(stream, config, extension, protocols).await else {
        return;
    };
    let Ok(upgraded) = upgrader.upgrade().await else {
        return;
    };
    echo(upgraded.websocket).await;
}

async fn echo<E: Extension>(mut ws: WebSocket<Stream, E>) {
    let mut buf = BytesMut::new();
    loop {
        let kind = match ws.read(&mut buf).await {
            Ok(Message::Text) if std::str::from_utf8(&buf).is_ok() => PayloadType::Text,
            Ok(Message::Binary) => PayloadType::Binary,
            Ok(Message::Ping(_) | Message::Pong(_)) => continue,
            Ok(Message::Text | Message::Close(_)) | Err(_) => return,
        };
        if ws.write(&mut buf, kind).await.is_err() || ws.flush().await.is_err() {
            return;
        }
        buf.clear();
    }
}
