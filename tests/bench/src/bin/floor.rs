//! The floor for clients: answers each message of one fixed size without looking at it.
//!
//! `floor --port P --size N [--text]`. Makes the opening handshake (RFC 6455 §4.2), then counts
//! bytes: for as many as a masked frame of N bytes has, it owes one frame that was made before.
//! Reads and writes at the same time, so that no client that waits for room can be locked out.
//! What it costs is next to nothing: the client is what is measured.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use clap::Parser;
use sockeye_bench::{Arguments, run, serve, upgrade};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    common: Arguments,
    /// Bytes of each message
    #[arg(long)]
    size: usize,
    /// Answer with text
    #[arg(long)]
    text: bool,
}

fn main() {
    let Options { common, size, text } = Options::parse();
    let answers = Arc::new(Answers::new(size, text));
    let serving = serve(&common, move |stream| {
        let answers = Arc::clone(&answers);
        async move {
            // An error is the end of the connection, like any other.
            let _ = answer(stream, answers).await;
        }
    });
    run(&common, serving);
}

/// Frames that are sent again and again.
struct Answers {
    /// Whole frames, at least one.
    frames: Vec<u8>,
    frame_len: usize,
    /// Length of a frame that asks for one.
    asked_len: usize,
}

impl Answers {
    fn new(size: usize, is_text: bool) -> Self {
        let payload = (b'a'..=b'z').cycle().take(size);
        let mut frame = header(size, is_text);
        frame.extend(payload);
        let frame_len = frame.len();
        let n_frames = (BATCH_BYTES / frame_len).max(1);
        Self {
            frames: frame.repeat(n_frames),
            frame_len,
            // The masking key is all that a client's frame has more.
            asked_len: frame_len + 4,
        }
    }
}

/// The header of an unmasked frame (RFC 6455 §5.2).
fn header(size: usize, is_text: bool) -> Vec<u8> {
    let first = if is_text { 0x81 } else { 0x82 };
    match size {
        0..126 => vec![first, size as u8],
        126..0x1_0000 => [&[first, 126][..], &(size as u16).to_be_bytes()].concat(),
        _ => [&[first, 127][..], &(size as u64).to_be_bytes()].concat(),
    }
}

async fn answer(mut stream: TcpStream, answers: Arc<Answers>) -> io::Result<()> {
    upgrade(&mut stream, None).await?;
    let mut connection = Connection {
        stream,
        answers,
        buf: vec![0; BATCH_BYTES],
        n_asked: 0,
        n_owed: 0,
        n_written: 0,
    };
    poll_fn(|cx| connection.poll(cx)).await
}

struct Connection {
    stream: TcpStream,
    answers: Arc<Answers>,
    buf: Vec<u8>,
    /// Bytes of a frame that is not complete.
    n_asked: usize,
    /// Bytes of answers to be written.
    n_owed: usize,
    /// Bytes written of the answer that is under way.
    n_written: usize,
}

impl Connection {
    /// Reads all there is and writes all that is owed; ready at the end.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let read = self.poll_read(cx)?;
            let write = self.poll_write(cx)?;
            match (read, write) {
                (Poll::Ready(0), _) => return Poll::Ready(Ok(())),
                (Poll::Pending, _) => return Poll::Pending,
                (Poll::Ready(_), Poll::Ready(()) | Poll::Pending) => {}
            }
        }
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut buf = ReadBuf::new(&mut self.buf);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buf))?;
        let n = buf.filled().len();
        self.n_asked += n;
        self.n_owed += self.n_asked / self.answers.asked_len * self.answers.frame_len;
        self.n_asked %= self.answers.asked_len;
        Poll::Ready(Ok(n))
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.n_owed > 0 {
            let rest = &self.answers.frames[self.n_written..];
            let rest = &rest[..rest.len().min(self.n_owed)];
            let n = ready!(Pin::new(&mut self.stream).poll_write(cx, rest))?;
            self.n_owed -= n;
            self.n_written = (self.n_written + n) % self.answers.frame_len;
        }
        Poll::Ready(Ok(()))
    }
}

const BATCH_BYTES: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_have_the_shortest_form_of_the_length() {
        assert_eq!(header(20, false), [0x82, 20]);
        assert_eq!(header(125, true), [0x81, 125]);
        assert_eq!(header(126, true), [0x81, 126, 0, 126]);
        assert_eq!(header(0xFFFF, false), [0x82, 126, 0xFF, 0xFF]);
        assert_eq!(header(0x1_0000, false), [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn answers_are_whole_frames() {
        for size in [0, 20, 1 << 20] {
            let answers = Answers::new(size, false);
            assert_eq!(answers.frames.len() % answers.frame_len, 0);
            assert!(answers.frame_len >= size + 2);
        }
    }
}
