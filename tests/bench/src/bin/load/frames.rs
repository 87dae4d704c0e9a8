//! Frames made before the run, and the reader of what comes back.
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};

pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;

/// A small generator of its own, so that runs are the same everywhere.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 16) % n
    }
}

#[derive(Clone, Copy, PartialEq)]
pub enum Content {
    Binary,
    Ascii,
    /// Two-, three- and four-byte characters mixed with some ASCII.
    Unicode,
    Json,
}

pub fn payload(content: Content, size: usize, random: &mut Random) -> Vec<u8> {
    let mut out = Vec::with_capacity(size + 64);
    match content {
        Content::Binary => {
            while out.len() < size {
                out.extend_from_slice(&random.next().to_le_bytes());
            }
            out.truncate(size);
        }
        Content::Ascii => {
            while out.len() < size {
                out.push(b' ' + random.below(95) as u8);
            }
        }
        Content::Unicode => {
            while out.len() < size {
                let c = match random.below(8) {
                    0..=1 => (b'a' + random.below(26) as u8) as char,
                    2..=4 => char::from_u32(0x430 + random.below(32) as u32).unwrap(),
                    5..=6 => char::from_u32(0x4E00 + random.below(4000) as u32).unwrap(),
                    _ => char::from_u32(0x1F600 + random.below(64) as u32).unwrap(),
                };
                let mut b = [0; 4];
                let c = c.encode_utf8(&mut b).as_bytes();
                if out.len() + c.len() <= size {
                    out.extend_from_slice(c);
                } else {
                    out.push(b'.');
                }
            }
        }
        Content::Json => {
            const NAMES: [&str; 8] = [
                "bid",
                "ask",
                "trade",
                "volume",
                "open",
                "close",
                "symbol",
                "timestamp",
            ];
            out.extend_from_slice(b"{\"type\":\"snapshot\",\"channel\":\"ticker\",\"data\":[");
            while out.len() + 2 < size {
                let name = NAMES[random.below(8) as usize];
                let item = format!(
                    "{{\"id\":{},\"{}\":{}.{:02},\"venue\":\"XETRA-{}\",\"ok\":{}}},",
                    random.below(1_000_000),
                    name,
                    random.below(90_000),
                    random.below(100),
                    random.below(40),
                    random.below(2) == 0
                );
                out.extend_from_slice(item.as_bytes());
            }
            out.truncate(size - 2);
            out.extend_from_slice(b"]}");
        }
    }
    out
}

pub fn deflate(data: &[u8]) -> Vec<u8> {
    let mut c = Compress::new(Compression::default(), false);
    let mut out = Vec::with_capacity(data.len() + 64);
    c.compress_vec(data, &mut out, FlushCompress::Sync)
        .expect("deflate");
    assert!(c.total_in() as usize == data.len() && out.ends_with(&[0, 0, 0xFF, 0xFF]));
    out.truncate(out.len() - 4);
    out
}

pub fn frame(out: &mut Vec<u8>, first: u8, payload: &[u8], random: &mut Random) {
    out.push(first);
    match payload.len() {
        n @ 0..=125 => out.push(0x80 | n as u8),
        n @ 126..=0xFFFF => {
            out.push(0x80 | 126);
            out.extend_from_slice(&(n as u16).to_be_bytes());
        }
        n => {
            out.push(0x80 | 127);
            out.extend_from_slice(&(n as u64).to_be_bytes());
        }
    }
    let mask = (random.next() as u32).to_be_bytes();
    out.extend_from_slice(&mask);
    out.extend(payload.iter().zip(mask.iter().cycle()).map(|(b, m)| b ^ m));
}

/// The messages of a run as they go over the wire: `2 * depth` of them, of which
/// the second half repeats the first, so that any `depth` in a row are one slice.
pub struct Image {
    pub wire: Vec<u8>,
    pub offsets: Vec<usize>,
    pub plain: Vec<Vec<u8>>,
    pub opcode: u8,
}

impl Image {
    pub fn new(
        content: Content,
        sizes: &[usize],
        depth: usize,
        fragment: usize,
        deflated: bool,
    ) -> Image {
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        let opcode = if content == Content::Binary {
            BINARY
        } else {
            TEXT
        };
        let plain: Vec<Vec<u8>> = (0..depth)
            .map(|i| payload(content, sizes[i % sizes.len()], &mut random))
            .collect();
        let (mut wire, mut offsets) = (Vec::new(), vec![0]);
        for _ in 0..2 {
            for p in &plain {
                if deflated {
                    frame(&mut wire, 0xC0 | opcode, &deflate(p), &mut random);
                } else if fragment > 0 && p.len() > fragment {
                    let parts = p.chunks(fragment).count();
                    for (i, part) in p.chunks(fragment).enumerate() {
                        let fin = if i + 1 == parts { 0x80 } else { 0 };
                        frame(
                            &mut wire,
                            fin | if i == 0 { opcode } else { 0 },
                            part,
                            &mut random,
                        );
                    }
                } else {
                    frame(&mut wire, 0x80 | opcode, p, &mut random);
                }
                offsets.push(wire.len());
            }
        }
        Image {
            wire,
            offsets,
            plain,
            opcode,
        }
    }

    /// The bytes of messages `next .. next + count` (count at most the depth).
    pub fn slice(&self, next: u64, count: usize) -> (usize, usize) {
        let depth = self.plain.len();
        let at = (next % depth as u64) as usize;
        (self.offsets[at], self.offsets[at + count])
    }
}

