//! Signals that interrupt system calls: tests of the list of behaviours, once more in a process whose
//! calls on sockets fail with EINTR again and again.
//!
//! Without TLS, since its libraries make calls of their own during their handshakes and give up there.
//! strace makes the calls fail. A socket that does not block is never interrupted by Linux itself, but by
//! other systems, and by whatever stands between a program and the system.

use std::{env, fs};

use sockeye_tests::{Tool, within};
use tokio::process::Command;

#[tokio::test]
async fn calls_on_sockets_are_made_again() {
    let Some(strace) = Tool::Strace.find() else {
        return;
    };
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let log = folder.path().join("calls");
    for shell in [
        "on_tokio",
        "on_async_std",
        "on_smol",
        "on_threads",
        "on_a_new_runtime",
    ] {
        let mut command = Command::new(&strace);
        command.args(["-f", "-qq", "-e", CALLS, "-e", INJECTION, "-o"]);
        command.arg(&log);
        command.arg(env::current_exe().unwrap()).arg("--exact");
        for behaviour in BEHAVIOURS {
            command.arg(format!("shells::{shell}::{behaviour}"));
        }
        command.kill_on_drop(true);
        let output = within(shell, command.output()).await.unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout);
        let expected = format!("{} passed; 0 failed", BEHAVIOURS.len());
        assert!(stdout.contains(&expected), "{shell}: {stdout}");
        let calls = fs::read(&log).unwrap();
        let calls = String::from_utf8_lossy(&calls);
        let is_injected = |line: &&str| line.contains("EINTR") && line.ends_with("(INJECTED)");
        let n_injected = calls.lines().filter(is_injected).count();
        assert!(
            n_injected >= BEHAVIOURS.len(),
            "{shell}: {n_injected} calls were interrupted"
        );
    }
}

const CALLS: &str = "trace=recvfrom,sendto,recvmsg,sendmsg,readv,writev";

/// The second call of each kind and every third one after it, of each thread.
const INJECTION: &str = "inject=recvfrom,sendto,recvmsg,sendmsg,readv,writev:error=EINTR:when=2+3";

const BEHAVIOURS: [&str; 5] = [
    "closing::by_both_at_once_is_clean",
    "messages::are_echoed_with_their_kind",
    "messages::in_fragments_arrive_whole",
    "messages::of_the_largest_size_pass_both_ways",
    "opening::handler_sees_the_request",
];
