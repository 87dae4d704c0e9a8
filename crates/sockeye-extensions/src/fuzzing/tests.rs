//! The bodies on seeds, on seeds with changes, and on bytes at random.

use super::*;

/// Runs a body on each seed and on `n_changed` changed ones, the same ones each time.
fn run(body: fn(&[u8]), seeds: &[Vec<u8>], n_changed: usize) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for seed in seeds {
        body(seed);
        for end in 0..seed.len() {
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
                    input.extend(&other[random.below(other.len())..]);
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

/// Marsaglia's xorshift: no more than variety is asked of it.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % n
    }
}

#[test]
fn negotiation_keeps_its_promises() {
    let headers = [
        "",
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; client_max_window_bits=10; server_max_window_bits=\"9\"",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; server_max_window_bits=8, permessage-deflate",
        "x-webkit-permessage-deflate; client_max_window_bits=15, permessage-deflate",
        "x-webkit-deflate-frame",
        "x-webkit-deflate-frame; max_window_bits=12; no_context_takeover",
        "deflate-frame, x-webkit-deflate-frame; no_context_takeover",
        "a;b=\"\\c\" , , d",
    ];
    let settings = [0x00, 0x07, 0x1b, 0x20, 0x3f, 0x40, 0x65, 0x7f];
    let seeds: Vec<Vec<u8>> = headers
        .iter()
        .enumerate()
        .flat_map(|(at, header)| {
            settings.map(|server| {
                let client = settings[(at * 3 + usize::from(server)) % settings.len()];
                let settings = [server, 7, at as u8, 0, 5, client, at as u8, 7, 3, 7];
                [&settings[..], header.as_bytes()].concat()
            })
        })
        .collect();
    run(negotiation, &seeds[..], 400);
}

#[test]
fn inflate_keeps_its_promises() {
    // RFC 7692 §7.2.3, and some that are no DEFLATE.
    let hello: &[u8] = &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    let messages: [&[u8]; 10] = [
        hello,
        &[0xf2, 0x00, 0x11, 0x00, 0x00],
        &[
            0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00,
        ],
        &[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
        &[
            0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00,
        ],
        &[0x00],
        &[],
        &[0x03, 0x00, 0x00],
        &[0x05, 0xe0, 0x01, 0x00],
        b"Hello",
    ];
    // A kilobyte of the same, which is the start of a bomb.
    let bomb: &[u8] = &[
        0x4a, 0x4c, 0x1c, 0x05, 0xa3, 0x60, 0x14, 0x0c, 0x77, 0x00, 0x00,
    ];
    let mut seeds = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        for flags in 0..8 {
            let mut seed = std::vec![flags, [5, 4, 8, 16, 38][at % 5], 25 * at as u8];
            for message in [hello, message, hello, bomb] {
                seed.extend([message.len() as u8, 0]);
                seed.extend(message);
            }
            seeds.push(seed);
        }
    }
    run(inflate, &seeds[..], 20_000);
}
