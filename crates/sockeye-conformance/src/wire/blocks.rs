//! DEFLATE blocks by hand, right or wrong (RFC 1951 §3.2).
//!
//! For what no compressor writes: final blocks, long distances, broken codes, bombs.

/// Writes blocks, bit by bit.
#[derive(Clone, Debug, Default)]
pub struct Blocks {
    bytes: Vec<u8>,
    /// Bits of the last byte that are in use, 0 when it is full.
    n_used: u32,
}

impl Blocks {
    /// No block yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A block without compression, which begins with the bits that are left of a byte (§3.2.4).
    ///
    /// # Panics
    ///
    /// With 65536 bytes or more: no block holds them.
    #[must_use]
    pub fn stored(self, is_final: bool, bytes: &[u8]) -> Self {
        let len = u16::try_from(bytes.len()).expect("a stored block is below 64 KiB");
        self.stored_as(is_final, len, !len, bytes)
    }

    /// The same, with two lengths that need not fit.
    #[must_use]
    pub fn stored_as(self, is_final: bool, len: u16, complement: u16, bytes: &[u8]) -> Self {
        let mut this = self.bits(u32::from(is_final), 3);
        this.n_used = 0;
        this.bytes.extend(len.to_le_bytes());
        this.bytes.extend(complement.to_le_bytes());
        this.bytes.extend_from_slice(bytes);
        this
    }

    /// The start of a block with the fixed codes (§3.2.6).
    #[must_use]
    pub fn fixed(self, is_final: bool) -> Self {
        self.bits(u32::from(is_final) | 0b010, 3)
    }

    /// Bytes as they are, with the fixed codes.
    #[must_use]
    pub fn literals(mut self, bytes: &[u8]) -> Self {
        for &byte in bytes {
            self = self.symbol(u32::from(byte));
        }
        self
    }

    /// A copy of `len` bytes, 3 to 258, from `distance` back, 1 to 32768, with the fixed codes.
    #[must_use]
    pub fn copy(self, len: u32, distance: u32) -> Self {
        let (symbol, extra, n_extra) = len_symbol(len);
        let this = self.symbol(symbol).bits(extra, n_extra);
        let (symbol, extra, n_extra) = distance_symbol(distance);
        this.code(symbol, 5).bits(extra, n_extra)
    }

    /// The symbol 256, which ends a block with the fixed codes.
    #[must_use]
    pub fn end(self) -> Self {
        self.symbol(256)
    }

    /// A symbol of the fixed code for literals and lengths, 0 to 287.
    #[must_use]
    pub fn symbol(self, symbol: u32) -> Self {
        match symbol {
            0..144 => self.code(0x30 + symbol, 8),
            144..256 => self.code(0x190 + symbol - 144, 9),
            256..280 => self.code(symbol - 256, 7),
            _ => self.code(0xc0 + symbol - 280, 8),
        }
    }

    /// A Huffman code, its first bit first.
    #[must_use]
    pub fn code(self, code: u32, n_bits: u32) -> Self {
        self.bits(code.reverse_bits() >> (32 - n_bits), n_bits)
    }

    /// The `n_bits` lowest bits of a number, the lowest first.
    #[must_use]
    pub fn bits(mut self, bits: u32, n_bits: u32) -> Self {
        for index in 0..n_bits {
            if self.n_used == 0 {
                self.bytes.push(0);
            }
            let bit = u8::from(bits >> index & 1 == 1);
            if let Some(last) = self.bytes.last_mut() {
                *last |= bit << self.n_used;
            }
            self.n_used = (self.n_used + 1) % 8;
        }
        self
    }

    /// As the payload of a message: with the header of an empty block without compression, whose
    /// other four bytes are not sent (RFC 7692 §7.2.1).
    #[must_use]
    pub fn message(self) -> Vec<u8> {
        self.bits(0, 3).bytes
    }

    /// As it is.
    #[must_use]
    pub fn bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// A message of at least `n_bytes` zeros, in about a thousandth of that.
    #[must_use]
    pub fn bomb(n_bytes: usize) -> Vec<u8> {
        let this = Self::new().bomb_start();
        // Four copies of 258 zeros in each byte.
        let mut bytes = this.bytes;
        bytes.resize(bytes.len() + n_bytes.div_ceil(4 * 258), 0);
        let end = Self { bytes, n_used: 0 };
        // The bytes end in the middle of a copy, as the start has 7 bits of them.
        end.code(0b0, 1).code(0b11, 2).message()
    }

