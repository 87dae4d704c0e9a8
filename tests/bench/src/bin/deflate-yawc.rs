//! yawc, through its own `Stream` and `Sink`, with the buffers of its benchmark.
//!
//! `--pool` lends the state of compression out for one message at a time, as its documentation
//! has it for many connections without context takeover.

use bytes::Bytes;
use clap::Parser;
use futures_util::{SinkExt, StreamExt};
use sockeye_bench::deflate::{self, Endpoint, Link, Options};
use yawc::{CompressionLevel, DeflatePool, Frame, OpCode, Role, WebSocket};

#[derive(Parser)]
struct CommandLine {
    #[command(flatten)]
    common: Options,
    /// Share states of compression between connections
    #[arg(long)]
    pool: bool,
}

struct Yawc<const POOL: bool> {
    ws: WebSocket<Link>,
    answers: Vec<Frame>,
}

impl<const POOL: bool> Yawc<POOL> {
    async fn next(&mut self) -> Frame {
        let frame = self.ws.next().await.expect("a message");
        assert!(frame.opcode() == OpCode::Text, "no text");
        frame
    }
}

impl<const POOL: bool> Endpoint for Yawc<POOL> {
    type Message = Frame;

    fn message(text: &Bytes) -> Frame {
        Frame::text(text.clone())
    }

    async fn open(link: Link, options: &Options) -> Self {
        let level = CompressionLevel::new(options.level);
        let mut settings = yawc::Options::default()
            .with_utf8()
            .with_limits(64 << 20, 128 << 20)
            .with_read_buffer_capacity(128 * 1024)
            .with_write_buffer_capacity(64 * 1024)
            .with_backpressure_boundary(64 * 1024)
            .with_compression_level(level);
        if !options.takeover {
            settings = settings
                .server_no_context_takeover()
                .client_no_context_takeover();
        }
        if POOL {
            thread_local!(static SHARED: DeflatePool = DeflatePool::new(4));
            settings = settings.with_deflate_pool(SHARED.with(Clone::clone));
        }
        let extension = match options.takeover {
            true => "permessage-deflate",
            false => "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        };
        let role = Role::Server;
        let ws = WebSocket::from_stream_with_extensions(link, role, Some(extension), settings);
        Self {
            ws: ws.expect("an extension that it knows"),
            answers: Vec::new(),
        }
    }

    async fn send(&mut self, messages: &[Frame]) {
        for message in messages {
            self.ws.feed(message.clone()).await.expect("it is open");
        }
        self.ws.flush().await.expect("the link takes it");
    }

    async fn receive(&mut self, n_messages: usize) -> usize {
        let mut n_bytes = 0;
        for _ in 0..n_messages {
            n_bytes += self.next().await.payload().len();
        }
        n_bytes
    }

    /// Answers when all is there, because flushing comes before waiting.
    async fn echo(&mut self, n_messages: usize) {
        for _ in 0..n_messages {
            let frame = self.next().await;
            self.answers.push(frame);
        }
        for answer in self.answers.drain(..) {
            self.ws.feed(answer).await.expect("it is open");
        }
        self.ws.flush().await.expect("the link takes it");
    }
}

fn main() {
    let CommandLine { common, pool } = CommandLine::parse();
    match pool {
        true => deflate::run::<Yawc<true>>(&common),
        false => deflate::run::<Yawc<false>>(&common),
    }
}
