//! sockudo-ws, on its own compressed stream, with the loop of its echo server.

use bytes::Bytes;
use clap::Parser;
use futures_util::{SinkExt, StreamExt};
use sockeye_bench::deflate::{self, Endpoint, Link, Options};
use sockudo_ws::deflate::DeflateConfig;
use sockudo_ws::{CompressedWebSocketStream, Config, Message};

struct Sockudo {
    ws: CompressedWebSocketStream<Link>,
    answers: Vec<Message>,
}

impl Sockudo {
    async fn next(&mut self) -> Message {
        let message = self.ws.next().await;
        message.expect("a message").expect("a valid message")
    }
}

impl Endpoint for Sockudo {
    type Message = Message;

    fn message(text: &Bytes) -> Message {
        Message::Text(text.clone())
    }

    async fn open(link: Link, options: &Options) -> Self {
        let config = Config::builder().idle_timeout(0).auto_ping(false);
        let config = config.ping_interval(0).build();
        let deflate = DeflateConfig {
            server_no_context_takeover: !options.takeover,
            client_no_context_takeover: !options.takeover,
            compression_level: options.level,
            ..Default::default()
        };
        Self {
            ws: CompressedWebSocketStream::server(link, config, deflate),
            answers: Vec::new(),
        }
    }

    async fn send(&mut self, messages: &[Message]) {
        for message in messages {
            self.ws.feed(message.clone()).await.expect("it is open");
        }
        self.ws.flush().await.expect("the link takes it");
    }

    async fn receive(&mut self, n_messages: usize) -> usize {
        let mut n_bytes = 0;
        for _ in 0..n_messages {
            n_bytes += match self.next().await {
                Message::Text(text) => text.len(),
                _ => panic!("no text"),
            };
        }
        n_bytes
    }

    /// Answers when all is there, because flushing comes before waiting.
    async fn echo(&mut self, n_messages: usize) {
        for _ in 0..n_messages {
            let message = self.next().await;
            self.answers.push(message);
        }
        for answer in self.answers.drain(..) {
            self.ws.feed(answer).await.expect("it is open");
        }
        self.ws.flush().await.expect("the link takes it");
    }
}

fn main() {
    deflate::run::<Sockudo>(&Options::parse());
}
