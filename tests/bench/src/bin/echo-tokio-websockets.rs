//! tokio-websockets: queues frames and writes them vectored.
//!
//! The settings are those of its own echo example: frames are not split, and there are no limits.

use clap::Parser;
use sockeye_bench::{Arguments, run, serve};
use tokio_websockets::{Config, Limits, Message, ServerBuilder};

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    common: Arguments,
    /// Bytes queued before it writes by itself
    #[arg(long, default_value_t = 64 * 1024)]
    flush_threshold: usize,
}

fn main() {
    let Options {
        common,
        flush_threshold,
    } = Options::parse();
    let naive = common.naive;
    let serving = serve(&common, move |stream| async move {
        let config = Config::default()
            .frame_size(usize::MAX)
            .flush_threshold(flush_threshold);
        let builder = ServerBuilder::new()
            .config(config)
            .limits(Limits::unlimited());
        let Ok((_, ws)) = builder.accept(stream).await else {
            return;
        };
        sockeye_bench::echo(ws, naive, keep).await;
    });
    run(&common, serving);
}

fn keep(message: Message) -> Option<Message> {
    (message.is_text() || message.is_binary()).then_some(message)
}
