//! async-tungstenite on async-std: async-std has no current-thread runtime of
//! its own, so its global executor is held to `--threads` workers; the reactor
//! thread of async-io is on top of that.
use async_std::net::TcpListener;
use async_tungstenite::tungstenite::Message;
use async_tungstenite::tungstenite::protocol::WebSocketConfig;
use sockeye_bench::{Args, echo_batched, echo_naive};

fn main() {
    let args = Args::parse();
    let naive = args.naive;
    // SAFETY: no other thread is running yet.
    unsafe {
        std::env::set_var("ASYNC_GLOBAL_EXECUTOR_THREADS", args.threads.to_string());
        std::env::set_var("ASYNC_STD_THREAD_COUNT", args.threads.to_string());
    }
    let mut config = WebSocketConfig::default().max_frame_size(Some(64 << 20));
    if let Some(n) = args.num("--read-buf") {
        config = config.read_buffer_size(n);
    }
    let addr = args.addr();
    async_std::task::block_on(async move {
        let listener = TcpListener::bind(addr).await.expect("bind");
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                continue;
            };
            let _ = stream.set_nodelay(true);
            async_std::task::spawn(async move {
                let Ok(ws) =
                    async_tungstenite::accept_async_with_config(stream, Some(config)).await
                else {
                    return;
                };
                let keep = |m: Message| (m.is_text() || m.is_binary()).then_some(m);
                if naive {
                    echo_naive(ws, keep).await
                } else {
                    echo_batched(ws, keep).await
                }
            });
        }
    });
}
