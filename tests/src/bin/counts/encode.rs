//! Sending through `Connection`: from memory that the caller keeps, and from `Bytes`.
//!
//! Each pass queues its messages and takes them as written, in a buffer lent for the purpose, as a
//! driver does. Copying to a socket is not in it.

use std::hint::black_box;

use bytes::Bytes;
use sockeye_connection::{Connection, Message, MessageKind, Timestamp, Transmit};
use sockeye_frame::Role;

use crate::decode::connection;
use crate::frames;
use crate::subject::Subject;

pub(crate) fn subjects() -> Vec<Subject> {
    let sizes = [(20, 64), (1024, 16), (16 * 1024, 4)];
    let of_role = |role| {
        sizes.into_iter().flat_map(move |(len, n)| {
            [
                copies(role, len, n),
                // The same memory for each, so that a client cannot mask it where it is.
                shared(role, len, n),
            ]
        })
    };
    let mut subjects: Vec<_> = of_role(Role::Server).chain(of_role(Role::Client)).collect();
    subjects.push(owned(Role::Client, 16 * 1024, 4));
    subjects
}

fn copies(role: Role, len: usize, n_messages: usize) -> Subject {
    let payload = frames::ascii(len);
    subject("copy", role, len, n_messages, move |connection| {
        connection.send_copy(MessageKind::Binary, &payload, Timestamp::default())
    })
}

fn shared(role: Role, len: usize, n_messages: usize) -> Subject {
    let payload = Bytes::from(frames::ascii(len));
    subject("bytes", role, len, n_messages, move |connection| {
        connection.send(Message::Binary(payload.clone()), Timestamp::default())
    })
}

/// Memory that nobody else holds; its allocation and the copy into it are counted too.
fn owned(role: Role, len: usize, n_messages: usize) -> Subject {
    let payload = frames::ascii(len);
    subject("owned", role, len, n_messages, move |connection| {
        let payload = Bytes::copy_from_slice(&payload);
        connection.send(Message::Binary(payload), Timestamp::default())
    })
}

fn subject<E: std::fmt::Debug>(
    how: &str,
    role: Role,
    len: usize,
    n_messages: usize,
    send: impl Fn(&mut Connection) -> Result<(), E> + Clone + 'static,
) -> Subject {
    let sends = frames::word(role);
    let name = format!("encode-{how}-{sends}-{}", frames::size(len));
    Subject::new(name, n_messages, move || {
        let send = send.clone();
        let mut connection = connection(role);
        let mut buffer = None;
        move || {
            connection.lend_buffer(buffer.take().unwrap_or_default());
            for _ in 0..n_messages {
                send(&mut connection).expect("an open connection with room in its queue");
            }
            let n_written = write(&mut connection);
            assert!(n_written > n_messages * len, "headers were written too");
            buffer = connection.take_buffer();
        }
    })
}

/// Takes everything that is queued; gives the number of bytes.
pub(crate) fn write(connection: &mut Connection) -> usize {
    let mut n_written = 0;
    while let Transmit::Bytes(slices) = connection.transmit() {
        let n = slices.map(|slice| black_box(slice).len()).sum();
        connection.handle_transmitted(n, Timestamp::default());
        n_written += n;
    }
    n_written
}
