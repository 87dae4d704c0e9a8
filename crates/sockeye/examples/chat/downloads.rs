//! How much of the shared files may be in memory for those who fetch them over plain HTTP.
//!
//! A response is in memory as a whole until its peer has taken it, however slowly. So each file
//! that is fetched takes its size out of one budget for all, and who finds it used up waits for a
//! while. What goes to the rooms over WebSocket is bounded by their mailboxes instead.

use std::sync::Arc;
use std::time::Duration;

use sockeye::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::envelope::MAX_FILE_BYTES;

/// The usual budget: sixteen files of the largest size. The library copies a response once to write it,
/// so that the memory is twice this.
const MAX_BYTES: usize = 16 * MAX_FILE_BYTES;
/// How long a request usually waits for its part of the budget.
const PATIENCE: Duration = Duration::from_secs(10);

/// The budget of all downloads.
#[derive(Debug)]
pub(crate) struct Downloads {
    budget: Arc<Semaphore>,
    patience: Duration,
}

/// A part of the budget, to be had before a file is read; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    _permit: OwnedSemaphorePermit,
}

impl Downloads {
    /// A budget of `max_bytes`, for which a request waits as long as `patience`.
    pub(crate) fn new(max_bytes: usize, patience: Duration) -> Self {
        Self {
            budget: Arc::new(Semaphore::new(max_bytes)),
            patience,
        }
    }

    /// Waits for room for a file of `size` bytes. `None`: there was none in time.
    pub(crate) async fn admit(&self, size: usize) -> Option<Share> {
        let n = u32::try_from(size).ok()?;
        // First come, first served: a large file is not overtaken by small ones for ever.
        let permit = timeout(
            self.patience,
            Arc::clone(&self.budget).acquire_many_owned(n),
        );
        let _permit = permit.await.ok()?.ok()?;
        Some(Share { _permit })
    }
}

impl Default for Downloads {
    fn default() -> Self {
        Self::new(MAX_BYTES, PATIENCE)
    }
}

impl Share {
    /// Keeps this share taken until the last copy of the bytes is dropped.
    pub(crate) fn hold(self, bytes: Vec<u8>) -> Bytes {
        Bytes::from_owner(Held {
            bytes,
            _share: self,
        })
    }
}

/// A file in memory with its part of the budget.
struct Held {
    bytes: Vec<u8>,
    _share: Share,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn bytes_keep_their_share_until_the_last_copy_is_dropped() {
        let downloads = Downloads::new(10, Duration::ZERO);
        let bytes = downloads.admit(10).await.unwrap().hold(vec![7; 10]);
        let part = bytes.slice(3..5);
        drop(bytes);
        assert!(downloads.admit(1).await.is_none());
        assert_eq!(&part[..], [7, 7]);
        drop(part);
        assert!(downloads.admit(10).await.is_some());
    }

    #[tokio::test]
    async fn a_request_waits_for_others_to_end() {
        let downloads = Downloads::default();
        let mut held = Vec::new();
        for _ in 0..16 {
            held.push(downloads.admit(MAX_FILE_BYTES).now_or_never().unwrap());
        }
        let mut next = std::pin::pin!(downloads.admit(MAX_FILE_BYTES));
        assert!(next.as_mut().now_or_never().is_none());
        held.pop();
        assert!(next.now_or_never().unwrap().is_some());
    }

    #[tokio::test]
    async fn the_wait_ends() {
        let downloads = Downloads::new(10, Duration::from_millis(1));
        let _all = downloads.admit(10).await.unwrap();
        assert!(downloads.admit(1).await.is_none());
        assert!(downloads.admit(usize::MAX).await.is_none());
    }
}
