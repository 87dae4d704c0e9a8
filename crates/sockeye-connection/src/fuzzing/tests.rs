//! The body on the seeds in `fuzz/seeds`, and on changed ones.

use alloc::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::*;
use sockeye_extensions::Chain;
use sockeye_frame::fuzzing::{parse_seeds, try_out};
use sockeye_frame::{Opcode, Role};

use super::subject::Subject;
use super::*;
use crate::Config;
use crate::testing::frame;

#[test]
fn connection_keeps_its_promises() {
    let seeds = parse_seeds(include_str!("../../../../fuzz/seeds/connection.txt"));
    try_out(connection, &seeds, 5_000);
}

/// Feeds it to either role, whole and in pieces; feeding panics when it takes too many steps.
fn check_steps(make: impl Fn(Role) -> Vec<u8>) {
    for role in [Role::Client, Role::Server] {
        for cuts in [&[][..], &[1], &[2], &[1, 3, 14, 5]] {
            for piecewise in [false, true] {
                let config = Config::default();
                let mut subject = Subject::new(role, config, Chain::default(), cuts.to_vec());
                subject.connection.set_piecewise(piecewise);
                subject.feed(&make(role));
                subject.end();
            }
        }
    }
}

#[test]
fn seeds_take_at_most_four_steps_for_each_byte() {
    let seeds = parse_seeds(include_str!("../../../../fuzz/seeds/connection.txt"));
    for seed in seeds {
        check_steps(|_| seed.clone());
    }
}

proptest! {
    #[test]
    fn any_bytes_take_at_most_four_steps_each(bytes in vec(any::<u8>(), 0..500)) {
        check_steps(|_| bytes.clone());
    }
}

#[test]
fn the_smallest_frames_take_at_most_four_steps_for_each_byte() {
    let n = 2_000;
    for opcode in [Opcode::Text, Opcode::Ping] {
        for payload in [&b""[..], b"1"] {
            check_steps(|role| frame(role, true, opcode, payload).repeat(n));
        }
    }
    for payload in [&b""[..], b"1", b"22"] {
        check_steps(|role| {
            let mut bytes = frame(role, false, Opcode::Binary, payload);
            bytes.extend(frame(role, false, Opcode::Continuation, payload).repeat(n));
            bytes
        });
    }
}

/// A byte that comes alone may be a piece of its own: an event, and a call that finds no more.
#[test]
fn long_frames_take_at_most_four_steps_for_each_byte() {
    for len in [125, 126, 2_000, 70_000] {
        for opcode in [Opcode::Text, Opcode::Binary] {
            let payload = alloc::vec![b'a'; len];
            check_steps(|role| frame(role, true, opcode, &payload));
            check_steps(|role| {
                let mut part = frame(role, true, opcode, &payload);
                part.pop();
                part
            });
        }
    }
}
