//! tokio-tungstenite as a peer: both of its ends, playing their part of each scenario.

mod client;
mod server;

use futures_util::SinkExt;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};

pub use client::tungstenite_client;
pub use server::tungstenite_server;

use crate::contract::{TEXT_FRAGMENTS, binary_fragments, describe_binary, describe_text};

/// The payload of the pings it sends.
const PING: &[u8] = b"are you there?";

async fn send_fragmented<S>(ws: &mut WebSocketStream<S>) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let text = TEXT_FRAGMENTS.map(<[u8]>::to_vec).to_vec();
    for (kind, fragments) in [(Data::Text, text), (Data::Binary, binary_fragments())] {
        let last = fragments.len() - 1;
        for (i, fragment) in fragments.into_iter().enumerate() {
            let opcode = OpCode::Data(if i == 0 { kind } else { Data::Continue });
            ws.send(Message::Frame(Frame::message(fragment, opcode, i == last)))
                .await?;
        }
    }
    Ok(())
}

/// The description of a data message; control frames have none.
fn describe(message: &Message) -> Option<Value> {
    match message {
        Message::Text(text) => Some(describe_text(text)),
        Message::Binary(bytes) => Some(describe_binary(bytes)),
        Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => None,
    }
}
