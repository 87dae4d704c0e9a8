//! The exchange over a library's `Stream` and `Sink`: take all there is, answer each, flush once.

use std::error::Error;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use futures_util::{Sink, Stream};

use crate::Outcome;
use crate::meter::Meter;
use crate::options::Options;

/// Keeps copies of `message` in flight; `payload` is what a message carries, for the first answer
/// to be checked.
pub(crate) async fn exchange<W, M, E>(
    mut ws: W,
    message: M,
    payload: fn(&M) -> &[u8],
    options: &Options,
    meter: &Meter,
) -> Outcome
where
    W: Stream<Item = Result<M, E>> + Sink<M, Error = E> + Unpin,
    M: Clone,
    E: Error + Send + Sync + 'static,
{
    let count = options.count_of_connection();
    let mut n_received = 0;
    let mut n_to_send = options.depth;
    poll_fn(move |cx| {
        loop {
            // All that is there first: some libraries flush before they read.
            while let Poll::Ready(received) = Pin::new(&mut ws).poll_next(cx)? {
                let received = received.ok_or("the floor closed")?;
                if n_received == 0 && payload(&received) != options.payload.as_bytes() {
                    return Poll::Ready(Err("the first answer is wrong".into()));
                }
                n_received += 1;
                meter.add(1);
                if n_received >= count {
                    return Poll::Ready(Ok(()));
                }
                n_to_send += 1;
            }
            if n_to_send == 0 {
                // Pending or not: when there is room again, the task runs again.
                let _ = Pin::new(&mut ws).poll_flush(cx)?;
                return Poll::Pending;
            }
            while n_to_send > 0 {
                match Pin::new(&mut ws).poll_ready(cx)? {
                    Poll::Ready(()) => Pin::new(&mut ws).start_send(message.clone())?,
                    Poll::Pending => return Poll::Pending,
                }
                n_to_send -= 1;
            }
            let _ = Pin::new(&mut ws).poll_flush(cx)?;
        }
    })
    .await
}
