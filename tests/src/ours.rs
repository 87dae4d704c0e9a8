//! Our own two ends of the scenarios, on the tokio shell with its defaults, and on threads.

mod client;
mod server;
mod threads;

use sockeye::tokio::{Stream, WebSocket};
use sockeye::{Error, MessageKind};

pub use client::{secure_sockeye_client, sockeye_client};
pub use server::{secure_sockeye_server, sockeye_server};
pub use threads::{
    blocking_client, blocking_server, secure_blocking_client, secure_blocking_server,
};

use crate::contract::{TEXT_FRAGMENTS, binary_fragments};

async fn send_fragmented(ws: &mut WebSocket<Stream>) -> Result<(), Error> {
    let text = TEXT_FRAGMENTS.map(<[u8]>::to_vec).to_vec();
    for (kind, fragments) in [
        (MessageKind::Text, text),
        (MessageKind::Binary, binary_fragments()),
    ] {
        let mut message = ws.send_streaming(kind).await?;
        for fragment in fragments {
            message.write(fragment).await?;
        }
        message.finish().await?;
    }
    Ok(())
}
