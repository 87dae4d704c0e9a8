//! Collects one HTTP/1.1 head from bytes as they arrive (RFC 9112 §2).
//!
//! Looks at each byte once, however the input is cut, and decides at the first byte that breaks
//! a rule: limits, line ends, controls, folded lines. Whether the lines mean anything is for
//! `parse`, which runs once, on the whole head.

use std::mem;

use crate::HeadLimits;

/// The bytes of a head so far, and where in its lines they end.
#[derive(Debug)]
pub(crate) struct HeadReader {
    head: Vec<u8>,
    limits: HeadLimits,
    n_lines: usize,
    line_len: usize,
    after_cr: bool,
    target: Target,
    kind: Kind,
    /// Bytes of an empty line before the start line.
    n_skipped: usize,
    /// How often bytes were looked at, alone or sixteen at once.
    #[cfg(any(test, feature = "__fuzzing"))]
    n_steps: usize,
}

/// Whose head it is: requests and responses differ in what a recipient is to put up with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Request,
    Response,
}

/// What a byte does to the head.
enum Step {
    /// It belongs to it.
    More,
    /// The line before goes on with it.
    Fold,
    /// It is the last one.
    End,
}

/// Why a head was refused before it was complete.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum HeadFault {
    /// Not the lines of an HTTP/1.1 head.
    Malformed,
    /// More than [`HeadLimits::max_head_bytes`].
    HeadTooLarge,
    /// More than [`HeadLimits::max_target_bytes`].
    TargetTooLong,
    /// More than [`HeadLimits::max_fields`].
    TooManyFields,
}

/// Where the reader stands in relation to the request target, the second word of a request.
#[derive(Debug)]
enum Target {
    Before,
    Inside { len: usize },
    Passed,
}

impl HeadReader {
    pub(crate) fn for_request(limits: HeadLimits) -> Self {
        Self::new(limits, Kind::Request)
    }

    pub(crate) fn for_response(limits: HeadLimits) -> Self {
        Self::new(limits, Kind::Response)
    }

