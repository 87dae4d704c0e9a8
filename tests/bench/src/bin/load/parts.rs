//! Takes a stream of frames (RFC 6455 §5.2) apart, however it is cut.
//!
//! Gives payloads as they come. Knows nothing of messages, and checks nothing: whoever expects
//! something compares.

/// The state between two pieces of the stream.
#[derive(Default)]
pub(crate) struct Parts {
    head: [u8; 14],
    /// Bytes of the header that are there; 0 between frames.
    n_head: usize,
    /// Bytes of the payload that are still to come.
    left: u64,
    mask: Option<[u8; 4]>,
}

/// What of a frame is in the piece at hand.
pub(crate) struct Part<'a> {
    /// The first byte of the frame: FIN, RSV bits and opcode.
    pub(crate) first: u8,
    /// The frame ends with this part.
    pub(crate) ends: bool,
    /// As it stands on the wire.
    pub(crate) payload: &'a [u8],
    /// The masking key, for the first byte of the payload to begin with.
    pub(crate) mask: Option<[u8; 4]>,
}

impl Parts {
    /// Whether the stream stands between two frames.
    pub(crate) fn is_between(&self) -> bool {
        self.n_head == 0
    }

    /// Takes the next part off the front of `data`; `None` when more is needed.
    pub(crate) fn next<'a>(&mut self, data: &mut &'a [u8]) -> Option<Part<'a>> {
        let mut is_new = false;
        if self.left == 0 {
            self.take_header(data)?;
            is_new = true;
        }
        let n_bytes = data
            .len()
            .min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if n_bytes == 0 && !(is_new && self.left == 0) {
            return None;
        }
        let (payload, rest) = data.split_at(n_bytes);
        *data = rest;
        self.left -= n_bytes as u64;
        let mask = self.mask;
        if let Some(mask) = &mut self.mask {
            mask.rotate_left(n_bytes % 4);
        }
        let ends = self.left == 0;
        if ends {
            self.n_head = 0;
        }
        Some(Part {
            first: self.head[0],
            ends,
            payload,
            mask,
        })
    }

    fn take_header(&mut self, data: &mut &[u8]) -> Option<()> {
        while self.n_head < self.head_bytes() {
            let n_missing = self.head_bytes() - self.n_head;
            let (taken, rest) = data.split_at(n_missing.min(data.len()));
            if taken.is_empty() {
                return None;
            }
            self.head[self.n_head..self.n_head + taken.len()].copy_from_slice(taken);
            self.n_head += taken.len();
            *data = rest;
        }
        let head = &self.head;
        let (left, end) = match head[1] & 0x7F {
            126 => (u64::from(u16::from_be_bytes([head[2], head[3]])), 4),
            127 => (
                u64::from_be_bytes(head[2..10].try_into().expect("8 bytes")),
                10,
            ),
            short => (u64::from(short), 2),
        };
        self.left = left;
        let is_masked = head[1] & 0x80 != 0;
        self.mask = is_masked.then(|| head[end..end + 4].try_into().expect("4 bytes"));
        Some(())
    }

    /// How long the header is, as far as is known.
    fn head_bytes(&self) -> usize {
        if self.n_head < 2 {
            return 2;
        }
        let extended = match self.head[1] & 0x7F {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        2 + extended + if self.head[1] & 0x80 != 0 { 4 } else { 0 }
    }
}

impl Part<'_> {
    pub(crate) fn opcode(&self) -> u8 {
        self.first & 0x0F
    }

    pub(crate) fn is_control(&self) -> bool {
        self.opcode() >= 8
    }

    /// Appends the payload without its mask.
    pub(crate) fn append_to(&self, out: &mut Vec<u8>) {
        match self.mask {
            None => out.extend_from_slice(self.payload),
            Some(mask) => {
                let masked = self.payload.iter().zip(mask.iter().cycle());
                out.extend(masked.map(|(byte, mask)| byte ^ mask));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sockeye_bench::frame;
    use sockeye_bench::random::Random;

    #[test]
    fn frames_come_apart_however_they_are_cut() {
        let mut random = Random::new(5);
        let payloads: Vec<Vec<u8>> = [0, 3, 125, 126, 70_000]
            .map(|n_bytes| (0..n_bytes).map(|byte| byte as u8).collect())
            .to_vec();
        let mut wire = vec![frame::FIN | frame::TEXT, 2, b'h', b'i'];
        for payload in &payloads {
            frame::append(&mut wire, frame::FIN | frame::BINARY, payload, &mut random);
        }
        for piece_bytes in [1, 2, 3, 7, 1000, wire.len()] {
            let mut parts = Parts::default();
            let mut found = vec![Vec::new()];
            for mut piece in wire.chunks(piece_bytes) {
                while let Some(part) = parts.next(&mut piece) {
                    part.append_to(found.last_mut().unwrap());
                    if part.ends {
                        found.push(Vec::new());
                    }
                }
                assert!(piece.is_empty());
            }
            assert!(parts.is_between());
            assert_eq!(found[0], b"hi");
            assert_eq!(found[1..=payloads.len()], payloads);
        }
    }
}
