//! Rules on what a layer may know: the absences below the driver, `no_std`, shells, `unsafe`.
//!
//! Which crate may depend on which is in `dependencies`.

use super::finding::Finding;
use super::source::{Source, has_word};

/// Below the driver: no socket, clock, entropy, thread, and no async. They come in as arguments.
pub(super) fn check_absences(source: &Source) -> Vec<Finding> {
    if !in_crates(source, &BELOW_DRIVER) {
        return Vec::new();
    }
    let code = source.product_code();
    let findings = code.flat_map(|(line, text)| {
        let absent = ABSENT
            .iter()
            .filter(move |(what, _)| match what.contains("::") {
                true => text.contains(what),
                false => has_word(text, what),
            });
        absent.map(move |(what, instead)| {
            let message = format!("no `{what}` below the driver: {instead}");
            Finding::at(&source.path, line, message)
        })
    });
    findings.collect()
}

/// Three crates prove those absences by being `no_std`.
pub(super) fn check_no_std(source: &Source) -> Vec<Finding> {
    if !in_crates(source, &NO_STD) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let is_root = source.path.ends_with("/src/lib.rs");
    if is_root
        && !source
            .attributes()
            .iter()
            .any(|(_, attribute)| attribute == "no_std")
    {
        findings.push(Finding::in_file(
            &source.path,
            "add `#![no_std]`: it proves that no I/O happens here",
        ));
    }
    let imports = source
        .product_code()
        .filter(|(_, line)| line.contains("extern crate std"));
    findings.extend(imports.map(|(line, _)| {
        Finding::at(
            &source.path,
            line,
            "no `extern crate std`: this crate is `no_std` for good",
        )
    }));
    findings
}

/// Shells take no protocol decisions: those are written once, in the driver.
pub(super) fn check_shells(source: &Source) -> Vec<Finding> {
    if !in_crates(source, &SHELLS) {
        return Vec::new();
    }
    let code = source.product_code();
    let findings = code.flat_map(|(line, text)| {
        let mentioned = ["Opcode", "CloseCode"]
            .into_iter()
            .filter(|name| has_word(text, name));
        mentioned.map(move |name| {
            let message =
                format!("no `{name}` in a shell: let the driver decide, the facade re-export");
            Finding::at(&source.path, line, message)
        })
    });
    findings.collect()
}

/// `unsafe` may stand in one file, so that one file needs the audit.
pub(super) fn check_unsafe(source: &Source) -> Vec<Finding> {
    if source.path == MAY_BE_UNSAFE {
        return Vec::new();
    }
    let code = source.code().filter(|(_, line)| has_word(line, "unsafe"));
    let message = format!("no `unsafe` outside {MAY_BE_UNSAFE}");
    code.map(|(line, _)| Finding::at(&source.path, line, &message))
        .collect()
}

fn in_crates(source: &Source, names: &[&str]) -> bool {
    let name = source
        .path
        .strip_prefix("crates/")
        .and_then(|rest| rest.split_once("/src/"));
    name.is_some_and(|(name, _)| names.contains(&name))
}

const BELOW_DRIVER: [&str; 4] = [
    "sockeye-frame",
    "sockeye-extensions",
    "sockeye-handshake",
    "sockeye-connection",
];

const NO_STD: [&str; 3] = ["sockeye-frame", "sockeye-extensions", "sockeye-connection"];

const SHELLS: [&str; 2] = ["sockeye-tokio", "sockeye-async-std"];

const MAY_BE_UNSAFE: &str = "crates/sockeye-frame/src/mask.rs";

/// What must not be named below the driver, and what to do instead.
const ABSENT: [(&str, &str); 13] = [
    ("TcpListener", "the caller moves the bytes"),
    ("TcpStream", "the caller moves the bytes"),
    ("UdpSocket", "the caller moves the bytes"),
    ("ToSocketAddrs", "the caller looks names up"),
    ("std::io", "the caller moves the bytes"),
    ("std::fs", "the caller moves the bytes"),
    ("std::thread", "the caller decides what runs where"),
    ("std::env", "settings are arguments"),
    ("Instant", "time is an argument"),
    ("SystemTime", "time is an argument"),
    ("getrandom", "randomness is an argument"),
    ("async", "async begins in the driver"),
    ("await", "async begins in the driver"),
];

#[cfg(test)]
mod tests {
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
}
