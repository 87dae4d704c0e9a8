//! The body on the seeds in `fuzz/seeds`, and on changed ones.

use sockeye_frame::fuzzing::{parse_seeds, try_out};

use super::*;

#[test]
fn connection_keeps_its_promises() {
    let seeds = parse_seeds(include_str!("../../../../fuzz/seeds/connection.txt"));
    try_out(connection, &seeds, 5_000);
}
