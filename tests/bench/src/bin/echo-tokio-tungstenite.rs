//! tokio-tungstenite, whose Bytes-backed messages are echoed without a copy.

use clap::Parser;
use sockeye_bench::{Arguments, run, serve};
use tokio_tungstenite::accept_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    common: Arguments,
    /// Bytes of the read buffer, where the default of 128 KiB is not wanted
    #[arg(long)]
    read_buf: Option<usize>,
}

fn main() {
    let Options { common, read_buf } = Options::parse();
    let naive = common.naive;
    let mut config = WebSocketConfig::default().max_frame_size(Some(64 << 20));
    if let Some(n_bytes) = read_buf {
        config = config.read_buffer_size(n_bytes);
    }
    let serving = serve(&common, move |stream| async move {
        let Ok(ws) = accept_async_with_config(stream, Some(config)).await else {
            return;
        };
        sockeye_bench::echo(ws, naive, keep).await;
    });
    run(&common, serving);
}

fn keep(message: Message) -> Option<Message> {
    (message.is_text() || message.is_binary()).then_some(message)
}
