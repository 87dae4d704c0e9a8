//! Sockeye with its defaults: limits, keepalive, and masking keys from the operating system's
//! generator, a block at a time.
//!
//! By the burst, which is the fastest: a message for each received goes into the one write of the
//! burst, masked while it is copied. By `recv` and `feed`, which most people would write. And by
//! `Stream` and `Sink`, as the peers.

use bytes::Bytes;
use sockeye::tokio::WebSocket;
use sockeye::{Burst, Message};

use crate::meter::Meter;
use crate::options::Options;
use crate::{Outcome, batched};

pub(crate) async fn by_burst(options: &Options, meter: &Meter) -> Outcome {
    let mut ws = open(options).await?;
    let count = options.count_of_connection();
    let mut n_received = 0;
    let mut is_wrong = false;
    let mut answer = |burst: &mut Burst<'_>| {
        let n_before = n_received;
        while let Some(message) = burst.next_message() {
            is_wrong |= n_received == 0 && message.as_bytes() != options.payload.as_bytes();
            n_received += 1;
            let sent = match options.is_text {
                true => burst.send_text(&options.payload),
                false => burst.send_binary(options.payload.as_bytes()),
            };
            is_wrong |= sent.is_err();
        }
        meter.add(n_received - n_before);
        match is_wrong {
            true => Some(Err("an answer is wrong or cannot be sent".into())),
            false => (n_received >= count).then_some(Ok(())),
        }
    };
    loop {
        let mut end = None;
        if !ws.burst(|burst| end = answer(burst)).await? {
            return Err("the floor closed".into());
        }
        if let Some(end) = end {
            return end;
        }
    }
}

pub(crate) async fn by_messages(options: &Options, meter: &Meter) -> Outcome {
    let mut ws = open(options).await?;
    let message = message(options);
    for n_received in 0..options.count_of_connection() {
        let received = ws.recv().await?.ok_or("the floor closed")?;
        if n_received == 0 && received.as_bytes() != options.payload.as_bytes() {
            return Err("the first answer is wrong".into());
        }
        meter.add(1);
        // Leaves when `recv` has to wait.
        ws.feed(message.clone()).await?;
    }
    Ok(())
}

pub(crate) async fn by_stream(options: &Options, meter: &Meter) -> Outcome {
    let ws = sockeye::tokio::connect(&options.url()).await?;
    batched::exchange(ws, message(options), Message::as_bytes, options, meter).await
}

/// Connects and sends the first messages.
async fn open(options: &Options) -> Outcome<WebSocket> {
    let mut ws = sockeye::tokio::connect(&options.url()).await?;
    let message = message(options);
    for _ in 0..options.depth {
        ws.feed(message.clone()).await?;
    }
    Ok(ws)
}

fn message(options: &Options) -> Message {
    match options.is_text {
        true => Message::from(options.payload.as_str()),
        false => Message::from(Bytes::from(options.payload.clone())),
    }
}
