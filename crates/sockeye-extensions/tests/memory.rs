//! How much memory compression takes, counted by the allocator.

use peak_alloc::PeakAlloc;
use sockeye_extensions::{
    Chain, ClientExtension, Compress, DecodeError, FrameStart, FrameToSend, PermessageDeflate,
    ServerExtension, WindowBits,
};
use sockeye_frame::{Opcode, Rsv};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// One test, because the allocator counts for the whole process: a test beside it, or the harness
/// that starts it, would be counted too.
#[test]
fn compression_holds_no_more_than_it_may() {
    unused_it_holds_nothing();
    without_takeover_it_holds_nothing_between_messages();
    with_takeover_a_connection_holds_one_state_each_way();
    each_window_takes_what_the_documents_say();
    no_message_leaves_anything_behind();
    a_bomb_takes_its_limit_and_no_more();
    the_end_of_a_message_is_kept_in_no_more_than_64_kib();
}

/// What the harness may allocate meanwhile, in its own thread; a state takes ten times as much.
const HARNESS_BYTES: usize = 4096;

fn deflate() -> PermessageDeflate {
    PermessageDeflate::default().compress(Compress::Always)
}

/// A client and a server that have agreed.
fn peers(config: PermessageDeflate) -> [Chain; 2] {
    let (mut client, mut server) = (Chain::default(), Chain::default());
    let (answer, extension) = config.negotiate(&config.offers()[0]).unwrap();
    server.push(extension).unwrap();
    client.push(config.accept(&answer).unwrap()).unwrap();
    [client, server]
}

const TO_SEND: FrameToSend = FrameToSend {
    opcode: Opcode::Binary,
    first: true,
    fin: true,
    compress: Compress::Always,
    alone: false,
};

const RECEIVED: FrameStart = FrameStart {
    opcode: Opcode::Binary,
    first: true,
    fin: true,
    rsv: Rsv::RSV1,
};

fn compressed(from: &mut Chain, payload: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    let rsv = from.encode(&TO_SEND, payload, &mut wire).unwrap();
    assert_eq!(rsv, Some(Rsv::RSV1));
    wire
}

fn exchange([from, to]: &mut [Chain; 2], payload: &[u8]) {
    let wire = compressed(from, payload);
    let mut received = Vec::new();
    assert_eq!(to.begin_frame(&RECEIVED), Ok(true));
    to.decode(&wire, true, payload.len(), &mut received)
        .unwrap();
    assert_eq!(received, payload);
}

/// Bytes on the heap at the end, and at most in between, beyond what there was before.
fn grown(work: impl FnOnce()) -> [usize; 2] {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    work();
    [ALLOCATOR.current_usage(), ALLOCATOR.peak_usage()].map(|usage| usage.saturating_sub(before))
}

fn unused_it_holds_nothing() {
    let mut both = None;
    let [held, _] = grown(|| both = Some(peers(deflate().context_takeover())));
    assert!(held < 2 * 700, "{held} bytes for two");
}

fn without_takeover_it_holds_nothing_between_messages() {
    let mut many: Vec<_> = (0..100).map(|_| peers(deflate())).collect();
    let [held, most] = grown(|| {
        for both in &mut many {
            exchange(both, &[b'a'; 1000]);
        }
    });
    // What is left is the thread's.
    assert!(held < 500 * 1024, "{held} bytes for a hundred");
    assert!(most < 500 * 1024, "{most} bytes for a hundred");
}

fn with_takeover_a_connection_holds_one_state_each_way() {
    let mut both = peers(deflate().context_takeover());
    // What waits on the thread is taken first: it is not counted.
    let mut other = peers(deflate().context_takeover());
    exchange(&mut other, &[b'a'; 1000]);
    let [held, _] = grown(|| exchange(&mut both, &[b'a'; 1000]));
    assert!((300 * 1024..500 * 1024).contains(&held), "{held} bytes");
    let [held, _] = grown(|| exchange(&mut both, &[b'b'; 100_000]));
    assert!(held < HARNESS_BYTES, "{held} bytes");
    let before = ALLOCATOR.current_usage();
    both[0].release_idle();
    let released = before - ALLOCATOR.current_usage();
    assert!(released > 250 * 1024, "{released} bytes");
    exchange(&mut both, &[b'a'; 1000]);
    let before = ALLOCATOR.current_usage();
    both.iter_mut().for_each(Chain::end);
    let released = before - ALLOCATOR.current_usage();
    assert!(released > 300 * 1024, "{released} bytes");
}

