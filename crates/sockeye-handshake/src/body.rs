//! Reads the body of a response that refuses the upgrade, up to a limit (RFC 9112 §6 and §7.1).
//!
//! The body explains a failure and is shown to people: what comes damaged is kept as far as it
//! went. Trailers and chunk extensions are skipped.

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::framing::Framing;

/// The body so far, and how it goes on.
#[derive(Debug)]
pub(crate) struct BodyReader {
    body: Vec<u8>,
    max_bytes: usize,
    /// Bytes of chunk sizes and extensions that may still come, so that they are bounded too.
    overhead_left: usize,
    rest: Rest,
}

/// What of the body is still to come.
#[derive(Debug)]
enum Rest {
    /// All until the stream ends.
    UntilEof,
    /// So many bytes, more than none.
    Length(u64),
    /// A chunk's size line, from `digits` on.
    ChunkSize {
        size: u64,
        seen_digit: bool,
        in_extension: bool,
    },
    /// So many bytes of a chunk, more than none.
    ChunkData(u64),
    /// The line end after a chunk.
    ChunkEnd,
    /// Nothing.
    Nothing,
}

impl BodyReader {
    /// Reads the body of `response`; of a body whose end is ambiguous, all until the stream ends.
    pub(crate) fn new(response: &Response<()>, max_bytes: usize) -> Self {
        // RFC 9112 §6.3: any 204 or 304 response is always terminated by the first empty line
        let is_bodyless = matches!(
            response.status(),
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
        );
        let rest = match Framing::of(response.headers()) {
            _ if is_bodyless || max_bytes == 0 => Rest::Nothing,
            Framing::Length(0) => Rest::Nothing,
            Framing::Length(length) => Rest::Length(length),
            Framing::Chunked => Rest::CHUNK,
            Framing::Unsaid | Framing::Ambiguous => Rest::UntilEof,
        };
        Self {
            body: Vec::new(),
            max_bytes,
            overhead_left: max_bytes.saturating_mul(8).max(1024),
            rest,
        }
    }

    /// Takes in bytes of the stream.
    pub(crate) fn read(&mut self, mut input: &[u8]) {
        while let Some((&first, after_first)) = input.split_first() {
            self.rest = match self.rest {
                Rest::Nothing => return,
                Rest::UntilEof => {
                    let max_bytes = u64::try_from(input.len()).unwrap_or(u64::MAX);
                    input = self.take(input, max_bytes).1;
                    Rest::UntilEof
                }
                Rest::Length(left) => {
                    let (taken, rest) = self.take(input, left);
                    input = rest;
                    if left == taken {
                        Rest::Nothing
                    } else {
                        Rest::Length(left - taken)
                    }
                }
                Rest::ChunkData(left) => {
                    let (taken, rest) = self.take(input, left);
                    input = rest;
                    if left == taken {
                        Rest::ChunkEnd
                    } else {
                        Rest::ChunkData(left - taken)
                    }
                }
                Rest::ChunkSize { .. } | Rest::ChunkEnd => {
                    input = after_first;
                    self.overhead_left = self.overhead_left.saturating_sub(1);
                    self.rest.step(first)
                }
            };
            if self.body.len() >= self.max_bytes || self.overhead_left == 0 {
                self.rest = Rest::Nothing;
            }
        }
    }

    /// Tells whether all that will be kept is there.
    pub(crate) fn is_complete(&self) -> bool {
        matches!(self.rest, Rest::Nothing)
    }

    /// The body, or what came of it.
    pub(crate) fn into_bytes(self) -> Bytes {
        self.body.into()
    }

    /// Keeps at most `max` bytes of the input, and no more than the limit leaves room for.
    fn take<'a>(&mut self, input: &'a [u8], max: u64) -> (u64, &'a [u8]) {
        let room = self.max_bytes.saturating_sub(self.body.len());
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        let (taken, rest) = input.split_at(input.len().min(room).min(max));
        self.body.extend_from_slice(taken);
        (u64::try_from(taken.len()).unwrap_or(u64::MAX), rest)
    }
}

impl Rest {
    /// The beginning of a chunk.
    const CHUNK: Self = Self::ChunkSize {
        size: 0,
        seen_digit: false,
        in_extension: false,
    };

    /// Goes on by one byte between the data of chunks; a damaged line ends the body.
    fn step(&self, byte: u8) -> Self {
        // RFC 9112 §7.1: chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
        match (self, byte) {
            (Self::ChunkEnd, b'\r') => Self::ChunkEnd,
            (Self::ChunkEnd, b'\n') => Self::CHUNK,
            (
                &Self::ChunkSize {
                    size,
                    seen_digit: true,
                    ..
                },
                b'\n',
            ) => match size {
                0 => Self::Nothing,
                size => Self::ChunkData(size),
            },
            (
                &Self::ChunkSize {
                    size,
                    seen_digit: true,
                    in_extension,
                },
                byte,
            ) => match char::from(byte).to_digit(16) {
                Some(digit) if !in_extension => Self::add_digit(size, digit),
                Some(_) | None => Self::ChunkSize {
                    size,
                    seen_digit: true,
                    in_extension: true,
                },
            },
            (Self::ChunkSize { .. }, byte) => char::from(byte)
                .to_digit(16)
                .map_or(Self::Nothing, |d| Self::add_digit(0, d)),
            (Self::ChunkEnd, _)
            | (Self::UntilEof | Self::Length(_) | Self::ChunkData(_) | Self::Nothing, _) => {
                Self::Nothing
            }
        }
    }

    fn add_digit(size: u64, digit: u32) -> Self {
        match size
            .checked_mul(16)
            .and_then(|size| size.checked_add(u64::from(digit)))
        {
            Some(size) => Self::ChunkSize {
                size,
                seen_digit: true,
                in_extension: false,
            },
            None => Self::Nothing,
        }
    }
}

#[cfg(test)]
mod tests;
