//! How much a peer can make zlib do, counted in calls and bytes.
//!
//! All that zlib does it does for a byte that comes or a byte that it gives; what comes is limited
//! by the connection.

use super::*;

/// A mebibyte of zeros in a few blocks that refer to nothing before, so that it can be repeated.
fn mebibyte() -> Vec<u8> {
    let zeros = compress(
        &mut Compressor::new(shape(9, 15), false),
        &[&vec![0; 1 << 20]],
    );
    [&zeros[..], &TAIL].concat()
}

/// Gives pieces until there is an error, and says what was given until then.
fn work(
    takeover: bool,
    bomb: &[u8],
    n_bytes: usize,
    limit: usize,
) -> (Result<(), DecodeError>, usize, usize, usize) {
    let mut decompressor = Decompressor::new(takeover);
    let mut out = Vec::new();
    let mut n_pieces = 0;
    let mut result = Ok(());
    for piece in bomb.chunks(n_bytes) {
        n_pieces += 1;
        result = decompressor.decompress(piece, false, limit - out.len(), &mut out);
        if result.is_err() {
            break;
        }
    }
    (result, out.len(), n_pieces, decompressor.n_steps())
}

#[test]
fn a_gibibyte_costs_no_more_than_the_limit() {
    let bomb = mebibyte().repeat(1024);
    assert!(bomb.len() < 1_100_000, "{}", bomb.len());
    for takeover in [false, true] {
        for limit in [100_000, 1 << 20, 4 << 20] {
            for n_bytes in [1, 1000, usize::MAX] {
                let (result, n_given, n_pieces, n_steps) = work(takeover, &bomb, n_bytes, limit);
                assert_eq!(result, Err(DecodeError::TooBig));
                assert!(n_given <= limit, "{n_given} bytes given of {limit}");
                // Zeros become a thousandth at best, so what was taken is as little.
                let n_taken = n_pieces.saturating_mul(n_bytes).min(bomb.len());
                assert!(
                    n_bytes > 1000 || n_taken < limit / 900 + 2000,
                    "{n_taken} bytes taken for {limit}"
                );
                // One for each piece, and one each time the buffer was full.
                let n_grown = 40;
                assert!(
                    (n_pieces..=n_pieces + n_grown).contains(&n_steps),
                    "{n_steps} steps for {n_pieces} pieces"
                );
            }
        }
    }
}

#[test]
fn blocks_that_give_nothing_cost_a_step_for_each_piece_or_stream() {
    let empty_blocks = stored(false, b"").repeat(200_000);
    let fixed_blocks = [0x02, 0x08, 0x20, 0x80, 0x00].repeat(100_000);
    let streams = [0x03, 0x00].repeat(100_000);
    for takeover in [false, true] {
        for (flood, n_streams) in [(&empty_blocks, 0), (&fixed_blocks, 0), (&streams, 100_000)] {
            for (n_bytes, limit) in [(1, 0), (1000, 0), (usize::MAX, 0), (1000, 5000)] {
                let (result, n_given, n_pieces, n_steps) = work(takeover, flood, n_bytes, limit);
                assert_eq!((result, n_given), (Ok(()), 0));
                let most = n_pieces + n_streams;
                assert!(n_steps <= most, "{n_steps} steps, at most {most}");
            }
        }
    }
}

/// Each limit at the byte, and the byte after it, with every room zlib can be given.
#[test]
fn the_limit_is_met_to_the_byte() {
    let lens = [
        0, 1, 2, 3, 257, 258, 259, 319, 320, 321, 65_535, 65_536, 65_537, 70_000,
    ];
    for len in lens {
        let payload = prose(len, 3);
        let wire = compress(&mut Compressor::new(shape(3, 15), false), &[&payload]);
        for takeover in [false, true] {
            for n_bytes in [1, 7, usize::MAX] {
                let mut decompressor = Decompressor::new(takeover);
                let at_limit = decompress(&mut decompressor, &wire, n_bytes, len);
                assert_eq!(at_limit, Ok(payload.clone()), "{len} of {len}");
                let Some(less) = len.checked_sub(1) else {
                    continue;
                };
                let past_it = decompress(&mut decompressor, &wire, n_bytes, less);
                assert_eq!(past_it, Err(DecodeError::TooBig), "{len} of {less}");
            }
        }
    }
}
