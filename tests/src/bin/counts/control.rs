//! Control frames through `Connection` (RFC 6455 §5.5): a ping answered, and a ping of our own.
//!
//! A pass is one Ping and its Pong, with writing in it.

use std::hint::black_box;

use sockeye_connection::{Connection, Event, Input, Timestamp, Transmit};
use sockeye_frame::{Opcode, Role};

use crate::decode::connection;
use crate::encode::write;
use crate::frames;
use crate::subject::Subject;

pub(crate) fn subjects() -> Vec<Subject> {
    vec![
        Subject::new("control-ping-answered", 1, || {
            let wire = frames::messages(Role::Client, Opcode::Ping, &frames::ascii(8), 1);
            let mut read = vec![0; wire.len()];
            let mut server = connection(Role::Server);
            let mut buffer = None;
            move || {
                server.lend_buffer(buffer.take().unwrap_or_default());
                read.copy_from_slice(&wire);
                let mut input = Input::from(&mut read[..]);
                let ping = server.next_event(&mut input, Timestamp::default());
                assert!(matches!(black_box(ping), Some(Event::Ping(_))));
                let nothing = server.next_event(&mut input, Timestamp::default());
                assert!(nothing.is_none());
                assert_eq!(write(&mut server), 2 + 8, "a Pong");
                buffer = server.take_buffer();
            }
        }),
        Subject::new("control-ping-sent", 1, || {
            let mut client = connection(Role::Client);
            let mut server = connection(Role::Server);
            let mut wire = Vec::new();
            let mut buffers = (None, None);
            let now = Timestamp::default();
            move || {
                client.lend_buffer(buffers.0.take().unwrap_or_default());
                server.lend_buffer(buffers.1.take().unwrap_or_default());
                client.ping(now).expect("an open connection");
                write_to(&mut client, &mut wire);
                let ping = server.next_event(&mut Input::from(&mut wire[..]), now);
                assert!(matches!(black_box(ping), Some(Event::Ping(_))));
                write_to(&mut server, &mut wire);
                let pong = client.next_event(&mut Input::from(&mut wire[..]), now);
                assert!(matches!(
                    black_box(pong),
                    Some(Event::Pong { rtt: Some(_), .. })
                ));
                buffers = (client.take_buffer(), server.take_buffer());
            }
        }),
    ]
}

/// Takes everything that is queued into `wire`, which is emptied first.
fn write_to(connection: &mut Connection, wire: &mut Vec<u8>) {
    wire.clear();
    while let Transmit::Bytes(slices) = connection.transmit() {
        let n_before = wire.len();
        slices.for_each(|slice| wire.extend_from_slice(slice));
        connection.handle_transmitted(wire.len() - n_before, Timestamp::default());
    }
}
