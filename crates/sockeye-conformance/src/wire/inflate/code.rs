//! Huffman codes, given by the lengths of their words (RFC 1951 §3.2.2).

use super::bits::Bits;

/// A code.
#[derive(Debug)]
pub(super) struct Code {
    /// By the next bits: the symbol and the length of its word; a length of 0 when that is longer,
    /// or no word begins so.
    table: Vec<(u16, u8)>,
    /// How many words there are of each length.
    n_of_len: [u16; 16],
    /// Symbols by their words.
    symbols: Vec<u16>,
}

impl Code {
    /// From the length of each symbol's word, 0 for a symbol without one.
    pub(super) fn new(lens: &[u8]) -> Result<Self, String> {
        let mut n_of_len = [0; 16];
        for &len in lens {
            n_of_len[usize::from(len)] += 1;
        }
        n_of_len[0] = 0;
        let mut n_left: i32 = 1;
        for &n_words in &n_of_len[1..] {
            n_left = 2 * n_left - i32::from(n_words);
            if n_left < 0 {
                return Err("a code has too many words".into());
            }
        }
        // §3.2.7: a code of distances may have one word only, or none.
        let n_words: u16 = n_of_len.iter().sum();
        if n_left > 0 && n_words > 1 {
            return Err("a code has too few words".into());
        }
        let by_len = (1..=15).flat_map(|len| (0u16..).zip(lens).filter(move |(_, l)| **l == len));
        let symbols: Vec<_> = by_len.map(|(symbol, &len)| (symbol, len)).collect();
        let mut table = vec![(0, 0); 1 << TABLE_BITS];
        let (mut word, mut last_len) = (0u32, 0);
        for &(symbol, len) in &symbols {
            word <<= len - last_len;
            last_len = len;
            if u32::from(len) <= TABLE_BITS {
                let first = (word.reverse_bits() >> (32 - u32::from(len))) as usize;
                for entry in table[first..].iter_mut().step_by(1 << len) {
                    *entry = (symbol, len);
                }
            }
            word += 1;
        }
        Ok(Self {
            table,
            n_of_len,
            symbols: symbols.into_iter().map(|(symbol, _)| symbol).collect(),
        })
    }

    /// The next symbol.
    pub(super) fn read(&self, bits: &mut Bits<'_>) -> Result<u16, String> {
        let next = bits.peek();
        let (symbol, len) = self.table[(next & ((1 << TABLE_BITS) - 1)) as usize];
        if len != 0 {
            bits.skip(u32::from(len))?;
            return Ok(symbol);
        }
        // Word by word of each length: the first of its length, and how many symbols are before.
        let (mut word, mut first, mut index) = (0, 0, 0);
        for len in 1..=15 {
            word |= next >> (len - 1) & 1;
            let n_words = u32::from(self.n_of_len[len as usize]);
            if word < first + n_words {
                bits.skip(len)?;
                return Ok(self.symbols[(index + word - first) as usize]);
            }
            index += n_words;
            first = (first + n_words) << 1;
            word <<= 1;
        }
        Err("bits that are no word of the code".into())
    }
}

/// Words up to this length, nearly all that occur, are found at once.
const TABLE_BITS: u32 = 10;
