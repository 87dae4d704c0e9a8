//! A client that a testing server sends through its cases: echoes whatever each of them sends.
//!
//! Speaks the protocol of the Autobahn suite's fuzzing server. `URL/getCaseCount` tells the number
//! of cases; each is one connection to `URL/runCase?case=I&agent=NAME`, with every message sent
//! back with its opcode; `URL/updateReports?agent=NAME` has the server write what it saw. Judging
//! is the server's part, so a case that ends in an error is not an error of this program.
//!
//! One line for each case, in the order they end, with the close code received or the kind of
//! `sockeye::Error`; then the number of cases:
//!
//! ```text
//! case I close CODE clean|unclean
//! case I error KIND
//! cases N
//! ```
//!
//! The exit code is 0 when all cases were run and reports were asked for.
//!
//! ```text
//! cargo run --example echo-client -- ws://127.0.0.1:9001 --agent mine
//! ```

#![expect(clippy::print_stdout, reason = "the cases are this program's output")]

use std::fmt;
use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use clap::Parser;
use futures_util::{StreamExt, stream};
use sockeye::driver::{Client, Runtime, WebSocket};
use sockeye::tokio::Tokio;
use sockeye::{Burst, ClientTls, CloseCode, Config, Error, PermessageDeflate, Transport};

/// Runs the cases of a WebSocket testing server and echoes what they send.
#[derive(Debug, Parser)]
struct Options {
    /// Where the testing server is: a ws or wss URI without query.
    url: String,
    /// Whom to trust with wss: the authorities in a PEM file.
    #[arg(long, value_name = "FILE")]
    authority: Option<PathBuf>,
    /// Name to appear under in the reports.
    #[arg(long, value_name = "NAME", default_value = "sockeye-tokio")]
    agent: String,
    /// Cases to run at once.
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..))]
    parallel: u16,
    /// Async runtime to run on: tokio, and async-std or smol in builds with these features.
    #[arg(long, value_name = "NAME", default_value = "tokio")]
    runtime: String,
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
    /// How long one case may take, and each question to the server.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u32).range(1..))]
    case_timeout: u32,
    /// Have the server end once it has written its reports.
    #[arg(long)]
    shutdown: bool,
}

impl Options {
    /// Compression, where it was asked for.
    fn deflate(&self) -> Option<PermessageDeflate> {
        let deflate = PermessageDeflate::default();
        match (self.deflate, self.context_takeover) {
            (false, _) => None,
            (true, false) => Some(deflate),
            (true, true) => Some(deflate.context_takeover()),
        }
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    if !RUNTIMES.contains(&options.runtime.as_str()) {
        return refuse(&format!(
            "--runtime {}: this build has {}",
            options.runtime,
            RUNTIMES.join(", ")
        ));
    }
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Says that an option cannot be served, with the exit code of a usage error.
fn refuse(message: &str) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::from(2)
}

/// What this build can run on.
const RUNTIMES: &[&str] = &[
    "tokio",
    #[cfg(feature = "async-std")]
    "async-std",
    #[cfg(feature = "smol")]
    "smol",
];

fn run(options: Options) -> Result<(), String> {
    match options.runtime.as_str() {
        #[cfg(feature = "async-std")]
        "async-std" => {
            use sockeye::async_std::{AsyncIo, AsyncStd};
            async_std::task::block_on(run_all(&Suite::<AsyncIo<AsyncStd>>::new(options)?))
        }
        #[cfg(feature = "smol")]
        "smol" => {
            use sockeye::smol::{AsyncIo, Smol};
            smol::block_on(run_all(&Suite::<AsyncIo<Smol>>::new(options)?))
        }
        _ => run_on_tokio(options),
    }
}

fn run_on_tokio(options: Options) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(run_all(&Suite::<Tokio>::new(options)?))
}

/// Every case, then the reports.
async fn run_all<R: Runtime>(suite: &Suite<R>) -> Result<(), String> {
    let n_cases = suite.count_cases().await?;
    stream::iter(1..=n_cases)
        .for_each_concurrent(suite.n_parallel, |case| async move {
            println!("case {case} {}", suite.run_case(case).await);
        })
        .await;
    suite.update_reports().await?;
    println!("cases {n_cases}");
    Ok(())
}

/// The testing server, and how to connect to it.
struct Suite<R: Runtime> {
    client: Client<R>,
    /// Without a slash at its end.
    url: String,
    /// Ready to stand in a query.
    agent: String,
    n_parallel: usize,
    limit: Duration,
    is_shut_down: bool,
}

