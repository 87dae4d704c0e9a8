//! Everybody who is connected, for the broadcast servers on a library's own `Sink`.

use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::sync::Mutex;

/// The sending halves of all connections.
pub struct Hall<S> {
    sinks: Mutex<Vec<S>>,
}

impl<S> Default for Hall<S> {
    fn default() -> Self {
        Self {
            sinks: Mutex::new(Vec::new()),
        }
    }
}

impl<S: Unpin> Hall<S> {
    /// Publishes what comes from `stream`, as far as `is_message`; `sink`, its other half, gets all
    /// that is published from here on. Ends with the stream.
    pub async fn attend<M, E>(
        &self,
        (sink, mut stream): (S, impl Stream<Item = Result<M, E>> + Unpin),
        is_message: impl Fn(&M) -> bool,
    ) where
        S: Sink<M>,
        M: Clone,
    {
        self.sinks.lock().await.push(sink);
        while let Some(Ok(message)) = stream.next().await {
            if is_message(&message) {
                self.publish(message).await;
            }
        }
    }

    /// Sends to all, one after the other, awaiting each. Who fails is left out from then on.
    ///
    /// Awaiting costs nothing while sockets take what they get, and spares a task and a queue for
    /// each connection.
    async fn publish<M: Clone>(&self, message: M)
    where
        S: Sink<M>,
    {
        let mut sinks = self.sinks.lock().await;
        let mut index = 0;
        while let Some(sink) = sinks.get_mut(index) {
            match sink.send(message.clone()).await {
                Ok(()) => index += 1,
                Err(_) => drop(sinks.swap_remove(index)),
            }
        }
    }
}
