//! `peer LIBRARY server [--max-message BYTES]` and `peer LIBRARY client URL [--agent NAME]
//! [--parallel N]`: an echo on somebody else's library (contract: `../../README.md`).
//!
//! This file reads the command line; `server` and `cases` are what all libraries share, and each
//! file below `libraries` uses one library as its own documentation does. Nothing here mends,
//! hides or judges what a library does: that is for the suite at the other end.

mod cases;
mod command_line;
mod libraries;
mod library;
mod server;

use std::process::ExitCode;

use command_line::{CommandLine, Role};
use libraries::{Fastwebsockets, TokioTungstenite, TokioWebsockets, Yawc};
use library::{Library, Outcome};

#[tokio::main]
async fn main() -> ExitCode {
    let command_line = match CommandLine::read(std::env::args().skip(1)) {
        Ok(command_line) => command_line,
        Err(mistake) => {
            eprintln!("{mistake}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(command_line).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command_line: CommandLine) -> Outcome {
    let CommandLine {
        library,
        role,
        settings,
    } = command_line;
    if settings.deflate && library != "yawc" {
        return Err(format!("{library} has no permessage-deflate").into());
    }
    match library.as_str() {
        "fastwebsockets" => play(Fastwebsockets(settings), role).await,
        "tokio-tungstenite" => play(TokioTungstenite(settings), role).await,
        "tokio-websockets" => play(TokioWebsockets(settings), role).await,
        "yawc" => play(Yawc(settings), role).await,
        _ => Err(format!("no library {library} here\n{USAGE}").into()),
    }
}

async fn play(library: impl Library, role: Role) -> Outcome {
    match role {
        Role::Server => server::run(library).await,
        Role::Client(options) => cases::run(library, &options).await,
    }
}

const USAGE: &str = "\
usage: peer LIBRARY server [--max-message BYTES] [--deflate]
       peer LIBRARY client URL [--agent NAME] [--parallel N] [--deflate]
LIBRARY is fastwebsockets, tokio-tungstenite, tokio-websockets or yawc; yawc alone has --deflate.";
