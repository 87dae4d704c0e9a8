//! The largest distance in compressed data (RFC 1951), found without zlib.
//!
//! Walks through blocks and symbols and keeps nothing but positions, so that no output is needed.

use alloc::vec;
use alloc::vec::Vec;
use core::array;

/// The largest distance in `compressed`, whole blocks without what is left out of messages; 0 when
/// nothing is copied.
pub(super) fn largest(compressed: &[u8]) -> usize {
    let mut bits = Bits {
        bytes: compressed,
        at: 0,
    };
    let mut largest = 0;
    while bits.at < 8 * compressed.len() {
        assert_eq!(bits.take(1), 0, "our blocks are not final");
        match bits.take(2) {
            0 => {
                bits.at = bits.at.next_multiple_of(8);
                let (len, complement) = (bits.take(16), bits.take(16));
                assert_eq!(len ^ complement, 0xffff);
                bits.at += 8 * len;
            }
            1 => {
                let mut lens = [8; 288];
                lens[144..256].fill(9);
                lens[256..280].fill(7);
                largest = largest.max(in_block(&mut bits, &lens, &[5; 32]));
            }
            2 => {
                let (n_literals, n_distances) = (bits.take(5) + 257, bits.take(5) + 1);
                let n_lens = bits.take(4) + 4;
                let mut lens_of_lens = [0; 19];
                for &symbol in &ORDER[..n_lens] {
                    lens_of_lens[symbol] = bits.take(3);
                }
                let code = Code::new(&lens_of_lens);
                let mut lens = Vec::new();
                while lens.len() < n_literals + n_distances {
                    let (len, n_times) = match bits.symbol(&code) {
                        16 => (*lens.last().expect("a length before"), 3 + bits.take(2)),
                        17 => (0, 3 + bits.take(3)),
                        18 => (0, 11 + bits.take(7)),
                        len => (len, 1),
                    };
                    lens.extend(vec![len; n_times]);
                }
                let (literals, distances) = lens.split_at(n_literals);
                largest = largest.max(in_block(&mut bits, literals, distances));
            }
            kind => panic!("a block of type {kind}"),
        }
    }
    largest
}

fn in_block(bits: &mut Bits<'_>, literals: &[usize], distances: &[usize]) -> usize {
    let (literals, distances) = (&Code::new(literals), &Code::new(distances));
    let mut largest = 0;
    loop {
        match bits.symbol(literals) {
            0..256 => {}
            256 => return largest,
            // RFC 1951 §3.2.5: four lengths share each number of extra bits
            257..265 | 285 => largest = largest.max(distance(bits, distances)),
            symbol => {
                bits.take((symbol - 261) / 4);
                largest = largest.max(distance(bits, distances));
            }
        }
    }
}

/// RFC 1951 §3.2.5: two distances share each number of extra bits.
fn distance(bits: &mut Bits<'_>, code: &Code) -> usize {
    match bits.symbol(code) {
        symbol @ 0..4 => symbol + 1,
        symbol => {
            let n_extra = symbol / 2 - 1;
            ((2 + symbol % 2) << n_extra) + 1 + bits.take(n_extra)
        }
    }
}

struct Bits<'a> {
    bytes: &'a [u8],
    /// In bits.
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, n_bits: usize) -> usize {
        (0..n_bits).fold(0, |number, n| number | self.bit() << n)
    }

    fn bit(&mut self) -> usize {
        let bit = self.bytes[self.at / 8] >> (self.at % 8) & 1;
        self.at += 1;
        bit.into()
    }

    fn symbol(&mut self, code: &Code) -> usize {
        let (mut word, mut first) = (0, 0);
        for symbols in &code.by_len {
            word = word << 1 | self.bit();
            first <<= 1;
            if word - first < symbols.len() {
                return symbols[word - first];
            }
            first += symbols.len();
        }
        panic!("no such word");
    }
}

/// The symbols of each length of words, from 1 on.
///
/// RFC 1951 §3.2.2: words of one length follow each other, behind those that are shorter.
struct Code {
    by_len: [Vec<usize>; 15],
}

impl Code {
    fn new(lens: &[usize]) -> Self {
        let of_len = |len| (0..lens.len()).filter(move |&symbol| lens[symbol] == len);
        Self {
            by_len: array::from_fn(|at| of_len(at + 1).collect()),
        }
    }
}

const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];
