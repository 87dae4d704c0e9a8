//! Bits of compressed data, the lowest of each byte first (RFC 1951 §3.1.1).

/// What is left to read.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    rest: &'a [u8],
    /// The next bits; those above `n_bits` are not to be relied on.
    bits: u64,
    n_bits: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            bits: 0,
            n_bits: 0,
        }
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty() && self.n_bits == 0
    }

    /// The next `n_bits`, at most 16, as a number.
    pub(super) fn take(&mut self, n_bits: u32) -> Result<u32, String> {
        let bits = self.peek() & ((1 << n_bits) - 1);
        self.skip(n_bits)?;
        Ok(bits)
    }

    /// The next 16 bits, with zeros behind the end.
    pub(super) fn peek(&mut self) -> u32 {
        if self.n_bits < 16 {
            self.refill();
        }
        (self.bits & 0xffff) as u32
    }

    pub(super) fn skip(&mut self, n_bits: u32) -> Result<(), String> {
        if n_bits > self.n_bits {
            return Err("the compressed data end in the middle of a block".into());
        }
        self.bits >>= n_bits;
        self.n_bits -= n_bits;
        Ok(())
    }

    /// Leaves out what is left of a byte.
    pub(super) fn align(&mut self) {
        let n_bits = self.n_bits % 8;
        self.bits >>= n_bits;
        self.n_bits -= n_bits;
    }

    fn refill(&mut self) {
        if let Some((word, _)) = self.rest.split_first_chunk() {
            let n_bytes = (63 - self.n_bits) / 8;
            self.bits |= u64::from_le_bytes(*word) << self.n_bits;
            self.rest = &self.rest[n_bytes as usize..];
            self.n_bits += 8 * n_bytes;
            return;
        }
        self.bits &= (1 << self.n_bits) - 1;
        while self.n_bits < 56
            && let Some((byte, rest)) = self.rest.split_first()
        {
            self.bits |= u64::from(*byte) << self.n_bits;
            self.n_bits += 8;
            self.rest = rest;
        }
    }
}
