//! The words of every kind of sample, as the shell gets them.

use std::time::Duration;

use super::super::cli::Extra;
use super::super::{scenarios, subjects};
use super::*;

const PACE: Pace = Pace {
    secs: 0.5,
    warmup: 0.25,
    quiet: Duration::ZERO,
};

fn scenario(letter: &str) -> &'static Scenario {
    scenarios::all().find(|s| s.letter == letter).unwrap()
}

/// The server, empty when there is none, and the client, as the words behind those of the shell and
/// of `taskset`.
#[track_caller]
fn check(letter: &str, subject: &str, extras: &[Extra], server_line: &str, client_line: &str) {
    let scenario = scenario(letter);
    let subjects = subjects::all(extras);
    let mut taking = subjects.iter().filter(|subject| scenario.takes(subject));
    let subject = taking.find(|taking| taking.name == subject).unwrap();
    let line = |command: &Command| {
        let words = command.get_args().map(|word| word.to_string_lossy());
        words.skip(5).collect::<Vec<_>>().join(" ")
    };
    let programs = Path::new("/built");
    let server = server(scenario, subject, programs).map(|command| line(&command(7)));
    assert_eq!(server.unwrap_or_default(), server_line);
    let client = client(scenario, subject, (7, 9), PACE, programs);
    assert_eq!(line(&client), client_line);
}

#[test]
fn a_floor_is_told_its_way_and_the_generator_that_it_is_one() {
    check(
        "b",
        "rawtcp-tokio",
        &[],
        "0 /built/echo-rawtcp --port 7 --threads 1 --tokio",
        "1 /built/load echo --conns 100 --size 20 --pid 9 --raw --port 7 --secs 0.5 --warmup 0.25",
    );
}

#[test]
fn compression_is_asked_for() {
    check(
        "i",
        "yawc",
        &[],
        "0 /built/echo-yawc --port 7 --threads 1 --deflate",
        "1 /built/load echo --conns 10 --size 1024,2048,3072,4096 --depth 4 --content json \
         --deflate --pid 9 --port 7 --secs 0.5 --warmup 0.25",
    );
}

#[test]
fn what_ends_by_itself_gets_no_time() {
    check(
        "k",
        "sockeye",
        &[],
        "0 /built/echo-sockeye --port 7 --threads 1",
        "1 /built/load idle --conns 10000 --pid 9 --port 7",
    );
}

#[test]
fn a_client_has_the_core_of_the_measured() {
    check(
        "q2",
        "tokio-websockets",
        &[],
        "1 /built/floor --port 7 --size 20",
        "0 /built/client tokio-websockets --conns 10 --size 20 --depth 64 --port 7 --secs 0.5 \
         --warmup 0.25",
    );
}

#[test]
fn who_works_alone_needs_no_server() {
    check(
        "r",
        "sockeye",
        &[],
        "",
        "0 /built/deflate-sockeye --size 200 --secs 0.5 --warmup 0.25",
    );
}

#[test]
fn placeholders_of_a_command_are_filled_in() {
    let extra = Extra {
        name: "uWebSockets".to_owned(),
        command: "./uws --port {port} {publish}".to_owned(),
    };
    check(
        "p",
        "uWebSockets",
        &[extra],
        "0 sh -c exec ./uws --port 7 --publish",
        "1 /built/load broadcast --conns 10000 --size 1024 --pid 9 --port 7 --secs 0.5 \
         --warmup 0.25",
    );
}