/// The table at [`PermessageDeflate`], which is zlib-rs's.
fn each_window_takes_what_the_documents_say() {
    if cfg!(feature = "zlib-ng") {
        return;
    }
    for (bits, compressor_bytes) in [
        (8, 251_008),
        (9, 251_008),
        (10, 253_056),
        (11, 257_152),
        (12, 265_344),
        (13, 281_728),
        (14, 314_496),
        (15, 380_032),
    ] {
        let window = WindowBits::new(bits).unwrap();
        let config = deflate().context_takeover().client_max_window_bits(window);
        let [mut client, mut server] = peers(config.server_max_window_bits(window));
        let mut wire = Vec::new();
        let [held, _] = grown(|| wire = compressed(&mut client, b"aaaaaaaaaaaaaaaa"));
        let taken = held - wire.capacity();
        assert!(
            taken.abs_diff(compressor_bytes) < 1024,
            "{bits} bits: {taken} bytes"
        );
        let mut received = Vec::new();
        let [held, _] = grown(|| {
            server.begin_frame(&RECEIVED).unwrap();
            server.decode(&wire, true, 16, &mut received).unwrap();
        });
        let taken = held - received.capacity();
        assert!(taken.abs_diff(47_552) < 1024, "{bits} bits: {taken} bytes");
    }
}

fn no_message_leaves_anything_behind() {
    for config in [deflate(), deflate().context_takeover()] {
        let mut both = peers(config);
        let payload: Vec<u8> = (0..20_000_u32).map(|n| (n % 7) as u8).collect();
        let round = |both: &mut [Chain; 2]| {
            for n_bytes in [100, 20_000, 300, 5000] {
                exchange(both, &payload[..n_bytes]);
                both[0].pass_alone();
            }
        };
        round(&mut both);
        let [held, _] = grown(|| (0..250).for_each(|_| round(&mut both)));
        assert!(held < HARNESS_BYTES, "{held} bytes");
    }
}

fn a_bomb_takes_its_limit_and_no_more() {
    for (limit, config) in [
        (1 << 20, deflate()),
        (1 << 20, deflate().context_takeover()),
        (700_000, deflate()),
        (2 << 20, deflate()),
    ] {
        let [mut client, _] = peers(config);
        let bomb = compressed(&mut client, &vec![0; 100 << 20]);
        for n_bytes in [1, 100, 64 * 1024, usize::MAX] {
            let [_, mut server] = peers(config);
            let [_, most] = grown(|| {
                assert_eq!(server.begin_frame(&RECEIVED), Ok(true));
                let mut out = Vec::new();
                let mut pieces = bomb.chunks(n_bytes.min(bomb.len()));
                let error = pieces.find_map(|piece| {
                    let room = limit - out.len();
                    server.decode(piece, false, room, &mut out).err()
                });
                assert_eq!(error, Some(DecodeError::TooBig));
            });
            // While the buffer grows to the limit, the old one exists beside it. The rest is the
            // state, and with takeover what a later stream may refer to.
            let most_allowed = limit + limit * 2 / 3 + 64 * 1024 + 64 * 1024;
            assert!(most < most_allowed, "{most} bytes, pieces of {n_bytes}");
        }
    }
}

/// Amounts at which a vector that doubles would take almost twice as much.
fn the_end_of_a_message_is_kept_in_no_more_than_64_kib() {
    let mut both = peers(deflate().context_takeover());
    exchange(&mut both, &[b'a'; 100]);
    let [client, server] = &mut both;
    let mut out = Vec::with_capacity(80_000);
    let mut first = true;
    assert_eq!(server.begin_frame(&RECEIVED), Ok(true));
    let wires = [30_000, 30_000, 5000].map(|n_bytes| {
        let fin = false;
        let frame = FrameToSend {
            first,
            fin,
            ..TO_SEND
        };
        first = false;
        let mut wire = Vec::new();
        client
            .encode(&frame, &vec![b'a'; n_bytes], &mut wire)
            .unwrap();
        wire
    });
    let [held, _] = grown(|| {
        for wire in &wires {
            server.decode(wire, false, 80_000, &mut out).unwrap();
        }
    });
    assert_eq!(out.len(), 65_000);
    let range = 60_000..=64 * 1024 + HARNESS_BYTES;
    assert!(range.contains(&held), "{held} bytes");
}
