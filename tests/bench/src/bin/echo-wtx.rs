//! wtx: one vectored write per message.
//!
//! The payload is echoed from its own network buffer, through `split_mut`.

use clap::Parser;
use sockeye_bench::{Arguments, run, serve};
use tokio::net::TcpStream;
use wtx::collection::Vector;
use wtx::rng::Xorshift64;
use wtx::web_socket::compression::{Flate2, NegotiatedCompression, WindowBits};
use wtx::web_socket::{
    Compression, CompressionLevel, DeflateConfig, OpCode, WebSocketAcceptor, WebSocketOwned,
    WebSocketPayloadOrigin,
};

fn main() {
    let arguments = Arguments::parse();
    let deflate = arguments.deflate;
    let serving = serve(&arguments, move |stream| async move {
        // An error is the end of the connection, like any other.
        let _ended = if deflate {
            let config = DeflateConfig {
                client_max_window_bits: WindowBits::Fifteen,
                compression_level: CompressionLevel::One,
                server_max_window_bits: WindowBits::Fifteen,
            };
            accept(stream, Flate2::from(config)).await
        } else {
            accept(stream, ()).await
        };
    });
    run(&arguments, serving);
}

async fn accept(stream: TcpStream, compression: impl Compression<false>) -> wtx::Result<()> {
    let acceptor = WebSocketAcceptor::default().compression(compression);
    echo(acceptor.accept::<TcpStream>(stream).await?).await
}

async fn echo<NC: NegotiatedCompression>(
    mut ws: WebSocketOwned<NC, Xorshift64, TcpStream, false>,
) -> wtx::Result<()> {
    let (mut common, mut reader, mut writer) = ws.split_mut();
    let mut buf = Vector::new();
    loop {
        let mut frame = reader
            .read_frame(&mut buf, &mut common, WebSocketPayloadOrigin::Adaptive)
            .await?;
        match frame.op_code() {
            OpCode::Binary | OpCode::Text => writer.write_frame(&mut common, &mut frame).await?,
            OpCode::Close => return Ok(()),
            OpCode::Continuation | OpCode::Ping | OpCode::Pong => {}
        }
    }
}
