//! web-socket: the application brings handshake, buffering, message assembly and
//! the UTF-8 check. Read through a BufReader; answers go into a BufWriter that
//! is flushed when no input is buffered (`--naive`: written at once, vectored).
use sockeye_bench::{Args, run, serve, upgrade};
use tokio::io::{AsyncRead, AsyncWrite, BufReader, BufWriter};
use web_socket::{DataType, Event, Frame, MessageType, Stream, WebSocket};

trait Io: AsyncRead + AsyncWrite + Unpin {
    fn idle(&self) -> bool;
}
impl Io for BufReader<tokio::net::TcpStream> {
    fn idle(&self) -> bool {
        false
    }
}
impl Io for BufReader<BufWriter<tokio::net::TcpStream>> {
    fn idle(&self) -> bool {
        self.buffer().is_empty()
    }
}

async fn echo<S: Io>(mut ws: WebSocket<S>) -> std::io::Result<()> {
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
                ws.send(Frame {
                    fin: true,
                    opcode: kind as u8,
                    data: payload,
                })
                .await?;
                if ws.stream.idle() {
                    ws.flash().await?;
                }
            }
            Event::Ping(data) => {
                ws.send_pong(data).await?;
                ws.flash().await?;
            }
            Event::Pong(_) => {}
            Event::Error(_) => return ws.close(1002u16).await,
            Event::Close { .. } => return ws.close(()).await,
        }
    }
}

fn main() {
    let args = Args::parse();
    let naive = args.naive;
    let buf = args.num("--buf").unwrap_or(64 * 1024);
    run(
        &args,
        serve(&args, move |mut stream| async move {
            if upgrade(&mut stream, None).await.is_err() {
                return;
            }
            let _ = if naive {
                echo(WebSocket::server(BufReader::with_capacity(buf, stream))).await
            } else {
                let io = BufReader::with_capacity(buf, BufWriter::with_capacity(buf, stream));
                echo(WebSocket::server(io)).await
            };
        }),
    );
}
