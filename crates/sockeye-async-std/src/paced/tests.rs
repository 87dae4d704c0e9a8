//! How often a stream below TLS is read from before others run.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Wake, Waker};

use super::*;

/// A stream on which a byte comes whenever it is asked for.
struct Endless;

impl AsyncRead for Endless {
    fn poll_read(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        buf[0] = 7;
        Poll::Ready(Ok(1))
    }
}

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn read(stream: &mut Paced<Endless>, cx: &mut Context<'_>) -> bool {
    let read = Pin::new(stream).poll_read(cx, &mut [0]);
    read.map(|read| assert_eq!(read.unwrap(), 1)).is_ready()
}

#[test]
fn a_stream_without_end_gives_way_and_asks_to_be_read_again() {
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    let cx = &mut Context::from_waker(&waker);
    let mut stream = Paced::new(Endless);
    for n_turns in 1..=3 {
        for _ in 0..MAX_READS {
            assert!(read(&mut stream, cx));
        }
        assert!(!read(&mut stream, cx));
        assert_eq!(woken.0.load(Ordering::Relaxed), n_turns);
    }
}

#[test]
fn whoever_takes_what_is_read_is_not_stopped() {
    let cx = &mut Context::from_waker(Waker::noop());
    let mut stream = Paced::new(Endless);
    for _ in 0..1000 {
        stream.begin_turn();
        assert!(read(&mut stream, cx));
    }
}

/// Time limits pass, and other tasks run, while TLS waits for plaintext that never comes.
#[test]
fn a_reader_that_wants_more_and_more_is_interrupted() {
    let mut stream = Paced::new(Endless);
    let mut n_polls = 0;
    let reading = poll_fn(|cx| {
        n_polls += 1;
        while read(&mut stream, cx) {
            if n_polls == 100 {
                return Poll::Ready(());
            }
        }
        Poll::Pending
    });
    async_io::block_on(reading);
    assert_eq!(n_polls, 100);
}
