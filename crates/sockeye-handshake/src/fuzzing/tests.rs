//! The bodies on the seeds in `fuzz/seeds`, and on changed ones.

use sockeye_frame::fuzzing::{parse_seeds, try_out};

use super::*;

#[test]
fn request_keeps_its_promises() {
    let seeds = parse_seeds(include_str!("../../../../fuzz/seeds/request.txt"));
    try_out(request, &seeds, 3_000);
}

#[test]
fn response_keeps_its_promises() {
    let seeds = parse_seeds(include_str!("../../../../fuzz/seeds/response.txt"));
    try_out(response, &seeds, 3_000);
}

#[test]
fn tunnel_keeps_its_promises() {
    let seeds = parse_seeds(include_str!("../../../../fuzz/seeds/tunnel.txt"));
    try_out(tunnel, &seeds, 3_000);
}

#[test]
fn address_keeps_its_promises() {
    let seeds = parse_seeds(include_str!("../../../../fuzz/seeds/address.txt"));
    try_out(address, &seeds, 10_000);
}
