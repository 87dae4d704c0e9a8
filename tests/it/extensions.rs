//! An extension of the application's own, switched on at both ends of loopback connections.
//!
//! Only public names are used, as by an application. What the extension does is in
//! `extensions/run_length.rs`.

mod run_length;
mod windows;

use std::sync::Arc;

use sockeye::tokio::{Client, Server, WebSocket};
use sockeye::{Compress, Error, Message, MessageKind, PreparedMessage, SendOptions};
use sockeye_tests::within;

use run_length::RunLength;

/// A server that knows the extension, sends everybody the news, and then echoes.
async fn serve(news: PreparedMessage) -> String {
    let server = Server::bind("127.0.0.1:0").await.expect("a free port");
    let server = server.extension(Arc::new(RunLength));
    let url = format!("ws://{}/", server.local_addr().expect("it is bound"));
    tokio::spawn(server.serve(move |mut ws| {
        let news = news.clone();
        async move {
            ws.send_prepared(&news).await?;
            while let Some(message) = ws.recv().await? {
                ws.send(message).await?;
            }
            Ok(())
        }
    }));
    url
}

async fn connect(client: &Client, url: &str) -> WebSocket {
    let (ws, _response) = within("a connection", client.connect(url))
        .await
        .expect("it serves");
    ws
}

async fn receive(ws: &mut WebSocket) -> Result<Option<Message>, Error> {
    within("a message", ws.recv()).await
}

#[tokio::test]
async fn is_in_use_where_both_ends_have_it() {
    let news = PreparedMessage::new("n".repeat(5000));
    let url = serve(news.clone()).await;
    let with = Client::new().extension(Arc::new(RunLength));
    let without = Client::new();
    for (client, names) in [(&with, &["x-run-length"][..]), (&without, &[])] {
        for _ in 0..3 {
            let mut ws = connect(client, &url).await;
            assert_eq!(ws.extensions().collect::<Vec<_>>(), names);
            let received = receive(&mut ws).await.expect("it is open");
            assert_eq!(received.as_ref(), Some(news.as_message()));
            for message in ["aaab", "", "no runs"] {
                ws.send(message).await.expect("it is open");
                let echo = receive(&mut ws).await.expect("it is open");
                assert_eq!(echo, Some(message.into()));
            }
        }
    }
}

#[tokio::test]
async fn wire_bytes_are_those_of_what_is_sent() {
    let url = serve(PreparedMessage::new("n".repeat(5000))).await;
    let client = Client::new().extension(Arc::new(RunLength));
    let mut ws = connect(&client, &url).await;
    receive(&mut ws).await.expect("it is open");
    let received = ws.stats().received;
    assert_eq!(received.payload_bytes, 5000);
    // Twenty runs, and a header of two bytes.
    assert_eq!(received.wire_bytes, 2 * 20 + 2);

    ws.send("x".repeat(2000)).await.expect("it is open");
    ws.flush().await.expect("it is open");
    let sent = ws.stats().sent;
    assert_eq!((sent.payload_bytes, sent.wire_bytes), (2000, 2 * 8 + 2 + 4));
    assert_eq!(sent.wire_ratio(), Some(22.0 / 2000.0));

    let plainly = SendOptions {
        compress: Compress::Never,
        ..SendOptions::default()
    };
    let message = "x".repeat(2000);
    ws.send_with(message, plainly).await.expect("it is open");
    let kind = MessageKind::Text;
    let mut writer = ws
        .send_streaming_with(kind, plainly)
        .await
        .expect("it is open");
    for _ in 0..2 {
        writer.write("x".repeat(1000)).await.expect("it is open");
    }
    writer.finish().await.expect("it is open");
    ws.flush().await.expect("it is open");
    let sent = ws.stats().sent;
    // 16-bit lengths on three frames, and an empty one to end the second message.
    assert_eq!(sent.wire_bytes, 22 + (2000 + 8) + 2 * (1000 + 8) + 6);
    for _ in 0..3 {
        let echo = receive(&mut ws).await.expect("it is open");
        assert_eq!(echo, Some("x".repeat(2000).into()));
    }
}
