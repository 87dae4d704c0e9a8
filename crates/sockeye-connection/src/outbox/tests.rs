//! The queue of bytes against a plain vector, and what it costs.

use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;

fn contents(outbox: &Outbox) -> Vec<u8> {
    let slices: Vec<_> = outbox.slices().collect();
    assert!(slices.iter().all(|slice| !slice.is_empty()));
    slices.concat()
}

fn append(outbox: &mut Outbox, bytes: &[u8]) {
    outbox.append(bytes.len()).extend_from_slice(bytes);
}

#[test]
fn spliced_payloads_stay_where_they_belong() {
    let mut outbox = Outbox::default();
    outbox.splice(Payload::Own(Bytes::from_static(b"first")));
    append(&mut outbox, b"ab");
    outbox.splice(Payload::Own(Bytes::from_static(b"<one>")));
    outbox.splice(Payload::Own(Bytes::from_static(b"<two>")));
    outbox.splice(Payload::Own(Bytes::new()));
    append(&mut outbox, b"cd");
    assert_eq!(outbox.len(), 19);
    let slices: Vec<_> = outbox.slices().collect();
    let expected: [&[u8]; 5] = [b"first", b"ab", b"<one>", b"<two>", b"cd"];
    assert_eq!(slices, expected);
    assert_eq!(outbox.advance(8), 8);
    let slices: Vec<_> = outbox.slices().collect();
    let expected: [&[u8]; 3] = [b"one>", b"<two>", b"cd"];
    assert_eq!(slices, expected);
    assert_eq!(outbox.advance(100), 11, "no more than there is");
    assert!(outbox.is_empty());
    assert_eq!(outbox.slices().next(), None);
    assert!(
        outbox.memory.splices.is_empty(),
        "nothing is held for later"
    );
}

#[test]
fn buffer_is_lent_and_taken_back() {
    let mut outbox = Outbox::default();
    assert!(outbox.take().is_none());
    outbox.lend(WriteBuffer::with_capacity(1000));
    append(&mut outbox, b"abc");
    assert!(outbox.take().is_none(), "something is queued");
    outbox.lend(WriteBuffer::with_capacity(5000));
    assert_eq!(contents(&outbox), b"abc");
    outbox.advance(3);
    outbox.lend(WriteBuffer::with_capacity(10));
    let buffer = outbox.take().expect("all has left");
    assert!(buffer.laid_out.is_empty() && buffer.capacity() >= 1000);
    let place = buffer.laid_out.as_ptr();
    outbox.lend(buffer);
    outbox.lend(WriteBuffer::with_capacity(1000));
    let buffer = outbox.take().expect("the first one");
    assert_eq!(buffer.laid_out.as_ptr(), place, "one as large is dropped");
    assert!(outbox.take().is_none());
}

/// Whoever keeps buffers for later can see all that one holds, and does not get a payload with it.
#[test]
fn capacity_counts_the_list_of_payloads_too() {
    let mut outbox = Outbox::default();
    outbox.lend(WriteBuffer::with_capacity(100));
    let shared = Bytes::from(vec![7; 10]);
    for _ in 0..1000 {
        append(&mut outbox, b"-");
        outbox.splice(Payload::Own(shared.clone()));
    }
    assert!(outbox.take().is_none(), "something is queued");
    assert_eq!(outbox.advance(usize::MAX), 11_000);
    let buffer = outbox.take().expect("all has left");
    let capacity = buffer.capacity();
    assert!(capacity >= 1000 + 1000 * size_of::<Splice>(), "{capacity}");
    assert!(shared.try_into_mut().is_ok(), "nobody else has it");

    let mut other = Outbox::default();
    other.lend(buffer);
    other.lend(WriteBuffer::with_capacity(1000));
    assert_eq!(other.memory.capacity(), capacity, "the larger one is kept");
    append(&mut other, b"other");
    assert_eq!(contents(&other), b"other");
}

#[test]
fn a_payload_without_bytes_holds_back_what_is_behind_it() {
    let lent = Bytes::from(b"0123456789".to_vec());
    let mut outbox = Outbox::default();
    append(&mut outbox, b"ab");
    outbox.splice(Payload::Place(2..5));
    append(&mut outbox, b"cd");
    outbox.splice(Payload::Place(7..9));
    assert_eq!(outbox.len(), 9);
    assert_eq!(contents(&outbox), b"ab");
    assert!(outbox.has_output());
    assert_eq!(outbox.advance(100), 2, "no more than was given");
    assert!(!outbox.has_output() && !outbox.is_empty());
    outbox.settle(&lent);
    assert_eq!(contents(&outbox), b"234cd78");
    outbox.advance(1);
    outbox.keep_lent();
    assert!(lent.try_into_mut().is_ok(), "nothing else has it");
    assert_eq!(contents(&outbox), b"34cd78");
}