/// Reads what the server sends. While `check` is positive it keeps payloads and
/// compares them; after that it only walks over headers and counts.
pub struct Reader {
    head: [u8; 14],
    have: usize,
    left: u64,
    mask: [u8; 4],
    masked: bool,
    fin: bool,
    control: bool,
    compressed: bool,
    opcode: u8,
    message: u64,
    pub check: u64,
    kept: Vec<u8>,
    inflate: Option<Box<Decompress>>,
    /// Messages completed in total.
    pub seen: u64,
    pub checked: u64,
}

impl Reader {
    pub fn new(check: u64) -> Reader {
        Reader {
            head: [0; 14],
            have: 0,
            left: 0,
            mask: [0; 4],
            masked: false,
            fin: false,
            control: false,
            compressed: false,
            opcode: 0,
            message: 0,
            check,
            kept: Vec::new(),
            inflate: None,
            seen: 0,
            checked: 0,
        }
    }

    /// Takes in a piece of the stream; returns how many messages it completed.
    pub fn feed(&mut self, mut data: &[u8], image: &Image) -> u32 {
        let mut done = 0;
        loop {
            if self.have == 0 && data.len() >= 2 {
                // The usual case: a whole small unmasked frame lies in the buffer.
                let n = data[1] as usize;
                let whole = data[0] & 0xC8 == 0x80 && data[0] & 0x0F != 0;
                if n < 126 && whole && self.check == 0 && data.len() >= 2 + n {
                    self.end(data[0], n as u64, image);
                    done += 1;
                    data = &data[2 + n..];
                    continue;
                }
            }
            if self.left == 0 {
                if data.is_empty() {
                    return done;
                }
                // Collect the header.
                let need = self.need();
                let take = (need - self.have).min(data.len());
                self.head[self.have..self.have + take].copy_from_slice(&data[..take]);
                self.have += take;
                data = &data[take..];
                if self.have < self.need() || self.have < 2 {
                    continue;
                }
                if self.header() {
                    self.have = 0;
                    done += self.finish(image);
                }
                continue;
            }
            let take = (self.left).min(data.len() as u64) as usize;
            if self.check > 0 && !self.control {
                let at = self.kept.len();
                self.kept.extend_from_slice(&data[..take]);
                if self.masked {
                    for b in &mut self.kept[at..] {
                        *b ^= self.mask[0];
                        self.mask.rotate_left(1);
                    }
                }
            }
            self.left -= take as u64;
            self.message += if self.control { 0 } else { take as u64 };
            data = &data[take..];
            if self.left > 0 {
                return done;
            }
            self.have = 0;
            done += self.finish(image);
        }
    }

    fn need(&self) -> usize {
        if self.have < 2 {
            return 2;
        }
        let extra = match self.head[1] & 0x7F {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        2 + extra + if self.head[1] & 0x80 != 0 { 4 } else { 0 }
    }

    /// Takes the header apart; true if the frame has no payload.
    fn header(&mut self) -> bool {
        let h = &self.head;
        self.fin = h[0] & 0x80 != 0;
        let opcode = h[0] & 0x0F;
        self.control = opcode >= 8;
        assert!(opcode != 8, "the server closed: {:?}", &h[..self.have]);
        if !self.control && opcode != 0 {
            self.opcode = opcode;
            self.compressed = h[0] & 0x40 != 0;
            self.message = 0;
        }
        let (len, after) = match h[1] & 0x7F {
            126 => (u16::from_be_bytes([h[2], h[3]]) as u64, 4),
            127 => (u64::from_be_bytes(h[2..10].try_into().unwrap()), 10),
            n => (n as u64, 2),
        };
        self.masked = h[1] & 0x80 != 0;
        if self.masked {
            self.mask = h[after..after + 4].try_into().unwrap();
        }
        self.left = len;
        len == 0
    }

    fn finish(&mut self, image: &Image) -> u32 {
        if self.control || !self.fin {
            return 0;
        }
        if self.check > 0 {
            self.compare(image);
        }
        let first = 0x80 | self.opcode | if self.compressed { 0x40 } else { 0 };
        self.end(first, self.message, image);
        1
    }

    fn end(&mut self, first: u8, len: u64, image: &Image) {
        let want = &image.plain[(self.seen % image.plain.len() as u64) as usize];
        assert!(first & 0x0F == image.opcode, "opcode {first:x}");
        assert!(
            first & 0x40 != 0 || len == want.len() as u64,
            "{len} bytes for {}",
            want.len()
        );
        self.seen += 1;
    }

    fn compare(&mut self, image: &Image) {
        let want = &image.plain[(self.seen % image.plain.len() as u64) as usize];
        if self.compressed {
            self.kept.extend_from_slice(&[0, 0, 0xFF, 0xFF]);
            let inflate = self
                .inflate
                .get_or_insert_with(|| Box::new(Decompress::new(false)));
            let mut out = Vec::with_capacity(want.len() + 1024);
            let before = inflate.total_in();
            inflate
                .decompress_vec(&self.kept, &mut out, FlushDecompress::Sync)
                .expect("inflate");
            assert!(
                inflate.total_in() - before == self.kept.len() as u64,
                "input left over"
            );
            assert!(&out == want, "a different message came back (deflate)");
        } else {
            assert!(&self.kept == want, "a different message came back");
        }
        self.kept.clear();
        self.check -= 1;
        self.checked += 1;
        if self.check == 0 {
            self.kept = Vec::new();
            self.inflate = None;
        }
    }
}
