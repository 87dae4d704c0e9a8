//! A message put together from fragments (RFC 6455 §5.4): 64 KiB in frames of 1 KiB.
//!
//! All in one read, binary and text. The message is taken as the connection made it.

use std::hint::black_box;

use sockeye_connection::{Event, Input, Timestamp};
use sockeye_frame::{Opcode, Role};

use crate::decode::connection;
use crate::frames;
use crate::subject::Subject;

pub(crate) fn subjects() -> Vec<Subject> {
    vec![
        reassemble("fragments-binary-64x1k", Opcode::Binary),
        reassemble("fragments-text-64x1k", Opcode::Text),
    ]
}

fn reassemble(name: &str, opcode: Opcode) -> Subject {
    Subject::new(name, 1, move || {
        let payload = frames::ascii(64 * 1024);
        let wire = frames::frames(Role::Client, opcode, payload.chunks(1024));
        let read = frames::aligned(&wire);
        let mut server = connection(Role::Server);
        move || {
            read.copy_from_slice(&wire);
            let mut input = Input::from(&mut *read);
            match server.next_event(&mut input, Timestamp::default()) {
                Some(Event::Message(message)) => {
                    assert_eq!(black_box(message.as_bytes()).len(), payload.len());
                }
                event => panic!("not a message: {event:?}"),
            }
            let nothing = server.next_event(&mut input, Timestamp::default());
            assert!(nothing.is_none());
        }
    })
}
