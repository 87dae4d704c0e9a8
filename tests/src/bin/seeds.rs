//! Writes the seeds of fuzz targets that the conformance cases give, to `fuzz/seeds`.
//!
//! `cargo run -p sockeye-tests --bin seeds`, after cases were added. Seeds that no case gives are
//! kept: they stand before the line [`MARK`]. Long cases are left out: libFuzzer makes them longer
//! by itself.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;

use sockeye_conformance::{Role, Scale, cases};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds");
    let [to_server, to_client] = [Role::Server, Role::Client].map(written);
    let frames = |written: &[Written]| -> Vec<Vec<u8>> {
        let frames = written.iter().filter(|it| !it.is_opening);
        frames.map(|it| it.bytes.clone()).collect()
    };
    let heads = |written: &[Written]| -> Vec<Vec<u8>> {
        let heads = written.iter().filter(|it| it.is_opening);
        heads.filter_map(|it| filled_in(&it.bytes)).collect()
    };
    let [for_server, for_client] = [&to_server, &to_client].map(|it| frames(it));
    let both = |start: fn(u8, &[u8]) -> Vec<u8>| {
        let of_server = for_server.iter().map(move |bytes| start(0, bytes));
        let of_client = for_client.iter().map(move |bytes| start(1, bytes));
        of_server.chain(of_client).collect::<Vec<_>>()
    };
    write(&folder.join("connection.txt"), both(fed))?;
    write(&folder.join("exchange.txt"), both(exchanged))?;
    let opened = |bytes: &Vec<u8>| [&[0, 0x0c, 7, 1], &bytes[..]].concat();
    let requests = heads(&to_server).iter().map(opened).collect();
    let responses = heads(&to_client).iter().map(opened).collect();
    write(&folder.join("request.txt"), requests)?;
    write(&folder.join("response.txt"), responses)
}

/// What a case writes.
struct Written {
    is_opening: bool,
    bytes: Vec<u8>,
}

fn written(role: Role) -> Vec<Written> {
    let cases = cases(role, Scale::Quick);
    let written = cases
        .iter()
        .filter(|case| !case.runs_alone())
        .map(|case| Written {
            is_opening: matches!(case.group(), "H"),
            bytes: case.script().bytes(),
        });
    written
        .filter(|it| !it.bytes.is_empty() && it.bytes.len() <= MAX_BYTES)
        .collect()
}

/// Frames as the target `connection` has them: settings, cuts, then calls that feed bytes.
fn fed(role: u8, frames: &[u8]) -> Vec<u8> {
    let mut seed = vec![role, 0, 1, 2, 3, 5];
    for piece in frames.chunks(255) {
        seed.extend([0, u8::try_from(piece.len()).expect("a piece is short")]);
        seed.extend_from_slice(piece);
    }
    seed.extend([5, 255]);
    seed
}

/// Frames as the target `exchange` has them.
fn exchanged(role: u8, frames: &[u8]) -> Vec<u8> {
    [&[role, 3], frames].concat()
}

/// A head without blanks; none where it has some that only a meeting of two can fill in.
fn filled_in(head: &[u8]) -> Option<Vec<u8>> {
    let mut rest = head;
    let mut filled = Vec::new();
    while let Some((&first, behind)) = rest.split_first() {
        match BLANKS
            .iter()
            .find(|(name, _)| rest.starts_with(name.as_bytes()))
        {
            Some((name, value)) => {
                filled.extend_from_slice(value);
                rest = &rest[name.len()..];
            }
            None if first == b'%' && behind.first().is_some_and(u8::is_ascii_uppercase) => {
                return None;
            }
            None => {
                filled.push(first);
                rest = behind;
            }
        }
    }
    Some(filled)
}

/// Writes seeds behind those that were written by hand.
fn write(path: &Path, seeds: Vec<Vec<u8>>) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let by_hand = text.split(MARK).next().unwrap_or_default();
    let seeds: BTreeSet<String> = seeds
        .iter()
        .map(|seed| format!("{}\n", seed.escape_ascii()))
        .collect();
    let seeds: String = seeds.into_iter().collect();
    fs::write(path, format!("{by_hand}{MARK}\n{seeds}"))?;
    Ok(())
}

/// What stands before the seeds made here.
const MARK: &str = "# From the conformance cases, by `cargo run -p sockeye-tests --bin seeds`:";

/// Values for the blanks: the sample nonce and its answer (RFC 6455 §1.3).
const BLANKS: [(&str, &[u8]); 5] = [
    ("%PATH%", b"/chat"),
    ("%HOST%", b"server.example.com"),
    ("%KEY%", b"dGhlIHNhbXBsZSBub25jZQ=="),
    ("%ACCEPT%", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ("%MESSAGE%", b"\x81\x00"),
];

/// Longest of a case's bytes.
const MAX_BYTES: usize = 400;
