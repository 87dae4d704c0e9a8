//! Prints how much memory an idle server connection takes, beside a bare TCP stream's.
//!
//! Each subject runs in a process of its own, with its clients in another, so that neither heap
//! has to be told apart from the other. Every client sends one message of 1 KiB, gets it back and
//! falls silent; then the server's heap is counted and its resident memory read. The first few
//! connections are the zero point: what a server costs once is not charged to connections.
//! Run it by `cargo xtask bench idle`, which raises the limit on open files.

mod clients;
mod server;

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::{Command, ExitCode, Stdio};

use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Result<ExitCode> {
    let args: Vec<_> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => compare(10_000),
        ["--connections", n_connections] => compare(n_connections.parse()?),
        ["serve", subject, n_connections] => {
            server::serve(Subject::named(subject)?, n_connections.parse()?)?;
            Ok(ExitCode::SUCCESS)
        }
        ["clients", subject, address] => {
            clients::open(Subject::named(subject)?, address.parse()?)?;
            Ok(ExitCode::SUCCESS)
        }
        _ => Err("usage: idle [--connections N]".into()),
    }
}

/// What listens.
#[derive(Clone, Copy, Debug)]
enum Subject {
    /// A task per `TcpStream` that holds no buffer while it waits: the least tokio can do.
    Bare,
    /// Sockeye's server with defaults and an echo by `recv` and `send`.
    Sockeye,
}

impl Subject {
    fn named(name: &str) -> Result<Self> {
        match name {
            "Bare" => Ok(Self::Bare),
            "Sockeye" => Ok(Self::Sockeye),
            _ => Err(format!("no subject is called {name}").into()),
        }
    }
}

/// Bytes per connection.
#[derive(Clone, Copy, Debug)]
struct Size {
    heap: i64,
    resident: Option<i64>,
}

/// Measures both subjects and prints the table.
fn compare(n_connections: u32) -> Result<ExitCode> {
    if n_connections <= ZERO_POINT {
        return Err(format!("measure more than {ZERO_POINT} connections").into());
    }
    let bare = measure(Subject::Bare, n_connections)?;
    let sockeye = measure(Subject::Sockeye, n_connections)?;
    let resident = |size: Size| {
        size.resident
            .map_or_else(unknown, |bytes| bytes.to_string())
    };
    let beyond = sockeye.heap - bare.heap;
    let (verdict, code) = match beyond <= ALLOWED_BEYOND_BARE {
        true => ("within", ExitCode::SUCCESS),
        false => ("OVER", ExitCode::FAILURE),
    };
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{n_connections} idle connections, after one echo of 1 KiB on each"
    )?;
    writeln!(out, "bytes per connection         heap   resident")?;
    writeln!(
        out,
        "bare tokio TcpStream     {:>8}   {:>8}",
        bare.heap,
        resident(bare)
    )?;
    writeln!(
        out,
        "sockeye::tokio::Server   {:>8}   {:>8}",
        sockeye.heap,
        resident(sockeye)
    )?;
    writeln!(
        out,
        "heap beyond the bare one {beyond:>8}   {verdict} {ALLOWED_BEYOND_BARE}"
    )?;
    Ok(code)
}

/// What stands in the place of a figure that this system does not give.
fn unknown() -> String {
    "unknown".to_owned()
}

/// Measures one subject in a process of its own.
fn measure(subject: Subject, n_connections: u32) -> Result<Size> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["serve", &format!("{subject:?}"), &n_connections.to_string()]);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let numbers: Vec<_> = text
        .split_whitespace()
        .map(|word| word.parse().ok())
        .collect();
    match numbers[..] {
        [Some(heap), resident] => Ok(Size { heap, resident }),
        _ => Err(format!(
            "the server process of {subject:?} ended with {}",
            output.status
        )
        .into()),
    }
}

/// Connections that are open when counting starts: they bring what a server allocates once.
const ZERO_POINT: u32 = 64;

/// The project's bound: so much heap may a WebSocket take on top of a stream in a task.
const ALLOWED_BEYOND_BARE: i64 = 1024;
