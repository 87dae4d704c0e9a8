//! tokio-tungstenite: its Bytes-backed messages are echoed without a copy.
//! `--read-buf N` sets its read buffer (its default is 128 KiB).
use sockeye_bench::{Args, echo_batched, echo_naive, run, serve};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

fn main() {
    let args = Args::parse();
    let naive = args.naive;
    let mut config = WebSocketConfig::default().max_frame_size(Some(64 << 20));
    if let Some(n) = args.num("--read-buf") {
        config = config.read_buffer_size(n);
    }
    run(
        &args,
        serve(&args, move |stream| async move {
            let Ok(ws) = tokio_tungstenite::accept_async_with_config(stream, Some(config)).await
            else {
                return;
            };
            let keep = |m: tokio_tungstenite::tungstenite::Message| {
                (m.is_text() || m.is_binary()).then_some(m)
            };
            if naive {
                echo_naive(ws, keep).await
            } else {
                echo_batched(ws, keep).await
            }
        }),
    );
}
