//! wtx: one vectored write per message; the payload is echoed from its own
//! network buffer through `split_mut`.
use sockeye_bench::{Args, run, serve};
use tokio::net::TcpStream;
use wtx::collection::Vector;
use wtx::rng::Xorshift64;
use wtx::web_socket::compression::{Flate2, NegotiatedCompression, WindowBits};
use wtx::web_socket::{
    Compression, CompressionLevel, DeflateConfig, OpCode, WebSocketAcceptor, WebSocketOwned,
    WebSocketPayloadOrigin,
};

async fn echo<NC: NegotiatedCompression>(
    mut ws: WebSocketOwned<NC, Xorshift64, TcpStream, false>,
) -> wtx::Result<()> {
    let (mut common, mut reader, mut writer) = ws.split_mut();
    let mut buffer = Vector::new();
    loop {
        let mut frame = reader
            .read_frame(&mut buffer, &mut common, WebSocketPayloadOrigin::Adaptive)
            .await?;
        match frame.op_code() {
            OpCode::Binary | OpCode::Text => writer.write_frame(&mut common, &mut frame).await?,
            OpCode::Close => return Ok(()),
            _ => {}
        }
    }
}

async fn accept<C>(stream: TcpStream, compression: C) -> wtx::Result<()>
where
    C: Compression<false>,
{
    let ws = WebSocketAcceptor::default()
        .compression(compression)
        .accept::<TcpStream>(stream)
        .await?;
    echo(ws).await
}

fn main() {
    let args = Args::parse();
    let deflate = args.deflate;
    run(
        &args,
        serve(&args, move |stream| async move {
            let _ = if deflate {
                let config = DeflateConfig {
                    client_max_window_bits: WindowBits::Fifteen,
                    compression_level: CompressionLevel::One,
                    server_max_window_bits: WindowBits::Fifteen,
                };
                accept(stream, Flate2::from(config)).await
            } else {
                accept(stream, ()).await
            };
        }),
    );
}
