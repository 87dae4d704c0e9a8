//! tokio-websockets: queues frames and writes them vectored. The settings are
//! those of its own echo example (no frame split, no limits).
use sockeye_bench::{Args, echo_batched, echo_naive, run, serve};
use tokio_websockets::{Config, Limits, Message, ServerBuilder};

fn main() {
    let args = Args::parse();
    let naive = args.naive;
    let threshold = args.num("--flush-threshold").unwrap_or(64 * 1024);
    run(
        &args,
        serve(&args, move |stream| async move {
            let config = Config::default()
                .frame_size(usize::MAX)
                .flush_threshold(threshold);
            let builder = ServerBuilder::new()
                .config(config)
                .limits(Limits::unlimited());
            let Ok((_, ws)) = builder.accept(stream).await else {
                return;
            };
            let keep = |m: Message| (m.is_text() || m.is_binary()).then_some(m);
            if naive {
                echo_naive(ws, keep).await
            } else {
                echo_batched(ws, keep).await
            }
        }),
    );
}
