//! How much memory a peer can make a connection hold, counted by the allocator.

use std::sync::Arc;

use peak_alloc::PeakAlloc;
use sockeye_connection::{
    Config, Connection, Event, Input, Message, MessageKind, Pair, PreparedMessage,
    ProtocolViolation, State, Timestamp, Transmit, WriteBuffer,
};
use sockeye_extensions::{Chain, DecodeError, EncodeError, Extension, FrameStart, FrameToSend};
use sockeye_frame::{FrameHeader, MaskKey, Opcode, Role, Rsv};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// One test, because the allocator counts for the whole process: a test beside it, or the harness
/// that starts it, would be counted too.
#[test]
fn connections_hold_no_more_than_they_may() {
    declared_lengths_allocate_nothing();
    pings_of_a_peer_that_never_reads_do_not_pile_up();
    unasked_pongs_leave_no_trace();
    fragments_cost_what_they_carry();
    a_long_message_takes_at_most_twice_its_size_while_it_grows();
    small_messages_that_are_kept_hold_no_read_buffer();
    an_echo_in_lent_memory_allocates_nothing();
    a_prepared_message_is_held_once_for_all();
    a_closed_connection_holds_only_its_outcome();
    an_idle_connection_holds_nothing_on_the_heap();
}

/// Bytes on the heap at most, while `work` runs, beyond what there is before.
fn peak_of<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let result = work();
    (ALLOCATOR.peak_usage().saturating_sub(before), result)
}

/// A server that queues into memory of its own, as a connection does that is lent no buffer.
fn server() -> Connection {
    Connection::new(
        Role::Server,
        Config::default(),
        Chain::default(),
        Pair::entropy(),
        Timestamp::default(),
    )
}

fn header(fin: bool, opcode: Opcode, payload_len: u64) -> Vec<u8> {
    let header = FrameHeader {
        fin,
        rsv: Rsv::NONE,
        opcode,
        mask: Some(MaskKey::from([0; 4])),
        payload_len,
    };
    header.encode().to_vec()
}

fn frame(fin: bool, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let mut frame = header(fin, opcode, payload.len() as u64);
    frame.extend_from_slice(payload);
    frame
}

/// Feeds bytes that may be changed, and gives the last event; the others are dropped.
fn feed(connection: &mut Connection, bytes: &mut [u8]) -> Option<Event<'static>> {
    let mut input = Input::from(bytes);
    let mut last = None;
    while let Some(event) = connection.next_event(&mut input, Timestamp::default()) {
        if !matches!(event, Event::Ping(_)) {
            last = Some(event.into_owned());
        }
    }
    last
}

fn declared_lengths_allocate_nothing() {
    for payload_len in [1 << 40, (1 << 63) - 1] {
        let mut connection = server();
        let mut bytes = header(true, Opcode::Binary, payload_len);
        let (peak, event) = peak_of(|| feed(&mut connection, &mut bytes));
        let violation = ProtocolViolation::MessageTooBig;
        assert_eq!(event, Some(Event::Violation(violation)));
        assert!(peak < 1024, "{peak} bytes");
    }
    // As much as is allowed is declared, and one byte sent.
    let mut connection = server();
    let mut bytes = header(true, Opcode::Binary, 2 << 20);
    bytes.push(0);
    let (peak, event) = peak_of(|| feed(&mut connection, &mut bytes));
    assert_eq!(event, None);
    assert!(peak <= 2 + 8192, "{peak} bytes");
}

fn pings_of_a_peer_that_never_reads_do_not_pile_up() {
    let mut connection = server();
    let mut pings = frame(true, Opcode::Ping, &[0; 125]).repeat(500);
    let n_rounds = (64 << 20) / pings.len();
    let (peak, ()) = peak_of(|| {
        for _ in 0..n_rounds {
            // A key of zeros leaves the bytes as they are, so they serve again.
            feed(&mut connection, &mut pings);
        }
    });
    assert_eq!(connection.state(), State::Open);
    assert!(peak < 16 * 1024, "{peak} bytes for 64 MiB of pings");
}

fn unasked_pongs_leave_no_trace() {
    let mut connection = server();
    let mut long = frame(true, Opcode::Pong, &[0; 125]).repeat(100);
    let mut short = frame(true, Opcode::Pong, b"x").repeat(1000);
    let (peak, ()) = peak_of(|| {
        for _ in 0..1000 {
            feed(&mut connection, &mut long);
        }
        // A million; ten million take ten seconds, and as little memory.
        for _ in 0..1000 {
            feed(&mut connection, &mut short);
        }
    });
    assert_eq!(connection.buffered_bytes(), 0);
    assert!(peak < 1024, "{peak} bytes");
}

