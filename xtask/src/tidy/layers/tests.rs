//! A good and a bad snippet for each rule on layers.

use super::*;

#[track_caller]
fn check(rule: fn(&Source) -> Vec<Finding>, path: &str, text: &str, n_findings: usize) {
    let findings = rule(&Source::new(path, text));
    assert_eq!(findings.len(), n_findings, "{path}: {text}: {findings:?}");
}

#[test]
fn sockets_and_clocks_stay_above() {
    let core = "crates/sockeye-handshake/src/a.rs";
    for bad in [
        "use std::net::TcpStream;",
        "Instant::now()",
        "async fn a() {}",
    ] {
        check(check_absences, core, bad, 1);
        check(check_absences, "crates/sockeye-driver/src/a.rs", bad, 0);
    }
    check(
        check_absences,
        core,
        "use std::time::Duration; // no Instant",
        0,
    );
    check(check_absences, core, "std::thread::spawn(run)", 1);
    check(check_absences, core, "std::thread_local! {}", 0);
    check(
        check_absences,
        core,
        "#[cfg(test)]\nmod tests { use std::net::TcpStream; }",
        0,
    );
}

#[test]
fn the_core_is_no_std() {
    let root = "crates/sockeye-frame/src/lib.rs";
    check(
        check_no_std,
        root,
        "//! A.\n#![no_std]\nextern crate alloc;",
        0,
    );
    check(
        check_no_std,
        root,
        "//! A.\n#![cfg_attr(not(test), no_std)]",
        1,
    );
    check(
        check_no_std,
        root,
        "//! A.\n#![no_std]\nextern crate std;",
        1,
    );
    check(
        check_no_std,
        root,
        "//! A.\n#![no_std]\n#[cfg(test)]\nextern crate std;",
        0,
    );
    check(check_no_std, MAY_HAVE_STD, "//! A.\nextern crate std;", 0);
    check(
        check_no_std,
        "crates/sockeye-handshake/src/lib.rs",
        "//! A.",
        0,
    );
}

#[test]
fn shells_leave_decisions_to_the_driver() {
    let shell = "crates/sockeye-tokio/src/server.rs";
    check(
        check_shells,
        shell,
        "use sockeye_frame::{CloseCode, Opcode};",
        2,
    );
    check(
        check_shells,
        shell,
        "/// Sends [`CloseCode`].\nfn closes() {}",
        0,
    );
    check(
        check_shells,
        "crates/sockeye/src/lib.rs",
        "pub use sockeye_frame::CloseCode;",
        0,
    );
}

#[test]
fn unsafe_has_one_place() {
    check(
        check_unsafe,
        "crates/sockeye-frame/src/mask.rs",
        "unsafe { a() }",
        0,
    );
    check(
        check_unsafe,
        "crates/sockeye-frame/src/mask/tests.rs",
        "unsafe { a() }",
        1,
    );
    check(check_unsafe, "xtask/src/main.rs", "unsafe { a() }", 1);
    check(
        check_unsafe,
        "xtask/src/main.rs",
        "#![forbid(unsafe_code)] // unsafe",
        0,
    );
}
