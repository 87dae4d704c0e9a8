//! A client on threads, without async, that a testing server sends through its cases.
//!
//! The counterpart of `echo-client` on the blocking shell: the same protocol, that of the Autobahn
//! suite's fuzzing server, and the same output.
//!
//! ```text
//! cargo run --example blocking-echo-client --features blocking -- ws://127.0.0.1:9001
//! ```

#![expect(clippy::print_stdout, reason = "the cases are this program's output")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use sockeye::blocking::{Client, WebSocket};
use sockeye::{ClientTls, CloseCode, CloseOutcome, Config, Error, Message, PermessageDeflate};

/// Runs the cases of a WebSocket testing server and echoes what they send.
#[derive(Debug, Parser)]
struct Options {
    /// Where the testing server is: a ws or wss URI without query.
    url: String,
    /// Whom to trust with wss: the authorities in a PEM file.
    #[arg(long, value_name = "FILE")]
    authority: Option<PathBuf>,
    /// Name to appear under in the reports.
    #[arg(long, value_name = "NAME", default_value = "sockeye-blocking")]
    agent: String,
    /// Cases to run at once.
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..))]
    parallel: u16,
    /// Largest message to accept, text or binary [default: Sockeye's].
    #[arg(long, value_name = "BYTES")]
    max_message: Option<usize>,
    /// Subprotocol to offer, best first; may be repeated.
    #[arg(long, value_name = "P")]
    subprotocol: Vec<String>,
    /// Offer permessage-deflate, each message compressed by itself.
    #[arg(long)]
    deflate: bool,
    /// Let compressed messages refer to those before them, where the peer agrees.
    #[arg(long, requires = "deflate")]
    context_takeover: bool,
    /// How long one case may take.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u32).range(1..))]
    case_timeout: u32,
    /// Have the server end once it has written its reports.
    #[arg(long)]
    shutdown: bool,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Every case, then the reports.
fn run(options: &Options) -> Result<(), String> {
    let limit = Duration::from_secs(options.case_timeout.into());
    let client = client(options)?;
    let url = options.url.trim_end_matches('/');
    let agent = query_value(&options.agent);
    let n_cases = count_cases(&client, &format!("{url}/getCaseCount"))?;
    let next = AtomicU32::new(1);
    thread::scope(|scope| {
        for _ in 0..options.parallel {
            scope.spawn(|| {
                loop {
                    let case = next.fetch_add(1, Ordering::Relaxed);
                    if case > n_cases {
                        return;
                    }
                    let url = format!("{url}/runCase?case={case}&agent={agent}");
                    println!("case {case} {}", run_case(&client, &url, limit));
                }
            });
        }
    });
    let shutdown = match options.shutdown {
        true => "&shutdownOnComplete=true",
        false => "",
    };
    let url = format!("{url}/updateReports?agent={agent}{shutdown}");
    let (ws, _response) = client
        .connect(&url)
        .map_err(|error| format!("{url}: {error}"))?;
    // They have been asked for now: how this connection ends does not matter.
    ws.for_each(drop);
    println!("cases {n_cases}");
    Ok(())
}

fn client(options: &Options) -> Result<Client, String> {
    let mut config = Config::default();
    if let Some(max_bytes) = options.max_message {
        config.limits.max_text_bytes = max_bytes;
        config.limits.max_binary_bytes = max_bytes;
    }
    let mut client = Client::new().config(config);
    if options.deflate {
        let deflate = PermessageDeflate::default();
        client = client.extension(Arc::new(match options.context_takeover {
            true => deflate.context_takeover(),
            false => deflate,
        }));
    }
    for subprotocol in &options.subprotocol {
        client = client.subprotocol(subprotocol);
    }
    if let Some(file) = &options.authority {
        let tls = ClientTls::trusting_pem_file(file).map_err(|error| error.to_string())?;
        client = client.tls(tls);
    }
    Ok(client)
}

/// Asks how many cases there are: one text message, the number.
fn count_cases(client: &Client, url: &str) -> Result<u32, String> {
    let ask = || -> Result<Option<Message>, Error> {
        let (mut ws, _response) = client.connect(url)?;
        let count = ws.recv()?;
        ws.close(CloseCode::NormalClosure, "")?;
        Ok(count)
    };
    match ask() {
        Ok(Some(count)) => count
            .to_string()
            .trim()
            .parse()
            .map_err(|_| format!("{url}: what came is no number of cases")),
        Ok(None) => Err(format!("{url}: closed without the number of cases")),
        Err(error) => Err(format!("{url}: {error}")),
    }
}

/// Echoes until the connection of one case has ended, and says how it did.
fn run_case(client: &Client, url: &str, limit: Duration) -> String {
    let start = Instant::now();
    let result = client
        .connect(url)
        .and_then(|(ws, _response)| echo(ws, start + limit));
    match result {
        Ok(Some(outcome)) => {
            let clean = match outcome.clean {
                true => "clean",
                false => "unclean",
            };
            format!("close {} {clean}", u16::from(outcome.code()))
        }
        Ok(None) => "error timeout".to_owned(),
        Err(error) => format!("error {:?}", error.kind()).to_lowercase(),
    }
}

/// Sends back what comes; `None` when the time was over.
fn echo(mut ws: WebSocket, deadline: Instant) -> Result<Option<CloseOutcome>, Error> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match ws.recv_timeout(left) {
            // What is wrong with a connection is told by receiving.
            Some(Ok(Some(message))) => drop(ws.send(message)),
            Some(Ok(None)) => return Ok(ws.close_outcome()),
            Some(Err(error)) => return Err(error),
            None => return Ok(None),
        }
    }
}

/// `text` as the value of a query's parameter: all but unreserved characters percent-encoded
/// (RFC 3986 §2.1).
fn query_value(text: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encoded).collect()
}
