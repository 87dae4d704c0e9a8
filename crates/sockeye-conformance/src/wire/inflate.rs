//! Inflates what a subject sends, and minds every rule (RFC 1951, RFC 7692 §7.2.2).
//!
//! Not zlib: it takes distances beyond the window that was agreed on, and data that end too early,
//! and a subject that uses it would be judged by itself.

mod bits;
mod code;

use std::sync::LazyLock;

use bits::Bits;
use code::Code;

/// Inflates one message after another.
#[derive(Debug)]
pub struct Inflater {
    /// The last bytes of the messages so far, as many as the window has.
    history: Vec<u8>,
    window_bytes: usize,
    no_context_takeover: bool,
}

impl Inflater {
    /// `window_bits` is what was agreed on, 8 to 15: a longer distance is an error. So is one into
    /// an earlier message when there is no context takeover.
    #[must_use]
    pub fn new(window_bits: u8, no_context_takeover: bool) -> Self {
        Self {
            history: Vec::new(),
            window_bytes: 1 << window_bits,
            no_context_takeover,
        }
    }

    /// The payload of one message.
    ///
    /// # Errors
    ///
    /// What is wrong with the data, as a clause.
    pub fn message(&mut self, compressed: &[u8]) -> Result<Vec<u8>, String> {
        if self.no_context_takeover {
            self.history.clear();
        }
        let input = [compressed, &TAIL].concat();
        let start = self.history.len();
        let mut output = Output {
            bytes: std::mem::take(&mut self.history),
            window_bytes: self.window_bytes,
            max_bytes: start + MAX_BYTES,
        };
        output.bytes.reserve(compressed.len() * 2);
        let mut bits = Bits::new(&input);
        while !bits.is_at_end() {
            let is_final = output.block(&mut bits)?;
            // RFC 7692 §7.2.3.4: a final block is no end, another follows at the next byte.
            if is_final {
                bits.align();
            }
        }
        let kept = output.bytes.len().saturating_sub(self.window_bytes);
        self.history = output.bytes[kept..].to_vec();
        output.bytes.drain(..start);
        Ok(output.bytes)
    }
}

/// Everything inflated so far that may be copied from.
struct Output {
    bytes: Vec<u8>,
    window_bytes: usize,
    max_bytes: usize,
}

impl Output {
    /// Inflates one block; true when it says that it is the last.
    fn block(&mut self, bits: &mut Bits<'_>) -> Result<bool, String> {
        let is_final = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => self.stored(bits)?,
            1 => self.codes(bits, &FIXED.0, &FIXED.1)?,
            2 => {
                let (literals, distances) = dynamic_codes(bits)?;
                self.codes(bits, &literals, &distances)?;
            }
            _ => return Err("a block of type 3".into()),
        }
        Ok(is_final)
    }

    fn stored(&mut self, bits: &mut Bits<'_>) -> Result<(), String> {
        bits.align();
        let (len, complement) = (bits.take(16)?, bits.take(16)?);
        if len ^ complement != 0xffff {
            return Err("the two lengths of a stored block do not fit".into());
        }
        for _ in 0..len {
            let byte = bits.take(8)?;
            self.push(byte)?;
        }
        Ok(())
    }

    fn codes(
        &mut self,
        bits: &mut Bits<'_>,
        literals: &Code,
        distances: &Code,
    ) -> Result<(), String> {
        loop {
            match literals.read(bits)? {
                byte @ 0..256 => self.push(u32::from(byte))?,
                256 => return Ok(()),
                symbol => {
                    let (base, n_extra) = *LENGTHS
                        .get(usize::from(symbol) - 257)
                        .ok_or("a reserved symbol of a length")?;
                    let len = base + bits.take(n_extra)?;
                    let (base, n_extra) = *DISTANCES
                        .get(usize::from(distances.read(bits)?))
                        .ok_or("a reserved symbol of a distance")?;
                    let distance = base + bits.take(n_extra)?;
                    self.copy(len as usize, distance as usize)?;
                }
            }
        }
    }

    fn push(&mut self, byte: u32) -> Result<(), String> {
        if self.bytes.len() == self.max_bytes {
            return Err(format!("it has more than {MAX_BYTES} bytes"));
        }
        self.bytes.push((byte & 0xff) as u8);
        Ok(())
    }

    fn copy(&mut self, len: usize, distance: usize) -> Result<(), String> {
        if distance > self.window_bytes {
            let window_bytes = self.window_bytes;
            return Err(format!(
                "a distance of {distance}, with a window of {window_bytes}"
            ));
        }
        let Some(from) = self.bytes.len().checked_sub(distance) else {
            let n_bytes = self.bytes.len();
            return Err(format!("a distance of {distance}, after {n_bytes} bytes"));
        };
        if self.bytes.len() + len > self.max_bytes {
            return Err(format!("it has more than {MAX_BYTES} bytes"));
        }
        // A copy may overlap what it makes: then there is more to copy each time.
        let end = self.bytes.len() + len;
        while self.bytes.len() < end {
            let n_bytes = (self.bytes.len() - from).min(end - self.bytes.len());
            self.bytes.extend_from_within(from..from + n_bytes);
        }
        Ok(())
    }
}

