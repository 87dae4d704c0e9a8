//! A transport that plays a script: bytes to read, a step, and one call that goes wrong.

use std::io::{self, IoSlice};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};

use bytes::BytesMut;

use crate::Transport;

/// The calls of a transport.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Operation {
    Read,
    Write,
    Flush,
    Shutdown,
}

impl Operation {
    pub(crate) const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Flush, Self::Shutdown];
}

/// What a call does that goes wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
    /// Pending once, with a wake-up.
    Pending,
    /// Success, with no bytes moved.
    Nothing,
    Kind(io::ErrorKind),
    /// An error of the operating system, by its number.
    Number(i32),
}

/// What one end said and did.
#[derive(Default)]
pub(crate) struct Record {
    pub(crate) n_read: usize,
    pub(crate) written: Vec<u8>,
    /// How often each of [`Operation::ALL`] was called.
    pub(crate) n_calls: [usize; 4],
    pub(crate) is_shut_down: bool,
}

/// Gives `input` and then the end of it, and keeps what is written.
pub(crate) struct Scripted {
    input: Vec<u8>,
    /// Most bytes that one read or write moves.
    step: usize,
    /// Which call goes wrong: the so manyth of its kind.
    fault: Option<(Operation, usize, Fault)>,
    record: Arc<Mutex<Record>>,
}

impl Scripted {
    pub(crate) fn new(
        input: &[u8],
        step: usize,
        fault: Option<(Operation, usize, Fault)>,
    ) -> (Self, Arc<Mutex<Record>>) {
        let record = Arc::<Mutex<Record>>::default();
        let scripted = Self {
            input: input.to_vec(),
            step,
            fault,
            record: Arc::clone(&record),
        };
        (scripted, record)
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().expect("no test panics within a call")
    }

    /// Counts a call; gives what it comes to if it is the one that goes wrong.
    fn call(&self, operation: Operation, cx: &Context<'_>) -> Option<Poll<io::Result<usize>>> {
        let mut record = self.record();
        let n = &mut record.n_calls[operation as usize];
        let at = *n;
        *n += 1;
        assert!(*n < MAX_CALLS, "{operation:?} is called without end");
        let (_, _, fault) = self
            .fault
            .filter(|fault| (fault.0, fault.1) == (operation, at))?;
        Some(match fault {
            Fault::Pending => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Fault::Nothing => Poll::Ready(Ok(0)),
            Fault::Kind(kind) => Poll::Ready(Err(kind.into())),
            Fault::Number(number) => Poll::Ready(Err(io::Error::from_raw_os_error(number))),
        })
    }
}

impl Transport for Scripted {
    fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
        max: usize,
    ) -> Poll<io::Result<usize>> {
        if let Some(fault) = self.call(Operation::Read, cx) {
            return fault;
        }
        let mut record = self.record();
        let rest = &self.input[record.n_read..];
        let n = rest.len().min(max).min(self.step);
        buf.extend_from_slice(&rest[..n]);
        record.n_read += n;
        Poll::Ready(Ok(n))
    }

    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Some(fault) = self.call(Operation::Write, cx) {
            return fault;
        }
        let mut record = self.record();
        assert!(!record.is_shut_down, "bytes behind the end");
        let n_before = record.written.len();
        let bytes = slices.iter().flat_map(|slice| slice.iter());
        record.written.extend(bytes.take(self.step));
        Poll::Ready(Ok(record.written.len() - n_before))
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let fault = self.call(Operation::Flush, cx);
        fault.map_or(Poll::Ready(Ok(())), |fault| fault.map_ok(drop))
    }

    fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(fault) = self.call(Operation::Shutdown, cx) {
            return fault.map_ok(drop);
        }
        self.record().is_shut_down = true;
        Poll::Ready(Ok(()))
    }
}

/// Far more than any script of a test takes.
const MAX_CALLS: usize = 5000;