    /// A block with a code of its own: `0` copies 258 bytes, `10` is the byte 0, `11` the end, and
    /// the only distance is 1, as `0`. The first zero follows, and copies up to the end of a byte.
    fn bomb_start(self) -> Self {
        // 286 codes for literals and lengths, one for distances, 18 lengths of lengths (§3.2.7).
        let mut this = self
            .bits(0b100, 3)
            .bits(286 - 257, 5)
            .bits(0, 5)
            .bits(18 - 4, 4);
        // In the order 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1: 18, 1 and 2 have codes.
        for len in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2] {
            this = this.bits(len, 3);
        }
        // By their length and then their order: 18 is `0`, 1 is `10`, 2 is `11`.
        let zeros = |this: Self, n_zeros: u32| this.code(0b0, 1).bits(n_zeros - 11, 7);
        this = this.code(0b11, 2);
        this = zeros(this, 138);
        this = zeros(this, 255 - 138);
        this = this.code(0b11, 2);
        this = zeros(this, 28);
        this = this.code(0b10, 2).code(0b10, 2);
        this = this.code(0b10, 2);
        while this.n_used != 0 {
            this = this.bits(0, 1);
        }
        this
    }
}

/// The symbol of a length, its extra bits, and how many (RFC 1951 §3.2.5).
fn len_symbol(len: u32) -> (u32, u32, u32) {
    match len {
        258 => (285, 0, 0),
        3..11 => (254 + len, 0, 0),
        len => {
            let n_extra = (len - 3).ilog2() - 2;
            let group = (len - 3) >> n_extra;
            let extra = (len - 3) & ((1 << n_extra) - 1);
            (257 + 4 * n_extra + group, extra, n_extra)
        }
    }
}

/// The same of a distance.
fn distance_symbol(distance: u32) -> (u32, u32, u32) {
    match distance - 1 {
        below @ 0..4 => (below, 0, 0),
        below => {
            let n_extra = below.ilog2() - 1;
            let extra = below & ((1 << n_extra) - 1);
            (2 * n_extra + (below >> n_extra), extra, n_extra)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Inflater;

    #[track_caller]
    fn check(message: &[u8], expected: &[u8]) {
        let mut inflater = Inflater::new(15, false);
        assert_eq!(inflater.message(message).unwrap(), expected);
        // Behind it the stream is in order.
        assert_eq!(inflater.message(&[0]).unwrap(), b"");
    }

    #[test]
    fn example_of_the_rfc() {
        // RFC 7692 §7.2.3.1.
        let hello = Blocks::new()
            .fixed(false)
            .literals(b"Hello")
            .end()
            .message();
        check(&hello, b"Hello");
        let stored = Blocks::new().stored(false, b"Hello").message();
        check(&stored, b"Hello");
    }

    #[test]
    fn every_length_and_distance_can_be_copied() {
        let mut start = vec![0; 32768];
        for (index, byte) in start.iter_mut().enumerate() {
            *byte = (index.wrapping_mul(index) >> 7) as u8;
        }
        let lens = (3..=258).map(|len| (len, 32768));
        let distances = (0..15).flat_map(|shift| {
            let distance = 1 << shift;
            [
                (3, distance),
                (4, distance + 1),
                (5, distance + distance / 2),
            ]
        });
        let mut blocks = Blocks::new().stored(false, &start).fixed(false);
        let mut expected = start;
        for (len, distance) in lens.chain(distances) {
            blocks = blocks.copy(len, distance);
            for _ in 0..len {
                expected.push(expected[expected.len() - distance as usize]);
            }
        }
        check(&blocks.end().message(), &expected);
    }

    #[test]
    fn a_bomb_is_as_large_as_it_says() {
        let mut inflater = Inflater::new(15, false);
        let message = Blocks::bomb(1 << 20);
        assert!(message.len() < 1 << 11);
        let payload = inflater.message(&message).unwrap();
        assert!(payload.len() >= 1 << 20);
        assert!(payload.iter().all(|&byte| byte == 0));
    }
}
