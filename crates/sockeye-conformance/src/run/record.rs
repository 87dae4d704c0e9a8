//! What went over the wire in one case, row by row, for people to read.

use std::time::Instant;

use serde::Serialize;

use crate::wire::Frame;

/// Who a row is of.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sender {
    /// Bytes that the suite sent.
    Suite,
    /// Bytes that the subject sent.
    Subject,
    /// No bytes: a word of the suite on what happened.
    Note,
}

/// One row of a record.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Microseconds since the case began.
    pub at_us: u64,
    /// Who it is of.
    pub by: Sender,
    /// What it is, in words.
    pub what: String,
    /// How many bytes.
    pub len: usize,
    /// The first of them, as spaced hexadecimal numbers.
    pub hex: String,
    /// Whether there are more than `hex` shows.
    pub cut: bool,
}

/// The record of one case.
#[derive(Debug)]
pub(crate) struct Record {
    start: Instant,
    rows: Vec<Row>,
    n_left_out: usize,
}

impl Record {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            rows: Vec::new(),
            n_left_out: 0,
        }
    }

    /// Adds bytes; `what` is asked only when the row is kept.
    pub(crate) fn bytes(&mut self, by: Sender, bytes: &[u8], what: impl FnOnce() -> String) {
        if self.rows.len() >= MAX_ROWS {
            self.n_left_out += 1;
            return;
        }
        let shown = &bytes[..bytes.len().min(MAX_SHOWN)];
        let hex: Vec<_> = shown.iter().map(|byte| format!("{byte:02x}")).collect();
        self.push(
            by,
            what(),
            bytes.len(),
            hex.join(" "),
            shown.len() < bytes.len(),
        );
    }

    /// Adds a word of the suite. Notes are kept always: they tell how it ended.
    pub(crate) fn note(&mut self, what: impl Into<String>) {
        self.push(Sender::Note, what.into(), 0, String::new(), false);
    }

    pub(crate) fn into_rows(mut self) -> Vec<Row> {
        if self.n_left_out > 0 {
            let what = format!("{} more rows are left out", self.n_left_out);
            self.note(what);
        }
        self.rows
    }

    fn push(&mut self, by: Sender, what: String, len: usize, hex: String, cut: bool) {
        let at_us = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.rows.push(Row {
            at_us,
            by,
            what,
            len,
            hex,
            cut,
        });
    }
}

/// Names the frames that `bytes` are made of, or says that they are something else.
pub(crate) fn describe_frames(mut bytes: &[u8]) -> String {
    let mut names = Vec::new();
    while !bytes.is_empty() {
        if names.len() == MAX_NAMED {
            names.push("…".to_owned());
            break;
        }
        match Frame::read(bytes) {
            Some((frame, len)) => {
                names.push(describe(&frame));
                bytes = &bytes[len..];
            }
            None => {
                names.push(format!("part of a frame, {} bytes", bytes.len()));
                break;
            }
        }
    }
    names.join(", ")
}

/// A frame in words: `text, 5 bytes`, with what is not as usual.
pub(crate) fn describe(frame: &Frame) -> String {
    let name = match frame.opcode() {
        0x0 => "continuation".to_owned(),
        0x1 => "text".to_owned(),
        0x2 => "binary".to_owned(),
        0x8 => match frame.payload.split_first_chunk() {
            Some((code, _)) => format!("Close {}", u16::from_be_bytes(*code)),
            None => "Close".to_owned(),
        },
        0x9 => "ping".to_owned(),
        0xa => "pong".to_owned(),
        opcode => format!("opcode {opcode}"),
    };
    let fin = if frame.fin() { "" } else { ", more to come" };
    let rsv = match frame.rsv() {
        0 => String::new(),
        rsv => format!(", RSV {rsv:03b}"),
    };
    format!("{name}, {} bytes{fin}{rsv}", frame.payload.len())
}

/// Rows of a record: what is longer repeats itself.
const MAX_ROWS: usize = 40;

/// Bytes of a row: an ordinary head is shown whole.
const MAX_SHOWN: usize = 320;

/// Frames of one write that are named.
const MAX_NAMED: usize = 4;
