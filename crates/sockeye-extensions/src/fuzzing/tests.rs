//! The bodies on the seeds in `fuzz/seeds`, and on changed ones.

use sockeye_frame::fuzzing::{parse_seeds, try_out};

use super::*;

#[test]
fn negotiation_keeps_its_promises() {
    let seeds = parse_seeds(include_str!("../../../../fuzz/seeds/negotiation.txt"));
    try_out(negotiation, &seeds, 400);
}

#[test]
fn inflate_keeps_its_promises() {
    let seeds = parse_seeds(include_str!("../../../../fuzz/seeds/inflate.txt"));
    try_out(inflate, &seeds, 20_000);
}
