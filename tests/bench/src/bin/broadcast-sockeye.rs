//! Sockeye to everybody: each message that comes in goes out on every connection.
//!
//! By default from the task that got it, through a list of all senders: one that cannot take more
//! is too slow, and is left out from then on. With `--channel` each connection has a task that
//! forwards what a broadcast channel brings, as the crate's documentation shows.

use std::sync::{Arc, Mutex, PoisonError};

use clap::Parser;
use sockeye::tokio::{Sender, Server, WebSocket};
use sockeye::{CloseCode, Error, PreparedMessage};
use sockeye_bench::{Arguments, run};
use tokio::sync::broadcast;

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    common: Arguments,
    /// Forward in a task for each connection
    #[arg(long)]
    channel: bool,
}

fn main() {
    let Options { common, channel } = Options::parse();
    run(&common, async {
        let server = Server::bind(common.address()).await;
        let server = server.expect("a free port");
        let (news, _) = broadcast::channel(64);
        let members = Members::default();
        let serving = server.serve(move |ws| {
            let (news, members) = (news.clone(), Arc::clone(&members));
            async move {
                match channel {
                    true => forward(ws, news).await?,
                    false => publish(ws, &members).await?,
                }
                Ok(())
            }
        });
        serving.await.expect("a listener");
    });
}

type Members = Arc<Mutex<Vec<Sender>>>;

async fn publish(ws: WebSocket, members: &Members) -> Result<(), Error> {
    let lock = || members.lock().unwrap_or_else(PoisonError::into_inner);
    let (sender, mut receiver) = ws.split();
    lock().push(sender);
    while let Some(message) = receiver.recv().await? {
        let news = PreparedMessage::new(message);
        lock().retain(|member| member.try_send_prepared(&news).is_ok());
    }
    Ok(())
}

async fn forward(ws: WebSocket, news: broadcast::Sender<PreparedMessage>) -> Result<(), Error> {
    let mut subscription = news.subscribe();
    let (sender, mut receiver) = ws.split();
    let forwarding = tokio::spawn(async move {
        // Ends too when this member was more than 64 messages behind.
        while let Ok(message) = subscription.recv().await {
            sender.send_prepared(&message).await?;
        }
        sender.start_close(CloseCode::TryAgainLater, "too slow")
    });
    let result = loop {
        match receiver.recv().await {
            // Nobody else is there: nobody to be told.
            Ok(Some(message)) => drop(news.send(PreparedMessage::new(message))),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    forwarding.abort();
    result
}
