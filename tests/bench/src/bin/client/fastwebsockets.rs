//! fastwebsockets straight on the `TcpStream`, with vectored writes.
//!
//! One write for each message is all its interface offers; `fastwebsockets-cork` puts it on the
//! comparison's own `Cork`, which is no part of it, to show what batching would bring. The opening
//! handshake is made by hand, so that hyper is not in the way. It copies a payload to mask it; keys
//! come from `rand`'s generator for the thread.

use fastwebsockets::{FragmentCollector, Frame, OpCode, Payload, Role, WebSocket};
use sockeye_bench::Cork;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Outcome;
use crate::meter::Meter;
use crate::options::Options;

pub(crate) async fn run(options: &Options, meter: &Meter, is_corked: bool) -> Outcome {
    let mut stream = TcpStream::connect(options.address()).await?;
    stream.set_nodelay(true)?;
    open(&mut stream).await?;
    match is_corked {
        true => exchange(Cork::new(stream), options, meter).await,
        false => exchange(stream, options, meter).await,
    }
}

/// The opening handshake (RFC 6455 §4.1) with a server that is known.
async fn open(stream: &mut TcpStream) -> Outcome {
    stream.write_all(REQUEST).await?;
    let mut response = Vec::new();
    // The floor sends no frame before it is asked.
    while !response.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut response).await? == 0 {
            return Err("the floor closed".into());
        }
    }
    match response.starts_with(b"HTTP/1.1 101 ") {
        true => Ok(()),
        false => Err("the floor refused".into()),
    }
}

async fn exchange<S>(stream: S, options: &Options, meter: &Meter) -> Outcome
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut ws = WebSocket::after_handshake(stream, Role::Client);
    ws.set_writev(true);
    ws.set_max_message_size(64 << 20);
    let mut ws = FragmentCollector::new(ws);
    for _ in 0..options.depth {
        ws.write_frame(frame(options)).await?;
    }
    for n_received in 0..options.count_of_connection() {
        let received = ws.read_frame().await?;
        if !matches!(received.opcode, OpCode::Text | OpCode::Binary) {
            return Err("the floor closed".into());
        }
        if n_received == 0 && &received.payload[..] != options.payload.as_bytes() {
            return Err("the first answer is wrong".into());
        }
        meter.add(1);
        ws.write_frame(frame(options)).await?;
    }
    Ok(())
}

fn frame(options: &Options) -> Frame<'_> {
    let payload = Payload::Borrowed(options.payload.as_bytes());
    match options.is_text {
        true => Frame::text(payload),
        false => Frame::binary(payload),
    }
}

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n";
