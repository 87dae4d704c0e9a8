//! Clients of Sockeye and of its peers, as generators of load against `floor`.
//!
//! `client LIBRARY --port P --size N [--conns C] [--depth D] [--secs T] [--warmup T] [--text]
//! [--count N]`. Every connection keeps D messages in flight: it sends one for each that it
//! receives, all on one thread. Prints one line of JSON: messages, seconds, and CPU seconds of
//! that thread, after the warm-up. With `--count` it ends after so many messages instead, for
//! callgrind. Each library has a file, whose header says how it is used and why so.

mod batched;
mod fastwebsockets;
mod meter;
mod options;
mod sockeye;
mod tokio_tungstenite;
mod tokio_websockets;

use std::error::Error;
use std::sync::Arc;

use clap::Parser;
use tokio::task::JoinSet;

use crate::meter::Meter;
use crate::options::Options;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome {
    let options = Arc::new(Options::parse());
    let meter = Arc::new(Meter::default());
    if options.count.is_none() {
        meter::print_and_exit_later(Arc::clone(&options), Arc::clone(&meter));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(exchange(&options, &meter))?;
    meter::print(&options, meter.now(), meter::Reading::default());
    Ok(())
}

/// Runs all connections; without `--count` it returns only for an error.
async fn exchange(options: &Arc<Options>, meter: &Arc<Meter>) -> Outcome {
    let mut tasks = JoinSet::new();
    for _ in 0..options.n_connections {
        let (options, meter) = (Arc::clone(options), Arc::clone(meter));
        // Outside tokio's budget, as the servers of the comparison are.
        tasks.spawn(tokio::task::unconstrained(async move {
            match options.library.as_str() {
                "fastwebsockets" => fastwebsockets::run(&options, &meter, false).await,
                "fastwebsockets-cork" => fastwebsockets::run(&options, &meter, true).await,
                "sockeye" => sockeye::by_burst(&options, &meter).await,
                "sockeye-messages" => sockeye::by_messages(&options, &meter).await,
                "sockeye-stream" => sockeye::by_stream(&options, &meter).await,
                "tokio-tungstenite" => tokio_tungstenite::run(&options, &meter).await,
                "tokio-websockets" => tokio_websockets::run(&options, &meter).await,
                library => Err(format!("no library is called {library}").into()),
            }
        }));
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok(())
}
