//! One connection to the subject: bytes out, bytes in, both recorded, every wait bounded.
//!
//! Reading goes on while writing, since a subject that echoes stops reading when nobody takes its
//! echoes. Knows nothing of what the bytes mean.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, split};
use tokio::time::{Instant, timeout, timeout_at};

use super::record::{Record, Sender};
use super::stream::Stream;

/// One connection to the subject.
#[derive(Debug)]
pub(crate) struct Line {
    stream: Stream,
    /// Bytes that were received and not looked at yet.
    pub(crate) received: Vec<u8>,
    pub(crate) end: Option<End>,
    pub(crate) record: Record,
    /// The end of what a flood has cut, for the next write.
    owed: Vec<u8>,
    /// How long the subject may take no byte while its own are being read.
    take_patience: Duration,
    /// Why nothing can be written any more.
    is_deaf: bool,
    n_received: usize,
    /// The subject sends without end, and is not listened to any more.
    pub(crate) is_endless: bool,
}

/// How the subject's direction of the connection ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum End {
    /// In order.
    Eof,
    /// By a reset: bytes that were under way may be lost.
    Reset,
}

impl Line {
    pub(crate) fn new(stream: impl Into<Stream>, record: Record) -> Self {
        let stream = stream.into();
        // Pieces are meant to arrive in pieces.
        let _ = stream.socket().set_nodelay(true);
        Self {
            stream,
            received: Vec::new(),
            end: None,
            record,
            owed: Vec::new(),
            take_patience: TAKE_PATIENCE,
            is_deaf: false,
            n_received: 0,
            is_endless: false,
        }
    }

    /// Gives the subject at least so long to take more bytes.
    pub(crate) fn be_patient(&mut self, patience: Duration) {
        self.take_patience = self.take_patience.max(patience);
    }

    /// Writes all of `bytes` while reading what comes.
    ///
    /// A subject that ends the connection, or takes nothing for a while, has what was written so
    /// far; that shows in what it sends, so it is no error here.
    pub(crate) async fn send(&mut self, bytes: &[u8], what: impl FnOnce() -> String) {
        self.record.bytes(Sender::Suite, bytes, what);
        self.pay().await;
        self.write(bytes, true, self.take_patience).await;
    }

    /// Writes `bytes` in pieces of `piece_bytes`, each given the time to leave by itself.
    pub(crate) async fn chop(
        &mut self,
        bytes: &[u8],
        piece_bytes: usize,
        what: impl FnOnce() -> String,
    ) {
        self.record.bytes(Sender::Suite, bytes, what);
        self.pay().await;
        for (index, piece) in bytes.chunks(piece_bytes.max(1)).enumerate() {
            self.write(piece, true, self.take_patience).await;
            // Long messages in short pieces would take minutes; the first pieces have the headers.
            match index {
                0..CAREFUL_PIECES => tokio::time::sleep(Duration::from_millis(1)).await,
                _ => tokio::task::yield_now().await,
            }
        }
    }

    /// Writes `unit` so many times. `reading` or not; without, it ends early when the subject takes
    /// nothing for a second, and the next write ends the unit that was cut.
    pub(crate) async fn repeat(&mut self, unit: &[u8], n_times: usize, reading: bool) {
        let per_write = (WRITE_BYTES / unit.len().max(1)).clamp(1, n_times.max(1));
        let block = unit.repeat(per_write);
        self.record
            .bytes(Sender::Suite, unit, || format!("this, {n_times} times"));
        self.pay().await;
        let patience = if reading { self.take_patience } else { FULL };
        let mut left = n_times;
        let mut n_bytes = 0;
        while left > 0 && !self.is_deaf {
            let block = &block[..left.min(per_write) * unit.len()];
            let n_written = self.write(block, reading, patience).await;
            n_bytes += n_written;
            let unwritten = &block[n_written..];
            if !unwritten.is_empty() {
                self.owed = unwritten[..unwritten.len() % unit.len()].to_vec();
                break;
            }
            left -= left.min(per_write);
        }
        self.record.note(format!("{n_bytes} bytes of it left"));
    }

    /// Writes what is owed.
    async fn pay(&mut self) {
        let owed = std::mem::take(&mut self.owed);
        self.write(&owed, true, self.take_patience).await;
    }

    /// Receives more bytes, or the end; false when neither comes in time.
    pub(crate) async fn receive(&mut self, patience: Duration) -> bool {
        self.receive_until(Instant::now() + patience).await
    }

