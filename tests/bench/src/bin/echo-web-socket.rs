//! web-socket: the application brings handshake, buffers, message assembly and the UTF-8 check.
//!
//! Read through a `BufReader`; answers go into a `BufWriter` that is flushed when no input is
//! buffered. With `--naive` they are written at once, vectored.

use std::io;

use clap::Parser;
use sockeye_bench::{Arguments, run, serve, upgrade};
use tokio::io::{AsyncRead, AsyncWrite, BufReader, BufWriter};
use tokio::net::TcpStream;
use web_socket::{DataType, Event, Frame, MessageType, Stream, WebSocket};

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    common: Arguments,
    /// Bytes of each of the two buffers
    #[arg(long, default_value_t = 64 * 1024)]
    buf: usize,
}

fn main() {
    let Options { common, buf } = Options::parse();
    let naive = common.naive;
    let serving = serve(&common, move |mut stream| async move {
        if upgrade(&mut stream, None).await.is_err() {
            return;
        }
        // An error is the end of the connection, like any other.
        let _ended = if naive {
            echo(WebSocket::server(BufReader::with_capacity(buf, stream))).await
        } else {
            let stream = BufWriter::with_capacity(buf, stream);
            echo(WebSocket::server(BufReader::with_capacity(buf, stream))).await
        };
    });
    run(&common, serving);
}

/// A stream that knows whether answers wait in it and nothing more is there to be answered.
trait Io: AsyncRead + AsyncWrite + Unpin {
    fn is_flush_due(&self) -> bool;
}

impl Io for BufReader<TcpStream> {
    fn is_flush_due(&self) -> bool {
        false
    }
}

impl Io for BufReader<BufWriter<TcpStream>> {
    fn is_flush_due(&self) -> bool {
        self.buffer().is_empty()
    }
}

async fn echo<S: Io>(mut ws: WebSocket<S>) -> io::Result<()> {
    ws.max_payload_len = 64 << 20;
    let mut assembled: Vec<u8> = Vec::new();
    loop {
        match ws.recv_event().await? {
            Event::Data { ty, data } => {
                let (kind, payload): (MessageType, &[u8]) = match ty {
                    DataType::Complete(kind) => (kind, &data),
                    DataType::Stream(Stream::Start(_)) => {
                        assembled.clear();
                        assembled.extend_from_slice(&data);
                        continue;
                    }
                    DataType::Stream(Stream::Next(_)) => {
                        assembled.extend_from_slice(&data);
                        continue;
                    }
                    DataType::Stream(Stream::End(kind)) => {
                        assembled.extend_from_slice(&data);
                        (kind, &assembled)
                    }
                };
                if kind.is_text() && std::str::from_utf8(payload).is_err() {
                    return Ok(());
                }
                let answer = Frame {
                    fin: true,
                    opcode: kind as u8,
                    data: payload,
                };
                ws.send(answer).await?;
                if ws.stream.is_flush_due() {
                    ws.flash().await?;
                }
            }
            Event::Ping(data) => {
                ws.send_pong(data).await?;
                ws.flash().await?;
            }
            Event::Pong(_) => {}
            Event::Error(_) => return ws.close(1002_u16).await,
            Event::Close { .. } => return ws.close(()).await,
        }
    }
}
