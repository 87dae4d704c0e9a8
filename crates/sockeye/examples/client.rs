//! A WebSocket client for the command line: connects, sends, and prints what happens.
//!
//! One line for each event, in the order they happened:
//!
//! ```text
//! open
//! text LEN CRC32
//! binary LEN CRC32
//! close CODE REASON clean|unclean
//! error KIND
//! ```
//!
//! CRC32 is that of the payload in eight hexadecimal digits. REASON is all between the code and
//! the last word, perhaps nothing. KIND is that of `sockeye::Error`; details go to standard error.
//! The exit code is 0 when the connection closed cleanly.
//!
//! ```text
//! cargo run --example client -- ws://127.0.0.1:9001 --send 3x1024
//! ```

#![expect(clippy::print_stdout, reason = "the events are this program's output")]

use std::path::PathBuf;
use std::pin::pin;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use sockeye::tokio::{Client, Receiver, Sender, Stream, WebSocket};
use sockeye::{ClientTls, CloseCode, CloseOutcome, Error, PermessageDeflate};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

/// Connects to a WebSocket server, sends messages and prints events.
#[derive(Debug, Parser)]
struct Options {
    /// Where to connect: a ws or wss URI.
    url: String,
    /// Whom to trust with wss: the authorities in a PEM file.
    #[arg(long, value_name = "FILE")]
    authority: Option<PathBuf>,
    /// Offer permessage-deflate.
    #[arg(long)]
    deflate: bool,
    /// Send COUNT text messages of SIZE bytes, and wait for as many to come back.
    #[arg(long, value_name = "COUNTxSIZE")]
    send: Option<Load>,
    /// Header to send with the handshake; may be repeated.
    #[arg(long, value_name = "K: V", value_parser = parse_header)]
    header: Vec<(String, String)>,
    /// Subprotocol to offer, best first; may be repeated.
    #[arg(long, value_name = "P")]
    subprotocol: Vec<String>,
    /// Keep the connection until the server closes it or standard input ends.
    #[arg(long)]
    idle: bool,
}

/// How many messages to send, and how long each is.
#[derive(Clone, Copy, Debug)]
struct Load {
    count: usize,
    bytes: usize,
}

impl FromStr for Load {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (count, bytes) = text
            .split_once('x')
            .ok_or("expected COUNTxSIZE, as in 10x1024")?;
        let number = |text: &str| text.parse().map_err(|error| format!("{text:?}: {error}"));
        Ok(Self {
            count: number(count)?,
            bytes: number(bytes)?,
        })
    }
}

fn parse_header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("expected 'Name: value'")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// A server that has sent nothing for this long will not echo any more.
const QUIET: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(run(options))
}

async fn run(options: Options) -> ExitCode {
    let ws = match open(&options).await {
        Ok(ws) => ws,
        Err(error) => return fail(&error),
    };
    println!("open");
    let (sender, mut receiver) = ws.split();
    let (received, progress) = watch::channel(0);
    let ended = {
        let mut receiving = pin!(receive(&mut receiver, &received));
        let sending = pin!(send(sender, progress, &options));
        // Both at once: a server that echoes stops reading when nobody takes its echoes. Whatever
        // goes wrong with sending, receiving says how the connection ended.
        tokio::select! {
            ended = &mut receiving => ended,
            _ = sending => receiving.await,
        }
    };
    let code = match &ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(error),
    };
    match receiver.close_outcome() {
        Some(outcome) if print_close(&outcome) => code,
        _ => ExitCode::FAILURE,
    }
}

fn fail(error: &Error) -> ExitCode {
    println!("error {}", format!("{:?}", error.kind()).to_lowercase());
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

/// Prints how the connection closed; whether that was clean.
fn print_close(outcome: &CloseOutcome) -> bool {
    let code = u16::from(outcome.code());
    let clean = if outcome.clean { "clean" } else { "unclean" };
    match outcome.reason() {
        "" => println!("close {code} {clean}"),
        reason => println!("close {code} {} {clean}", reason.escape_debug()),
    }
    outcome.clean
}

async fn open(options: &Options) -> Result<WebSocket<Stream>, Error> {
    let mut client = Client::new();
    for (name, value) in &options.header {
        client = client.header(name, value);
    }
    for subprotocol in &options.subprotocol {
        client = client.subprotocol(subprotocol);
    }
    if options.deflate {
        client = client.extension(Arc::new(PermessageDeflate::default()));
    }
    if let Some(file) = &options.authority {
        client = client.tls(ClientTls::trusting_pem_file(file).map_err(Error::Io)?);
    }
    let (ws, _response) = client.connect(&options.url).await?;
    Ok(ws)
}

/// Prints messages until the connection has closed, and counts them in `n_received`.
async fn receive(
    receiver: &mut Receiver<Stream>,
    n_received: &watch::Sender<usize>,
) -> Result<(), Error> {
    while let Some(message) = receiver.recv().await? {
        let kind = if message.is_text() { "text" } else { "binary" };
        println!(
            "{kind} {} {:08x}",
            message.len(),
            crc32fast::hash(message.as_bytes())
        );
        n_received.send_modify(|n_received| *n_received += 1);
    }
    Ok(())
}

/// Sends what was asked for, and closes when nothing more is to be expected.
async fn send(
    sender: Sender<Stream>,
    mut n_received: watch::Receiver<usize>,
    options: &Options,
) -> Result<(), Error> {
    if let Some(load) = options.send {
        for index in 0..load.count {
            sender.send(text(index, load.bytes)).await?;
        }
        while *n_received.borrow_and_update() < load.count {
            if timeout(QUIET, n_received.changed()).await.is_err() {
                break;
            }
        }
    }
    if options.idle {
        stdin_end().await;
    }
    sender.close(CloseCode::NormalClosure, "").await?;
    Ok(())
}

/// Text of `bytes` bytes; each message of a run differs from the one before.
fn text(index: usize, bytes: usize) -> String {
    (b'a'..=b'z')
        .cycle()
        .skip(index % 26)
        .take(bytes)
        .map(char::from)
        .collect()
}

/// Waits for the end of standard input.
async fn stdin_end() {
    let (ended, end) = oneshot::channel();
    // A thread of our own, since the runtime would wait for its own thread's read before exiting.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = ended.send(());
    });
    let _ = end.await;
}
