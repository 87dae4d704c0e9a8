//! The load generator: one thread, one epoll, frames made beforehand, no WebSocket library.
//!
//! Each mode is a file of its own, and prints one JSON object on one line. All check what they
//! get: a message that is lost, doubled or altered ends the run with a sentence on standard error
//! and exit code 1.

mod broadcast;
mod counters;
mod deflate;
mod echo;
mod fairness;
mod handshake;
mod idle;
mod image;
mod link;
mod opening;
mod options;
mod paced;
mod parts;
mod poller;
mod reader;
mod report;
mod socket;
mod stream;

use std::panic::{self, PanicHookInfo};
use std::process;

use clap::Parser;

use crate::options::{Command, CommandLine};

fn main() {
    panic::set_hook(Box::new(fail));
    socket::raise_descriptor_limit();
    match CommandLine::parse().command {
        Command::Broadcast(options) => broadcast::run(&options),
        Command::Echo(options) if options.rate > 0 => paced::run(&options),
        Command::Echo(options) => echo::run(&options),
        Command::Fairness(options) => fairness::run(&options),
        Command::Handshake(options) => handshake::run(&options),
        Command::Idle(options) => idle::run(&options),
        Command::Stream(options) => stream::run(&options),
    }
}

/// Says what was not as expected, and ends the run.
fn fail(failure: &PanicHookInfo<'_>) {
    let payload = failure.payload();
    let sentence = match payload.downcast_ref::<String>() {
        Some(sentence) => sentence,
        None => payload.downcast_ref().copied().unwrap_or("no reason"),
    };
    match failure.location() {
        Some(place) => eprintln!("load: {sentence} ({}:{})", place.file(), place.line()),
        None => eprintln!("load: {sentence}"),
    }
    process::exit(1);
}
