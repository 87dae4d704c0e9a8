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
        let absent = ABSENT.iter().filter(move |(what, _)| has_word(text, what));
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
        .filter(|(_, line)| line.contains("extern crate std") && source.path != MAY_HAVE_STD);
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
    // The calls of this one have the driver's arguments in their signatures, and pass them on.
    let passes_on = in_crates(source, &["sockeye-blocking"]);
    let code = source.product_code();
    let findings = code.flat_map(|(line, text)| {
        let is_mentioned = move |name: &&str| match passes_on {
            true => text.contains(&format!("{name}::")),
            false => has_word(text, name),
        };
        let mentioned = ["Opcode", "CloseCode"].into_iter().filter(is_mentioned);
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

/// Behind the feature `deflate`, for states that wait on a thread: core has no thread locals.
const MAY_HAVE_STD: &str = "crates/sockeye-extensions/src/codec/pool.rs";

const SHELLS: [&str; 3] = ["sockeye-tokio", "sockeye-async-std", "sockeye-blocking"];

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
mod tests;
