//! Bodies on seeds, on seeds with changes, and on bytes at random: what `cargo test` runs of them.
//!
//! The same ones each time. Finding inputs that nobody has thought of is libFuzzer's part.

use alloc::vec::Vec;

use super::Random;

/// Runs a body on each seed, on all its starts, and on `n_changed` changed seeds.
///
/// # Panics
///
/// When a promise of the body is broken.
pub fn try_out(body: fn(&[u8]), seeds: &[Vec<u8>], n_changed: usize) {
    let mut random = Random::new(0x9e37_79b9_7f4a_7c15);
    for seed in seeds {
        body(seed);
        for end in 0..seed.len().min(MAX_STARTS) {
            body(&seed[..end]);
        }
    }
    for _ in 0..n_changed {
        let mut input = seeds[random.below(seeds.len())].clone();
        for _ in 0..=random.below(4) {
            let at = random.below(input.len().max(1));
            let byte = random.below(256) as u8;
            match random.below(4) {
                0 => input.insert(at, byte),
                1 if at < input.len() => drop(input.remove(at)),
                2 => {
                    let other = &seeds[random.below(seeds.len())];
                    input.truncate(at);
                    input.extend(&other[random.below(other.len().max(1)).min(other.len())..]);
                }
                _ if at < input.len() => input[at] ^= 1 << (byte % 8),
                _ => input.push(byte),
            }
        }
        body(&input);
    }
    for _ in 0..n_changed / 4 {
        let len = random.below(200);
        let input: Vec<u8> = (0..len).map(|_| random.below(256) as u8).collect();
        body(&input);
    }
}

/// Of long seeds, the first ones: a body is quadratic otherwise.
const MAX_STARTS: usize = 300;
