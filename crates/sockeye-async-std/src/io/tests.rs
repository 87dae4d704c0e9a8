//! The transport over a stream of which everything is known.

use std::task::Waker;

use super::*;

/// Gives what it holds, a little at a time perhaps, and keeps what it is given.
#[derive(Debug, Default)]
struct Script {
    incoming: Vec<u8>,
    /// How many bytes each read says it has read, whatever it has; `None` for the truth.
    claimed: Option<usize>,
    outgoing: Vec<u8>,
    n_writes: usize,
    is_closed: bool,
}

impl AsyncRead for Script {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let n = buf.len().min(self.incoming.len());
        for (to, from) in buf.iter_mut().zip(self.incoming.drain(..n)) {
            *to = from;
        }
        Poll::Ready(Ok(self.claimed.unwrap_or(n)))
    }
}

impl AsyncWrite for Script {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.n_writes += 1;
        let bytes: Vec<_> = bufs.iter().flat_map(|buf| buf.iter().copied()).collect();
        self.outgoing.extend(&bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.is_closed = true;
        Poll::Ready(Ok(()))
    }
}

fn cx() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

/// Reads once; how many bytes came.
#[track_caller]
fn read(io: &mut Io<Script>, buf: &mut BytesMut, max: usize) -> io::Result<usize> {
    match io.poll_read(&mut cx(), buf, max) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("a script never waits"),
    }
}

#[test]
fn read_appends_within_max_and_keeps_what_was_there() {
    let mut io = Io::new(Script {
        incoming: b"abcdefgh".to_vec(),
        ..Script::default()
    });
    let mut buf = BytesMut::from(&b"..."[..]);
    for (max, expected) in [
        (3, "...abc"),
        (1, "...abcd"),
        (usize::MAX, "...abcdefgh"),
        (1, "...abcdefgh"),
    ] {
        let before = buf.len();
        let n = read(&mut io, &mut buf, max).unwrap();
        assert_eq!(n, expected.len() - before);
        assert_eq!(buf, expected);
    }
}

#[test]
fn read_takes_at_most_what_the_scratch_buffer_holds() {
    let mut io = Io::new(Script {
        incoming: vec![1; SCRATCH_BYTES + 1],
        ..Script::default()
    });
    let mut buf = BytesMut::new();
    for expected in [SCRATCH_BYTES, 1, 0] {
        assert_eq!(read(&mut io, &mut buf, usize::MAX).unwrap(), expected);
    }
    assert!(buf.iter().all(|byte| *byte == 1));
}

/// What an earlier connection read is never shown to another.
#[test]
fn a_stream_that_claims_more_than_it_was_lent_is_an_error() {
    let mut io = Io::new(Script {
        claimed: Some(4),
        ..Script::default()
    });
    let mut buf = BytesMut::new();
    let error = read(&mut io, &mut buf, 3).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    assert!(buf.is_empty());
}

#[test]
fn slices_leave_in_order_and_together() {
    let mut io = Io::new(Script::default());
    let slices = [&b"one "[..], b"two ", b"three"].map(IoSlice::new);
    let written = io.poll_write(&mut cx(), &slices);
    assert!(matches!(written, Poll::Ready(Ok(13))), "{written:?}");
    assert!(io.poll_flush(&mut cx()).is_ready());
    assert!(io.poll_shutdown(&mut cx()).is_ready());
    let script = io.into_inner();
    assert_eq!(script.outgoing, b"one two three");
    assert_eq!((script.n_writes, script.is_closed), (1, true));
}
