//! Receiving through `Connection::next_event`: messages of one frame, handed out borrowed.
//!
//! Each pass copies its messages into the input first, as a read from a socket does: unmasking
//! changes them where they are. Replies are not in it.

use std::hint::black_box;

use sockeye_connection::{Config, Connection, Event, Input, Pair, Timestamp};
use sockeye_extensions::Chain;
use sockeye_frame::{Opcode, Role};

use crate::frames;
use crate::subject::Subject;

pub(crate) fn subjects() -> Vec<Subject> {
    let server = |opcode, len, n| decode(Role::Server, opcode, frames::ascii(len), n);
    vec![
        server(Opcode::Binary, 20, 64),
        server(Opcode::Binary, 1024, 16),
        server(Opcode::Binary, 16 * 1024, 4),
        server(Opcode::Text, 120, 32),
        decode(Role::Client, Opcode::Binary, frames::ascii(20), 64),
        decode(Role::Client, Opcode::Binary, frames::ascii(1024), 16),
    ]
}

/// An open connection that has its entropy and its time from nowhere.
pub(crate) fn connection(role: Role) -> Connection {
    let now = Timestamp::default();
    Connection::new(
        role,
        Config::default(),
        Chain::default(),
        Pair::entropy(),
        now,
    )
}

fn decode(receiver: Role, opcode: Opcode, payload: Vec<u8>, n_messages: usize) -> Subject {
    let sender = match receiver {
        Role::Client => Role::Server,
        Role::Server => Role::Client,
    };
    let (receives, kind) = (frames::word(receiver), frames::word(opcode));
    let name = format!("decode-{receives}-{kind}-{}", frames::size(payload.len()));
    Subject::new(name, n_messages, move || {
        let wire = frames::messages(sender, opcode, &payload, n_messages);
        let read = frames::aligned(&wire);
        let mut connection = connection(receiver);
        move || {
            read.copy_from_slice(&wire);
            let mut input = Input::from(&mut *read);
            let mut n_received = 0;
            while let Some(event) = connection.next_event(&mut input, Timestamp::default()) {
                let Event::Message(message) = event else {
                    panic!("not a message: {event:?}");
                };
                black_box(message.as_bytes());
                n_received += 1;
            }
            assert_eq!(n_received, n_messages);
        }
    })
}
