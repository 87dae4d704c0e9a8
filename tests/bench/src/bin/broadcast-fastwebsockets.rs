//! fastwebsockets to everybody: the task that got a message writes it on every connection.
//!
//! Frames borrow the message; each connection has its own header and its own vectored write.
//! Pings are not answered: the halves have no way to.

use std::sync::Arc;

use clap::Parser;
use fastwebsockets::{Frame, OpCode, Payload, Role, WebSocket, WebSocketError, WebSocketWrite};
use sockeye_bench::{Arguments, run, serve, upgrade};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::Mutex;

type Hall = Mutex<Vec<WebSocketWrite<OwnedWriteHalf>>>;

fn main() {
    let arguments = Arguments::parse();
    let hall = Arc::new(Hall::default());
    let serving = serve(&arguments, move |mut stream| {
        let hall = Arc::clone(&hall);
        async move {
            if upgrade(&mut stream, None).await.is_ok() {
                // An error is the end of the connection, like any other.
                let _ = attend(stream, &hall).await;
            }
        }
    });
    run(&arguments, serving);
}

async fn attend(stream: TcpStream, hall: &Hall) -> Result<(), WebSocketError> {
    let ws = WebSocket::after_handshake(stream, Role::Server);
    let (mut reader, writer) = ws.split(TcpStream::into_split);
    hall.lock().await.push(writer);
    let mut ignore = async |_: Frame<'_>| Ok::<(), WebSocketError>(());
    loop {
        let frame = reader.read_frame(&mut ignore).await?;
        if matches!(frame.opcode, OpCode::Text | OpCode::Binary) {
            publish(hall, frame.opcode, &frame.payload).await;
        }
    }
}

/// One after the other, awaiting each. Who fails is left out from then on.
async fn publish(hall: &Hall, opcode: OpCode, payload: &[u8]) {
    let mut writers = hall.lock().await;
    let mut index = 0;
    while let Some(writer) = writers.get_mut(index) {
        let frame = Frame::new(true, opcode, None, Payload::Borrowed(payload));
        match writer.write_frame(frame).await {
            Ok(()) => index += 1,
            Err(_) => drop(writers.swap_remove(index)),
        }
    }
}