#[test]
fn nothing_is_moved_where_there_is_room() {
    let mut outbox = Outbox::default();
    append(&mut outbox, &[1; 10]);
    outbox.advance(9);
    let memory = &mut outbox.memory.laid_out;
    let room = memory.capacity() - memory.len();
    append(&mut outbox, &vec![2; room]);
    assert_eq!(outbox.n_left, 9);
    append(&mut outbox, &[3]);
    assert_eq!(outbox.n_left, 0, "there was none left");
}

#[test]
fn there_is_as_much_room_as_was_asked_for() {
    let mut outbox = Outbox::default();
    for additional in [1, 7, 8, 9, 100, 10_000] {
        let memory = outbox.append(additional);
        let room = memory.capacity() - memory.len();
        assert!(room >= additional, "{room} bytes for {additional}");
        memory.push(0);
    }
}

/// A peer that takes little at a time, while as much is queued again, costs constant memory.
#[test]
fn memory_of_bytes_that_have_left_is_used_again() {
    let mut outbox = Outbox::default();
    append(&mut outbox, &[0; 1000]);
    for _ in 0..100_000 {
        append(&mut outbox, &[0; 10]);
        assert_eq!(outbox.advance(10), 10);
    }
    assert_eq!(outbox.len(), 1000);
    assert!(outbox.memory.laid_out.capacity() <= 4096);
}

/// Taking off the front moves nothing, so a large queue leaves byte by byte in linear time.
#[test]
fn one_byte_writes_move_no_memory() {
    let mut outbox = Outbox::default();
    let n = 1 << 20;
    append(&mut outbox, &vec![7; n]);
    let start = outbox.memory.laid_out.as_ptr();
    for left in 1..n {
        outbox.advance(1);
        assert_eq!(outbox.n_left, left);
    }
    assert_eq!(outbox.memory.laid_out.as_ptr(), start);
    assert_eq!(outbox.memory.laid_out.len(), n);
    assert_eq!(outbox.advance(1), 1);
    assert!(outbox.is_empty());
}

#[derive(Clone, Debug)]
enum Step {
    Append(Vec<u8>),
    Splice(Vec<u8>),
    /// Of the lent buffer, from here and so many.
    Lent(usize, usize),
    Keep,
    Advance(usize),
    Lend(usize),
    Take,
}

/// What is lent, again and again.
const LENT: [u8; 60] = {
    let mut bytes = [0; 60];
    let mut i = 0;
    while i < bytes.len() {
        bytes[i] = 100 + i as u8;
        i += 1;
    }
    bytes
};

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => prop::collection::vec(any::<u8>(), 0..40).prop_map(Step::Append),
        2 => prop::collection::vec(any::<u8>(), 0..40).prop_map(Step::Splice),
        2 => (0..LENT.len(), 0_usize..40).prop_map(|(start, len)| Step::Lent(start, len)),
        1 => Just(Step::Keep),
        4 => (0_usize..60).prop_map(Step::Advance),
        1 => (0_usize..100).prop_map(Step::Lend),
        1 => Just(Step::Take),
    ]
}

proptest! {
    #[test]
    fn behaves_as_one_queue_of_bytes(steps in prop::collection::vec(step(), 0..80)) {
        let mut outbox = Outbox::default();
        let mut model: Vec<u8> = Vec::new();
        let mut lent = Bytes::from(LENT.to_vec());
        for step in steps {
            match step {
                Step::Append(bytes) => {
                    append(&mut outbox, &bytes);
                    model.extend(bytes);
                }
                Step::Splice(bytes) => {
                    outbox.splice(Payload::Own(Bytes::copy_from_slice(&bytes)));
                    model.extend(bytes);
                }
                Step::Advance(n) => {
                    let n_left = n.min(model.len());
                    prop_assert_eq!(outbox.advance(n), n_left);
                    model.drain(..n_left);
                }
                Step::Lent(start, len) => {
                    let place = start..(start + len).min(LENT.len());
                    model.extend(&LENT[place.clone()]);
                    outbox.splice(Payload::Place(place));
                    outbox.settle(&lent);
                }
                Step::Keep => {
                    outbox.keep_lent();
                    let buffer = lent.try_into_mut().expect("nothing of it is shared");
                    lent = buffer.freeze();
                }
                Step::Lend(capacity) => outbox.lend(WriteBuffer::with_capacity(capacity)),
                Step::Take => {
                    let taken = outbox.take();
                    prop_assert!(taken.is_none() || model.is_empty());
                }
            }
            prop_assert_eq!(outbox.len(), model.len());
            prop_assert_eq!(outbox.has_output(), !model.is_empty());
            prop_assert_eq!(contents(&outbox), &model[..]);
        }
    }
}
