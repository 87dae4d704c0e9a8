//! tokio-websockets with the settings of its own benchmark: no splitting into frames, a large
//! flush threshold, no limits; a flush for each batch.
//!
//! Its keys come from `fastrand` here, its fastest choice, which is not a cryptographic generator:
//! RFC 6455 §10.3 wants one, and its feature `rand` would cost more.

use tokio::net::TcpStream;
use tokio_websockets::{ClientBuilder, Config, Limits, Message};

use crate::meter::Meter;
use crate::options::Options;
use crate::{Outcome, batched};

pub(crate) async fn run(options: &Options, meter: &Meter) -> Outcome {
    let stream = TcpStream::connect(options.address()).await?;
    stream.set_nodelay(true)?;
    let config = Config::default()
        .frame_size(usize::MAX)
        .flush_threshold(64 * 1024);
    let url = options.url();
    let client = ClientBuilder::new()
        .uri(&url)?
        .config(config)
        .limits(Limits::unlimited());
    let (ws, _) = client.connect_on(stream).await?;
    let message = match options.is_text {
        true => Message::text(options.payload.clone()),
        false => Message::binary(options.payload.clone().into_bytes()),
    };
    batched::exchange(ws, message, payload, options, meter).await
}

fn payload(message: &Message) -> &[u8] {
    message.as_payload()
}
