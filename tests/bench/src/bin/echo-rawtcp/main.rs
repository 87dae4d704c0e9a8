//! The floor: echoes bytes as they come, without any WebSocket.
//!
//! On bare epoll by default, the least that a server can do; on a tokio `TcpStream` with
//! `--tokio`, the least that a server on that runtime can do.

mod epoll;

use clap::Parser;
use sockeye_bench::{Arguments, run, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    common: Arguments,
    /// Use tokio, with a buffer for each connection
    #[arg(long)]
    tokio: bool,
    /// Bytes of the buffer: 256 KiB on epoll, 64 KiB on tokio unless given
    #[arg(long)]
    buf: Option<usize>,
}

fn main() {
    let Options { common, tokio, buf } = Options::parse();
    if tokio {
        let n_bytes = buf.unwrap_or(64 * 1024);
        run(&common, serve(&common, move |stream| echo(stream, n_bytes)));
    } else {
        epoll::serve(common.port, buf.unwrap_or(256 * 1024));
    }
}

async fn echo(mut stream: TcpStream, n_bytes: usize) {
    let mut buf = vec![0; n_bytes];
    while let Ok(n_bytes @ 1..) = stream.read(&mut buf).await {
        if stream.write_all(&buf[..n_bytes]).await.is_err() {
            return;
        }
    }
}
