//! tokio-tungstenite with its defaults; a flush for each batch.
//!
//! Messages share one payload, which it masks in its write buffer; keys come from `rand`'s
//! generator for the thread.

use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

use crate::meter::Meter;
use crate::options::Options;
use crate::{Outcome, batched};

pub(crate) async fn run(options: &Options, meter: &Meter) -> Outcome {
    let stream = TcpStream::connect(options.address()).await?;
    stream.set_nodelay(true)?;
    let (ws, _) = tokio_tungstenite::client_async(options.url(), stream).await?;
    let message = match options.is_text {
        true => Message::text(options.payload.as_str()),
        false => Message::binary(options.payload.clone()),
    };
    batched::exchange(ws, message, payload, options, meter).await
}

fn payload(message: &Message) -> &[u8] {
    match message {
        Message::Text(text) => text.as_bytes(),
        Message::Binary(bytes) => bytes,
        _ => &[],
    }
}
