//! tokio-tungstenite to everybody: the task that got a message writes it on every connection.
//!
//! Messages share their bytes; each connection frames and writes for itself.

use std::sync::Arc;

use clap::Parser;
use futures_util::StreamExt;
use sockeye_bench::{Arguments, Hall, run, serve};
use tokio_tungstenite::tungstenite::Message;

fn main() {
    let arguments = Arguments::parse();
    let hall = Arc::new(Hall::default());
    let serving = serve(&arguments, move |stream| {
        let hall = Arc::clone(&hall);
        async move {
            let Ok(ws) = tokio_tungstenite::accept_async(stream).await else {
                return;
            };
            let is_message = |message: &Message| message.is_text() || message.is_binary();
            hall.attend(ws.split(), is_message).await;
        }
    });
    run(&arguments, serving);
}