fn fragments_cost_what_they_carry() {
    let mut connection = server();
    let mut start = frame(false, Opcode::Binary, b"");
    feed(&mut connection, &mut start);
    let mut empty = frame(false, Opcode::Continuation, b"").repeat(100);
    let (peak, last) = peak_of(|| {
        let mut last = None;
        for _ in 0..10_000 {
            let event = feed(&mut connection, &mut empty);
            last = last.or(event);
        }
        last
    });
    let violation = ProtocolViolation::TooManyFragments;
    assert_eq!(last, Some(Event::Violation(violation)));
    assert!(peak < 1024, "{peak} bytes for a million empty fragments");

    let mut connection = server();
    feed(&mut connection, &mut start);
    let mut one_byte = frame(false, Opcode::Continuation, b"x");
    let n_fragments = 8000;
    let (peak, ()) = peak_of(|| {
        for _ in 0..n_fragments {
            assert_eq!(feed(&mut connection, &mut one_byte), None);
        }
    });
    // The old and the new memory exist together while the buffer grows.
    assert!(peak <= 4 * n_fragments, "{peak} bytes");
    let held = ALLOCATOR.current_usage();
    connection.handle_disconnect();
    let held = held - ALLOCATOR.current_usage();
    assert!(held <= 2 * n_fragments + 1024, "{held} bytes held");
}

fn a_long_message_takes_at_most_twice_its_size_while_it_grows() {
    // Reads as those of a driver: the first with the header, the others into the lent end.
    const READ_BYTES: usize = 64 * 1024;
    for len in [1 << 20, (1 << 20) + 1, 1_500_000, 2 << 20] {
        let mut connection = server();
        let bytes = frame(true, Opcode::Binary, &vec![7; len]);
        let (first, mut rest) = bytes.split_at(READ_BYTES);
        let mut first = first.to_vec();
        let (peak, event) = peak_of(|| {
            let mut event = feed(&mut connection, &mut first);
            while !rest.is_empty() {
                assert_eq!(event, None);
                let n_read = match connection.message_tail() {
                    Some(mut tail) => {
                        let n = tail.max_bytes().min(READ_BYTES).min(rest.len());
                        tail.buffer().extend_from_slice(&rest[..n]);
                        n
                    }
                    None => 0,
                };
                rest = &rest[n_read..];
                event = if n_read > 0 {
                    feed(&mut connection, &mut [])
                } else {
                    let mut last = std::mem::take(&mut rest).to_vec();
                    feed(&mut connection, &mut last)
                };
            }
            event
        });
        let Some(Event::Message(message)) = event else {
            panic!("not a message: {event:?}");
        };
        assert_eq!(message.as_bytes().len(), len);
        // Doubled, it is as large as the message or goes on to grow: then both halves are there.
        let most = if len.is_power_of_two() {
            3 * len / 2
        } else {
            2 * len
        };
        assert!(peak <= most + 8192, "{peak} bytes for {len}");
    }
}

fn small_messages_that_are_kept_hold_no_read_buffer() {
    let mut connection = server();
    let mut burst = frame(true, Opcode::Text, b"ten bytes!").repeat(2000);
    let mut kept: Vec<Message> = Vec::with_capacity(20_000);
    let before = ALLOCATOR.current_usage();
    for _ in 0..10 {
        let mut input = Input::from(&mut burst[..]);
        while let Some(event) = connection.next_event(&mut input, Timestamp::default()) {
            let Event::Message(message) = event else {
                panic!("not a message: {event:?}");
            };
            kept.push(message.into_message());
        }
    }
    assert_eq!(kept.len(), 20_000);
    let held = ALLOCATOR.current_usage() - before;
    assert!(held < 4 * 200_000, "{held} bytes for 200 000");
}

fn an_echo_in_lent_memory_allocates_nothing() {
    let mut connection = server();
    let mut burst = frame(true, Opcode::Binary, &[7; 100]).repeat(500);
    connection.lend_buffer(WriteBuffer::with_capacity(64 * 1024));
    let now = Timestamp::default();
    let (peak, n_echoed) = peak_of(|| {
        let mut n_echoed = 0;
        for _ in 0..20 {
            let mut input = Input::from(&mut burst[..]);
            while let Some(event) = connection.next_event(&mut input, now) {
                let Event::Message(message) = event else {
                    panic!("not a message: {event:?}");
                };
                let kind = MessageKind::Binary;
                let sent = connection.send_copy(kind, message.as_bytes(), now);
                assert_eq!(sent, Ok(()));
                n_echoed += 1;
            }
            let Transmit::Bytes(slices) = connection.transmit() else {
                panic!("nothing to send");
            };
            let n = slices.map(<[u8]>::len).sum();
            connection.handle_transmitted(n, now);
        }
        n_echoed
    });
    assert_eq!(n_echoed, 10_000);
    assert_eq!(peak, 0);
    let buffer = connection.take_buffer().expect("the lent one");
    assert_eq!(buffer.capacity(), 64 * 1024);
}

