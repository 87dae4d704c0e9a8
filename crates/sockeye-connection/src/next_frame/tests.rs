//! What comes next, behind frames and messages and in the middle of them.

use alloc::vec::Vec;

use sockeye_frame::{CloseCode, Opcode, Role};

use super::NextFrame::{Data, Incomplete};
use crate::testing::{Probe, frame, piece};
use crate::{MessageKind, NextFrame};

const TO: Role = Role::Client;

#[track_caller]
fn check(probe: &Probe, bytes: &[u8], expected: NextFrame) {
    assert_eq!(probe.connection.next_frame(bytes), expected, "{bytes:02x?}");
}

fn control(len: usize) -> NextFrame {
    NextFrame::Control { len }
}

fn ping() -> Vec<u8> {
    frame(TO, true, Opcode::Ping, &[7; 125])
}

fn beginning() -> Vec<u8> {
    frame(TO, false, Opcode::Text, b"abc")
}

#[test]
fn a_control_frame_is_told_by_its_length_once_it_is_whole() {
    let probe = Probe::new(TO);
    let ping = ping();
    check(&probe, &ping, control(127));
    check(&probe, &[&ping[..], &beginning()].concat(), control(127));
    for len in [0, 1, 2, 126] {
        check(&probe, &ping[..len], Incomplete);
    }
    check(&probe, &[0x8a, 0], control(2));
    // With a mask, which is a violation here; and one that is longer than any may be.
    check(&probe, &[0x89, 0x81, 0, 0, 0, 0, 7], control(7));
    check(&probe, &[0x89, 126], control(2));
    check(&probe, &[0x89, 255, 0], control(2));
}

#[test]
fn a_data_frame_is_told_by_its_first_byte() {
    let mut probe = Probe::new(TO);
    for opcode in [Opcode::Text, Opcode::Binary, Opcode::Continuation] {
        check(&probe, &frame(TO, true, opcode, b"")[..1], Data);
    }
    probe.feed(&beginning()[..1]);
    for bytes in [&beginning()[1..], &ping(), &[]] {
        check(&probe, bytes, Data);
    }
}

#[test]
fn nothing_within_a_message_is_told_apart() {
    let mut probe = Probe::new(TO);
    probe.feed(&beginning());
    check(&probe, &ping(), Data);
    check(&probe, &[], Data);
    probe.feed(&ping()[..50]);
    check(&probe, &ping()[50..], Data);
    probe.feed(&ping()[50..]);
    probe.feed(&[0x80, 0]);
    check(&probe, &ping(), control(127));
}

#[test]
fn the_rest_of_a_control_frame_is_told_wherever_it_was_cut() {
    for to in [Role::Client, Role::Server] {
        let ping = frame(to, true, Opcode::Ping, &[7; 125]);
        for taken in 0..ping.len() {
            let mut probe = Probe::new(to);
            probe.feed(&ping[..taken]);
            let rest = &ping[taken..];
            check(&probe, rest, control(rest.len()));
            check(&probe, &[rest, &beginning()].concat(), control(rest.len()));
            check(&probe, &rest[..rest.len() - 1], Incomplete);
            assert_eq!(probe.feed(rest), [crate::testing::ping(&[7; 125])]);
            check(&probe, &beginning(), Data);
        }
    }
    // Of one that is too long the first two bytes are all there is to know.
    let mut probe = Probe::new(TO);
    probe.feed(&[0x89]);
    check(&probe, &[126], control(1));
}

#[test]
fn a_message_in_pieces_is_one_too() {
    let mut probe = Probe::new(TO);
    probe.connection.set_piecewise(true);
    let first = piece(MessageKind::Text, b"abc", true, false);
    assert_eq!(probe.feed(&beginning()), [first]);
    check(&probe, &ping(), Data);
}

#[test]
fn nothing_comes_behind_the_end() {
    let mut probe = Probe::new(TO);
    probe.feed(&frame(TO, true, Opcode::Close, &1000_u16.to_be_bytes()));
    check(&probe, &ping(), Incomplete);

    // Behind our own Close the peer's is still to come.
    let mut probe = Probe::new(TO);
    let code = CloseCode::GoingAway.into();
    probe.connection.close(code, probe.now).unwrap();
    check(&probe, &ping(), control(127));
}