/// Reads the two codes of a block that has its own (RFC 1951 §3.2.7).
fn dynamic_codes(bits: &mut Bits<'_>) -> Result<(Code, Code), String> {
    let n_literals = bits.take(5)? as usize + 257;
    let n_distances = bits.take(5)? as usize + 1;
    let n_lens = bits.take(4)? as usize + 4;
    if n_literals > 286 || n_distances > 30 {
        return Err("too many symbols".into());
    }
    let mut lens_of_lens = [0; 19];
    for &symbol in &ORDER[..n_lens] {
        lens_of_lens[symbol] = (bits.take(3)? & 0x7) as u8;
    }
    let lens_code = Code::new(&lens_of_lens)?;
    let mut lens = Vec::with_capacity(n_literals + n_distances);
    while lens.len() < n_literals + n_distances {
        let (len, n_times) = match lens_code.read(bits)? {
            16 => {
                let last = lens.last().copied();
                let last = last.ok_or("it repeats a length before the first")?;
                (last, 3 + bits.take(2)?)
            }
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            len => ((len & 0xf) as u8, 1),
        };
        lens.extend((0..n_times).map(|_| len));
    }
    if lens.len() > n_literals + n_distances {
        return Err("more lengths than symbols".into());
    }
    if lens[256] == 0 {
        return Err("a block without a code for its end".into());
    }
    let (literals, distances) = lens.split_at(n_literals);
    Ok((Code::new(literals)?, Code::new(distances)?))
}

/// What every message ends in and is sent without (RFC 7692 §7.2.1).
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// More than any case sends: an echo that is longer is a fault.
const MAX_BYTES: usize = 128 << 20;

/// The codes of blocks that have none of their own (RFC 1951 §3.2.6).
static FIXED: LazyLock<(Code, Code)> = LazyLock::new(|| {
    let mut lens = [8; 288];
    lens[144..256].fill(9);
    lens[256..280].fill(7);
    let code = |lens: &[u8]| Code::new(lens).expect("the standard's own code is complete");
    (code(&lens), code(&[5; 32]))
});

/// In this order a block has the lengths of the code of its lengths (§3.2.7).
const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// From the symbol 257 on: the least length, and how many bits are added (§3.2.5).
const LENGTHS: [(u32, u32); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

/// The same of distances.
const DISTANCES: [(u32, u32); 30] = [
    (1, 0),
    (2, 0),
    (3, 0),
    (4, 0),
    (5, 1),
    (7, 1),
    (9, 2),
    (13, 2),
    (17, 3),
    (25, 3),
    (33, 4),
    (49, 4),
    (65, 5),
    (97, 5),
    (129, 6),
    (193, 6),
    (257, 7),
    (385, 7),
    (513, 8),
    (769, 8),
    (1025, 9),
    (1537, 9),
    (2049, 10),
    (3073, 10),
    (4097, 11),
    (6145, 11),
    (8193, 12),
    (12289, 12),
    (16385, 13),
    (24577, 13),
];

#[cfg(test)]
mod tests;