/// A hundred connections that do not read hold one frame together, encoded or not.
fn a_prepared_message_is_held_once_for_all() {
    const LEN: usize = 100_000;
    for is_encoded in [false, true] {
        let mut connections: Vec<_> = (0..100)
            .map(|_| {
                let mut extensions = Chain::default();
                if is_encoded {
                    extensions.push(Box::new(Copying)).expect("the only one");
                }
                let (config, now) = (Config::default(), Timestamp::default());
                Connection::new(Role::Server, config, extensions, Pair::entropy(), now)
            })
            .collect();
        let prepared = PreparedMessage::new(vec![7; LEN]);
        let before = ALLOCATOR.current_usage();
        for connection in &mut connections {
            let sent = connection.send_prepared(&prepared, Timestamp::default());
            sent.expect("open");
        }
        let held = ALLOCATOR.current_usage() - before;
        // The frame, and for each connection the list that the reference to it is in.
        assert!(held <= LEN + 100 * 512, "{held} bytes held");
    }
}

/// An extension that claims to encode and copies.
#[derive(Debug)]
struct Copying;

impl Extension for Copying {
    fn name(&self) -> &str {
        "x-copying"
    }

    fn rsv(&self) -> Rsv {
        Rsv::RSV1
    }

    fn begin_frame(&mut self, _: &FrameStart) -> Result<bool, DecodeError> {
        Ok(false)
    }

    fn decode(&mut self, _: &[u8], _: bool, _: usize, _: &mut Vec<u8>) -> Result<(), DecodeError> {
        Err(DecodeError::InvalidData)
    }

    fn encode(
        &mut self,
        _: &FrameToSend,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        out.extend_from_slice(payload);
        Ok(Some(Rsv::RSV1))
    }

    fn alone_key(&self) -> Option<u64> {
        Some(0)
    }
}

/// All that a connection can hold at once, and then its end: only how it ended is kept.
fn a_closed_connection_holds_only_its_outcome() {
    let now = Timestamp::default();
    let mut connection = server();
    let before = ALLOCATOR.current_usage();
    connection.ping(now).expect("open");
    connection.send(vec![0; 100_000].into(), now).expect("open");
    feed(&mut connection, &mut frame(true, Opcode::Ping, &[0; 125]));
    let mut partial = frame(false, Opcode::Binary, &[0; 100_000]);
    partial.extend_from_slice(&header(true, Opcode::Ping, 125));
    partial.extend_from_slice(&[0; 100]);
    feed(&mut connection, &mut partial);
    drop(partial);
    assert!(ALLOCATOR.current_usage() - before > 200_000);
    connection.handle_disconnect();
    let held = ALLOCATOR.current_usage() - before;
    assert!(held <= 128, "{held} bytes held");
}

fn an_idle_connection_holds_nothing_on_the_heap() {
    let config = Arc::new(Config::default());
    let before = ALLOCATOR.current_usage();
    let mut connection = Connection::new(
        Role::Server,
        Arc::clone(&config),
        Chain::default(),
        // A closure without captured state, as a real source of entropy is, costs nothing.
        Box::new(|bytes| bytes.fill(7)),
        Timestamp::default(),
    );
    let now = Timestamp::default();
    connection.lend_buffer(WriteBuffer::with_capacity(4096));
    let mut bytes = frame(true, Opcode::Text, &[b'x'; 1024]);
    let (start, rest) = bytes.split_at_mut(100);
    feed(&mut connection, start);
    let event = feed(&mut connection, rest);
    let Some(Event::Message(message)) = event else {
        panic!("not a message: {event:?}");
    };
    connection.send(message.into_message(), now).expect("open");
    connection.ping(now).expect("open");
    let mut ping = Vec::new();
    if let Transmit::Bytes(slices) = connection.transmit() {
        slices.for_each(|slice| ping.extend_from_slice(slice));
    }
    connection.handle_transmitted(ping.len(), now);
    let (_, nonce) = ping.split_at(ping.len() - 8);
    feed(&mut connection, &mut frame(true, Opcode::Pong, nonce));
    assert!(connection.stats().rtt.is_some());
    drop(connection.take_buffer());
    drop((ping, bytes));
    assert_eq!(ALLOCATOR.current_usage(), before);
}