impl<R: Runtime<ClientTls: From<ClientTls>>> Suite<R> {
    fn new(options: Options) -> Result<Self, String> {
        let limit = Duration::from_secs(options.case_timeout.into());
        let mut config = Config::default();
        if let Some(max_bytes) = options.max_message {
            config.limits.max_text_bytes = max_bytes;
            config.limits.max_binary_bytes = max_bytes;
        }
        let mut client = Client::new().config(config);
        if let Some(deflate) = options.deflate() {
            client = client.extension(Arc::new(deflate));
        }
        for subprotocol in options.subprotocol {
            client = client.subprotocol(subprotocol);
        }
        if let Some(file) = options.authority {
            let tls = ClientTls::trusting_pem_file(file).map_err(|error| error.to_string())?;
            client = client.tls(tls);
        }
        Ok(Self {
            client,
            url: options.url.trim_end_matches('/').to_owned(),
            agent: query_value(&options.agent),
            n_parallel: options.parallel.into(),
            limit,
            is_shut_down: options.shutdown,
        })
    }
}

impl<R: Runtime> Suite<R> {
    /// Asks how many cases there are: one text message, the number.
    async fn count_cases(&self) -> Result<u32, String> {
        let url = format!("{}/getCaseCount", self.url);
        let count = async {
            let mut ws = self.connect(&url).await?;
            let count = ws.recv().await?;
            ws.close(CloseCode::NormalClosure, "").await?;
            Ok::<_, Error>(count)
        };
        match self.in_time(count).await {
            Some(Ok(Some(count))) => count
                .to_string()
                .trim()
                .parse()
                .map_err(|_| format!("{url}: what came is no number of cases")),
            Some(Ok(None)) => Err(format!("{url}: closed without the number of cases")),
            Some(Err(error)) => Err(format!("{url}: {error}")),
            None => Err(format!("{url}: no number of cases in time")),
        }
    }

    /// Echoes until the connection of one case has ended, however that comes about.
    async fn run_case(&self, case: u32) -> Ended {
        let url = format!("{}/runCase?case={case}&agent={}", self.url, self.agent);
        let echo = async {
            let mut ws = self.connect(&url).await?;
            while ws.burst(echo_burst).await? {}
            Ok(ws)
        };
        match self.in_time(echo).await {
            Some(result) => Ended::new(result),
            None => Ended::Error("timeout".to_owned()),
        }
    }

    /// Has the server write its reports; it closes the connection when it has.
    async fn update_reports(&self) -> Result<(), String> {
        let shutdown = match self.is_shut_down {
            true => "&shutdownOnComplete=true",
            false => "",
        };
        let url = format!("{}/updateReports?agent={}{shutdown}", self.url, self.agent);
        let update = async {
            let mut ws = self.connect(&url).await?;
            // They have been asked for now: how a server that may be ending itself ends this
            // connection does not matter.
            while let Ok(Some(_)) = ws.recv().await {}
            Ok::<_, Error>(())
        };
        match self.in_time(update).await {
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(format!("{url}: {error}")),
            None => Err(format!("{url}: not done in time")),
        }
    }

    async fn connect(&self, url: &str) -> Result<WebSocket<R::Transport>, Error> {
        let (ws, _response) = self.client.connect(url).await?;
        Ok(ws)
    }

    /// Waits for `future` on the clock of the runtime; `None` when it takes too long.
    async fn in_time<F: Future>(&self, future: F) -> Option<F::Output> {
        let mut timer = R::timer();
        let deadline = timer.now() + self.limit;
        let mut future = pin!(future);
        poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => timer.poll_expired(deadline, cx).map(|()| None),
        })
        .await
    }
}

/// How a case ended, in the words of this program's output.
enum Ended {
    Close(CloseCode, &'static str),
    Error(String),
}

impl Ended {
    fn new<T: Transport>(result: Result<WebSocket<T>, Error>) -> Self {
        let outcome = match result {
            Ok(ws) => ws.close_outcome(),
            Err(error) => return Self::Error(format!("{:?}", error.kind()).to_lowercase()),
        };
        let outcome = outcome.expect("a burst says that there is no more once it has closed");
        Self::Close(
            outcome.code(),
            if outcome.clean { "clean" } else { "unclean" },
        )
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Close(code, clean) => write!(f, "close {} {clean}", u16::from(*code)),
            Self::Error(kind) => write!(f, "error {kind}"),
        }
    }
}

fn echo_burst(burst: &mut Burst<'_>) {
    while let Some(message) = burst.next_message() {
        if burst.send(&message).is_err() {
            // The connection is closing; the next burst says so.
            return;
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