    /// The same, with a point in time.
    pub(crate) async fn receive_until(&mut self, deadline: Instant) -> bool {
        if self.end.is_some() {
            return true;
        }
        self.received.reserve(READ_BYTES);
        match timeout_at(deadline, self.stream.read_buf(&mut self.received)).await {
            Ok(result) => {
                self.take_in(result);
                true
            }
            Err(_) => false,
        }
    }

    /// Receives until the end, forgetting what comes; false when it does not come in time.
    pub(crate) async fn drain(&mut self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        while self.end.is_none() {
            if !self.receive_until(deadline).await {
                return false;
            }
        }
        true
    }

    /// Ends the suite's direction.
    pub(crate) async fn half_close(&mut self) {
        self.record.note("the suite ends its direction");
        let _ = self.stream.shutdown().await;
        self.is_deaf = true;
    }

    /// Resets the connection.
    pub(crate) fn reset(&mut self) {
        self.record.note("the suite resets the connection");
        let _ = self.stream.socket().set_zero_linger();
        self.end = Some(End::Reset);
        self.is_deaf = true;
    }

    /// Resets the connection to a subject that sends without end; what it has sent is forgotten.
    pub(crate) fn give_up(&mut self) {
        self.record.note("the subject sends without end");
        self.received = Vec::new();
        self.is_endless = true;
        self.reset();
    }

    /// Gives what stays when the connection is dropped.
    pub(crate) fn into_record(self) -> Record {
        self.record
    }

    /// How many bytes of `bytes` were taken.
    async fn write(&mut self, bytes: &[u8], reading: bool, patience: Duration) -> usize {
        let mut n_written = 0;
        // TLS keeps bytes of its own until it is told to flush.
        let mut is_flushed = bytes.is_empty();
        while !is_flushed && !self.is_deaf {
            let reading = reading && self.end.is_none();
            let patience = match self.end {
                Some(_) => patience.min(FULL),
                None => patience,
            };
            self.received.reserve(if reading { READ_BYTES } else { 0 });
            let (mut reader, mut writer) = split(&mut self.stream);
            let rest = &bytes[n_written..];
            let writing = async {
                match rest.is_empty() {
                    true => Progress::Flushed(writer.flush().await),
                    false => Progress::Wrote(writer.write(rest).await),
                }
            };
            let progress = timeout(patience, async {
                tokio::select! {
                    progress = writing => progress,
                    n = reader.read_buf(&mut self.received), if reading => Progress::Read(n),
                }
            });
            match progress.await {
                Ok(Progress::Wrote(Ok(n))) => n_written += n,
                Ok(Progress::Flushed(Ok(()))) => is_flushed = true,
                Ok(Progress::Wrote(Err(_)) | Progress::Flushed(Err(_))) => self.is_deaf = true,
                Ok(Progress::Read(result)) => self.take_in(result),
                Err(_) => {
                    self.record.note("the subject takes no more bytes");
                    // Full buffers are no refusal while nobody empties those of the other way.
                    self.is_deaf = reading || self.end.is_some();
                    return n_written;
                }
            }
        }
        n_written
    }

    fn take_in(&mut self, result: io::Result<usize>) {
        match result {
            Ok(n @ 1..) => {
                self.n_received += n;
                if self.received.len() > MAX_UNREAD_BYTES || self.n_received > MAX_BYTES {
                    self.give_up();
                }
            }
            Ok(0) => {
                self.record.note("the subject ends its direction");
                self.end = Some(End::Eof);
            }
            Err(_) => {
                self.record.note("the subject resets the connection");
                self.end = Some(End::Reset);
            }
        }
    }
}

enum Progress {
    Wrote(io::Result<usize>),
    Flushed(io::Result<()>),
    Read(io::Result<usize>),
}

const READ_BYTES: usize = 64 * 1024;

const WRITE_BYTES: usize = 64 * 1024;

/// Bytes that wait to be looked at: four times the longest message of a case.
const MAX_UNREAD_BYTES: usize = 64 << 20;

/// Bytes of one case: four times what the longest floods have.
const MAX_BYTES: usize = 512 << 20;

/// How long a subject may take no byte while its own are being read, unless a case is more patient.
const TAKE_PATIENCE: Duration = Duration::from_secs(10);

/// After this without a byte taken, the buffers between here and there are full. A subject that has
/// ended its direction has this long too.
const FULL: Duration = Duration::from_secs(1);

/// Pieces that leave with a pause after each.
const CAREFUL_PIECES: usize = 300;
