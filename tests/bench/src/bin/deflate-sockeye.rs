//! Sockeye: through the burst, or through `recv` and `feed` with `--messages`.
//!
//! Every check, limit and timer is on, as in its echo server.

use std::sync::Arc;

use bytes::Bytes;
use clap::Parser;
use sockeye::tokio::{WebSocket, accept};
use sockeye::{Acceptor, Burst, CompressionLevel, Message, PermessageDeflate};
use sockeye_bench::deflate::{self, Endpoint, Link, Options, REQUEST};

#[derive(Parser)]
struct CommandLine {
    #[command(flatten)]
    common: Options,
    /// Receive owned messages, and feed answers
    #[arg(long)]
    messages: bool,
}

struct Sockeye<const BURST: bool>(WebSocket<Link>);

impl<const BURST: bool> Sockeye<BURST> {
    async fn next(&mut self) -> Message {
        let message = self.0.recv().await;
        message.expect("a valid message").expect("a message")
    }

    async fn burst(&mut self, handle: impl FnMut(&mut Burst<'_>)) {
        let is_open = self.0.burst(handle).await.expect("valid messages");
        assert!(is_open, "it ended");
    }
}

impl<const BURST: bool> Endpoint for Sockeye<BURST> {
    type Message = Message;

    fn message(text: &Bytes) -> Message {
        let text = text.clone().try_into().expect("JSON is UTF-8");
        Message::Text(text)
    }

    async fn open(link: Link, options: &Options) -> Self {
        let level = u8::try_from(options.level).ok();
        let level = level.and_then(CompressionLevel::new);
        let mut deflate = PermessageDeflate::default().level(level.expect("1 to 9"));
        if options.takeover {
            deflate = deflate.context_takeover();
        }
        let acceptor = Acceptor::new().extension(Arc::new(deflate));
        link.offer_bytes(REQUEST[usize::from(options.takeover)]);
        let ws = accept(link.clone(), &acceptor).await;
        link.take_written(|answer| {
            let answer = String::from_utf8_lossy(answer);
            assert!(answer.contains("permessage-deflate"), "{answer}");
        });
        Self(ws.expect("a request that it accepts"))
    }

    async fn send(&mut self, messages: &[Message]) {
        for message in messages {
            self.0.feed(message.clone()).await.expect("it is open");
        }
        self.0.flush().await.expect("the link takes it");
    }

    async fn receive(&mut self, n_messages: usize) -> usize {
        let (mut n_received, mut n_bytes) = (0, 0);
        while n_received < n_messages {
            match BURST {
                true => {
                    let count = |burst: &mut Burst<'_>| {
                        while let Some(message) = burst.next_message() {
                            n_received += 1;
                            n_bytes += message.as_bytes().len();
                        }
                    };
                    self.burst(count).await;
                }
                false => {
                    n_bytes += self.next().await.as_bytes().len();
                    n_received += 1;
                }
            }
        }
        n_bytes
    }

    async fn echo(&mut self, n_messages: usize) {
        let mut n_received = 0;
        while n_received < n_messages {
            match BURST {
                true => {
                    let echo = |burst: &mut Burst<'_>| {
                        while let Some(message) = burst.next_message() {
                            n_received += 1;
                            burst.send(&message).expect("it is open");
                        }
                    };
                    self.burst(echo).await;
                }
                false => {
                    let message = self.next().await;
                    self.0.feed(message).await.expect("it is open");
                    n_received += 1;
                }
            }
        }
        self.0.flush().await.expect("the link takes it");
    }
}

fn main() {
    let CommandLine { common, messages } = CommandLine::parse();
    match messages {
        true => deflate::run::<Sockeye<false>>(&common),
        false => deflate::run::<Sockeye<true>>(&common),
    }
}
