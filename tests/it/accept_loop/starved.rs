//! An accept loop that runs out of file descriptors, in a process of its own.
//!
//! The process is limited by the shell and watched through /proc, which is Linux.

use std::fs;
use std::time::Duration;

use sockeye_tests::{Process, RawPeer, request, within};
use tokio::process::Command;

use super::check_echo;

/// What the server's process may have open, and what it needs for itself at most.
const MAX_DESCRIPTORS: usize = 40;
const OWN_DESCRIPTORS: usize = 16;

/// More than fit.
const N_PEERS: usize = 60;

/// How long it is left starved while its processor time is counted, and how much of that it may
/// use: a loop that spins uses all.
const STARVED: Duration = Duration::from_secs(1);
const MOST_CPU: Duration = Duration::from_millis(200);

#[tokio::test]
async fn out_of_descriptors_waits_and_serves_on() {
    check("tokio").await;
}

#[tokio::test]
async fn out_of_descriptors_async_std_waits_and_serves_on() {
    check("async-std").await;
}

#[tokio::test]
async fn out_of_descriptors_smol_waits_and_serves_on() {
    check("smol").await;
}

#[tokio::test]
async fn out_of_descriptors_threads_wait_and_serve_on() {
    check("threads").await;
}

async fn check(runtime: &str) {
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            &format!("ulimit -n {MAX_DESCRIPTORS} && exec \"$0\" \"$1\""),
        ])
        .args([env!("CARGO_BIN_EXE_echo"), runtime]);
    let mut server = Process::start("the starved server", command);
    let started = server.value().await;
    let (Some(port), Some(pid)) = (started["port"].as_u64(), started["pid"].as_u64()) else {
        panic!("{started} instead of a port and a process");
    };
    let address: std::net::SocketAddr = format!("127.0.0.1:{port}")
        .parse()
        .expect("it is an address");

    let mut peers = Vec::new();
    for _ in 0..N_PEERS {
        let mut peer = RawPeer::connect(address).await;
        peer.send(request("").as_bytes()).await;
        peers.push(peer);
    }
    within("the moment when no descriptor is left", async {
        while n_descriptors(pid) < MAX_DESCRIPTORS {
            tokio::task::yield_now().await;
        }
    })
    .await;

    // Starved, it does next to nothing, and what it has it serves.
    let before = cpu_time(pid);
    tokio::time::sleep(STARVED).await;
    let used = cpu_time(pid).saturating_sub(before);
    assert!(
        used <= MOST_CPU,
        "{used:?} of {STARVED:?} while there was nothing to do"
    );
    let late = peers.split_off(MAX_DESCRIPTORS - OWN_DESCRIPTORS);
    for peer in &mut peers {
        check_opened(peer).await;
        check_echo(peer).await;
    }

    // As many leave as make room for all that wait.
    let staying = peers.split_off(late.len() - OWN_DESCRIPTORS);
    drop(peers);
    for mut peer in late {
        check_opened(&mut peer).await;
        check_echo(&mut peer).await;
    }
    for mut peer in staying {
        check_echo(&mut peer).await;
    }
}

async fn check_opened(peer: &mut RawPeer) {
    let head = peer.head().await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
}

/// How many files the process has open.
fn n_descriptors(pid: u64) -> usize {
    let folder = fs::read_dir(format!("/proc/{pid}/fd"));
    folder.map_or_else(
        |error| panic!("the server's files: {error}"),
        Iterator::count,
    )
}

/// The processor time that the process has used, in its own code and in the system.
fn cpu_time(pid: u64) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("the server runs");
    // proc(5): the name in parentheses may hold anything; behind it utime and stime are the
    // twelfth and thirteenth, in ticks of a hundredth of a second.
    let (_, fields) = stat.rsplit_once(") ").expect("the format is fixed");
    let fields: Vec<_> = fields.split(' ').collect();
    let ticks = fields[11..13].iter().map(|field| field.parse::<u64>());
    let ticks: u64 = ticks.map(|ticks| ticks.expect("it is a number")).sum();
    Duration::from_millis(ticks * 10)
}
