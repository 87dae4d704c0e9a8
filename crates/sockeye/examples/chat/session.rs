//! One connection: from the first message to the last.
//!
//! The socket is split. One half listens; the other delivers what the room posts into the mailbox
//! and sends pings. All of it runs in the task of the connection, and only the listening half
//! decides when it is over: it sees the end whoever began it.

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sockeye::tokio::{HandlerError, Receiver, Sender, WebSocket};
use sockeye::{CloseCode, MessageKind};
use tokio::time::{interval, sleep};

use crate::arrival::Arrival;
use crate::chat::{Chat, Seat};
use crate::mailbox::TooSlow;
use crate::pace::Pace;
use crate::protocol::{FromPage, MAX_JSON_BYTES, Refused, ToPage};
use crate::rooms::text;

/// How often each connection is measured, and everybody told.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(3);

/// Serves one connection until it is closed.
pub(crate) async fn run(ws: WebSocket, chat: Arc<Chat>) -> Result<(), HandlerError> {
    let (sender, mut receiver) = ws.split();
    let Some(seat) = enter(&chat, &sender, &mut receiver).await? else {
        return Ok(());
    };
    let speak = async {
        let _ended = tokio::join!(deliver(&seat, &sender), measure(&seat, &sender));
        pending().await
    };
    tokio::select! {
        ended = listen(&seat, receiver) => ended,
        never = speak => never,
    }
}

/// Waits for a proper `join`. `None`: closed before there was one.
async fn enter(
    chat: &Arc<Chat>,
    sender: &Sender,
    receiver: &mut Receiver,
) -> Result<Option<Seat>, HandlerError> {
    while let Some(message) = receiver.recv().await? {
        let refused = match FromPage::parse(message.as_bytes()) {
            Ok(FromPage::Join { room, name }) => {
                let seat = chat.enter(room, name);
                seat.welcome().await?;
                return Ok(Some(seat));
            }
            Ok(FromPage::Say { reference, .. }) => {
                Refused::because("join a room first").about(reference)
            }
            Ok(FromPage::Typing) => Refused::because("join a room first"),
            Err(refused) => refused,
        };
        sender.send(text(&ToPage::Error(refused))).await?;
    }
    Ok(None)
}

/// Does what the page asks for, until the connection is closed.
async fn listen(seat: &Seat, mut receiver: Receiver) -> Result<(), HandlerError> {
    let mut pace = Pace::new(Instant::now());
    while let Some(mut message) = receiver.recv_streaming().await? {
        let done = match message.kind() {
            MessageKind::Text => {
                let mut json = Vec::new();
                while let Some(piece) = message.next().await? {
                    // One byte too many is enough to see that it is too long.
                    let n_missing = MAX_JSON_BYTES + 1 - json.len();
                    json.extend(piece.iter().take(n_missing));
                }
                obey(seat, &json).await
            }
            MessageKind::Binary => {
                let mut arrival = Arrival::new(&seat.chat);
                while let Some(piece) = message.next().await? {
                    arrival.feed(&piece).await;
                }
                share(seat, arrival).await
            }
        };
        if let Err(refused) = done {
            seat.tell(&ToPage::Error(refused));
        }
        // Nobody is told to slow down: what is not read here waits with the page.
        sleep(pace.rest(Instant::now())).await;
    }
    Ok(())
}

/// Does what a text message asks for.
async fn obey(seat: &Seat, json: &[u8]) -> Result<(), Refused> {
    match FromPage::parse(json)? {
        FromPage::Say { reference, text } => seat.say(reference, text).await,
        FromPage::Typing => {
            seat.types();
            Ok(())
        }
        FromPage::Join { .. } => Err(Refused::because("one room per connection: connect again")),
    }
}

/// Shares the file that a binary message brought.
async fn share(seat: &Seat, arrival: Arrival<'_>) -> Result<(), Refused> {
    let (header, file) = arrival.finish().await?;
    seat.share(header, file).await
}

/// Sends what is in the mailbox, in order, until the connection is closed.
async fn deliver(seat: &Seat, sender: &Sender) {
    // An error of the sender needs no answer: the listening half gets to know the reason.
    while let Ok(message) = seat.mailbox.next().await {
        let sent = tokio::select! {
            sent = sender.send(message) => sent,
            // Who takes nothing at all would be found out here only when the library gives up.
            TooSlow = seat.mailbox.overflow() => break,
        };
        if sent.is_err() {
            return;
        }
    }
    let reason = "too slow: more was said than this connection could take";
    let _ = sender.close(CloseCode::TryAgainLater, reason).await;
}

/// Measures the round-trip time, again and again, until the connection is closed.
async fn measure(seat: &Seat, sender: &Sender) -> Result<(), sockeye::Error> {
    let mut heartbeat = interval(HEARTBEAT);
    loop {
        heartbeat.tick().await;
        let reply = sender.ping().await?;
        seat.measured(reply.await?);
    }
}