    /// Takes bytes in, up to the end of the head.
    ///
    /// Gives what follows the head once it is complete, and `None` while more must come. Not to
    /// be called again after it gave either of these or a fault.
    pub(crate) fn read<'a>(&mut self, input: &'a [u8]) -> Result<Option<&'a [u8]>, HeadFault> {
        #[cfg(any(test, feature = "__fuzzing"))]
        let n_given = self.head.len() + input.len();
        let result = self.read_on(input);
        #[cfg(any(test, feature = "__fuzzing"))]
        self.check_steps(n_given);
        result
    }

    fn read_on<'a>(&mut self, input: &'a [u8]) -> Result<Option<&'a [u8]>, HeadFault> {
        let n_before = self.head.len();
        let mut position = 0;
        while let Some(&byte) = input.get(position) {
            if n_before + position >= self.limits.max_head_bytes {
                return Err(HeadFault::HeadTooLarge);
            }
            self.count_steps(1);
            match self.step(byte)? {
                Step::More => {}
                Step::Fold => {
                    let n_taken = self.head.len() - n_before;
                    self.head.extend_from_slice(&input[n_taken..position]);
                    self.unfold();
                }
                Step::End => {
                    let (head, rest) = input.split_at(position + 1);
                    self.head
                        .extend_from_slice(&head[self.head.len() - n_before..]);
                    return Ok(Some(rest));
                }
            }
            position += 1;
            if self.is_within_field() {
                let n_free = self.limits.max_head_bytes - (n_before + position);
                let rest = &input[position..];
                let n = n_plain(&rest[..rest.len().min(n_free)]);
                // The block in which it ended was looked at as a whole, and then byte by byte.
                self.count_steps(n / 16 + 1 + n % 16);
                position += n;
            }
        }
        self.head
            .extend_from_slice(&input[self.head.len() - n_before..]);
        Ok(None)
    }

    /// The head as far as it has been read.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head[self.n_skipped.min(self.head.len())..]
    }

    /// How many field lines the head has so far.
    pub(crate) fn n_fields(&self) -> usize {
        self.n_lines.saturating_sub(1)
    }

    fn new(limits: HeadLimits, kind: Kind) -> Self {
        Self {
            head: Vec::new(),
            limits,
            n_lines: 0,
            line_len: 0,
            after_cr: false,
            target: match kind {
                Kind::Request => Target::Before,
                // A status line has no target, and so no limit on one.
                Kind::Response => Target::Passed,
            },
            kind,
            n_skipped: 0,
            #[cfg(any(test, feature = "__fuzzing"))]
            n_steps: 0,
        }
    }

    /// Looks were taken at the input; tests count them.
    #[inline(always)]
    #[cfg_attr(
        not(any(test, feature = "__fuzzing")),
        expect(unused_variables, clippy::unused_self, reason = "only tests count")
    )]
    const fn count_steps(&mut self, n: usize) {
        #[cfg(any(test, feature = "__fuzzing"))]
        {
            self.n_steps += n;
        }
    }

    /// However the input was cut, each byte was looked at a few times.
    #[cfg(any(test, feature = "__fuzzing"))]
    fn check_steps(&self, n_given: usize) {
        let n_steps = self.n_steps;
        assert!(n_steps <= 4 * n_given + 64, "{n_steps} for {n_given} bytes");
    }

    /// Looks at the next byte.
    ///
    /// All that the parser behind would let pass and a strict reader must not is refused here:
    /// two readers of one head that disagree on where its lines end make request smuggling.
    fn step(&mut self, byte: u8) -> Result<Step, HeadFault> {
        let after_cr = mem::replace(&mut self.after_cr, byte == b'\r');
        match byte {
            b'\n' if after_cr => return self.end_line(),
            // RFC 9112 §2.2: a bare LF may be taken as a line end, which nobody needs and proxies
            // disagree on; a bare CR is invalid.
            b'\n' => return Err(HeadFault::Malformed),
            _ if after_cr => return Err(HeadFault::Malformed),
            b'\r' => return Ok(Step::More),
            b' ' | b'\t' if self.line_len == 0 => return self.fold(),
            // RFC 9110 §5.5: field values containing CR, LF, or NUL are invalid and dangerous;
            // other controls have no meaning in a head either.
            0..=8 | 11..=12 | 14..=31 | 127 => return Err(HeadFault::Malformed),
            b'\t' | b' '..=b'~' | 128..=255 => {}
        }
        self.line_len += 1;
        self.step_target(byte)?;
        Ok(Step::More)
    }

    /// Whether printable bytes would change nothing.
    fn is_within_field(&self) -> bool {
        self.line_len > 0 && !self.after_cr && matches!(self.target, Target::Passed)
    }

    /// Takes white space at the beginning of a line.
    fn fold(&mut self) -> Result<Step, HeadFault> {
        match self.kind {
            // RFC 9112 §5.2: a user agent that receives an obs-fold in a response MUST replace it
            // with spaces. Before the first field it is none: RFC 9112 §2.2 forbids it there.
            Kind::Response if self.n_lines > 1 => {
                self.n_lines -= 1;
                self.line_len = 1;
                Ok(Step::Fold)
            }
            // RFC 9112 §5.2: a server that receives an obs-fold MUST either reject the message or
            // replace it; and no server's clients write one.
            Kind::Response | Kind::Request => Err(HeadFault::Malformed),
        }
    }

    /// Replaces the line end before a folded line by spaces.
    fn unfold(&mut self) {
        let line_end = self.head.len().saturating_sub(2);
        self.head[line_end..].fill(b' ');
    }

    fn step_target(&mut self, byte: u8) -> Result<(), HeadFault> {
        match (&mut self.target, byte) {
            (Target::Before, b' ') => self.target = Target::Inside { len: 0 },
            (Target::Inside { .. }, b' ') => self.target = Target::Passed,
            (Target::Inside { len }, _) => {
                *len += 1;
                if *len > self.limits.max_target_bytes {
                    return Err(HeadFault::TargetTooLong);
                }
            }
            (Target::Before | Target::Passed, _) => {}
        }
        Ok(())
    }

    fn end_line(&mut self) -> Result<Step, HeadFault> {
        match (self.line_len, self.n_lines) {
            // RFC 9112 §2.2: a server SHOULD ignore at least one empty line before the request line
            (0, 0) if self.kind == Kind::Request && self.n_skipped == 0 => {
                self.n_skipped = "\r\n".len();
                Ok(Step::More)
            }
            (0, 0) => Err(HeadFault::Malformed),
            (0, _) => Ok(Step::End),
            (_, n_before) => {
                self.n_lines += 1;
                self.line_len = 0;
                self.target = Target::Passed;
                // The start line is no field, so there are as many fields as lines before this one.
                if n_before > self.limits.max_fields {
                    return Err(HeadFault::TooManyFields);
                }
                Ok(Step::More)
            }
        }
    }
}

/// How many bytes at the start are neither controls nor white space but the space itself.
///
/// Most bytes of a head are in such runs; looked at in blocks they cost a tenth.
fn n_plain(bytes: &[u8]) -> usize {
    let is_special = |byte: &u8| *byte < b' ' || *byte == 127;
    let (blocks, rest) = bytes.as_chunks::<16>();
    // Without a branch for each byte, so that a block is a few vector instructions.
    let has_special = |block: &[u8; 16]| {
        block
            .iter()
            .fold(false, |found, byte| found | is_special(byte))
    };
    let n_blocks = blocks
        .iter()
        .take_while(|block| !has_special(block))
        .count();
    let block = blocks.get(n_blocks).map_or(rest, |block| &block[..]);
    let n_in_block = block.iter().take_while(|byte| !is_special(byte)).count();
    n_blocks * 16 + n_in_block
}

#[cfg(test)]
mod tests;
