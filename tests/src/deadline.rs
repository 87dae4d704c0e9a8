//! The one bound on waiting: whatever a test waits for arrives in time or fails the test by name.
//!
//! Nothing here sleeps. The bound is generous because it only decides how long a failure takes.

use std::fmt::Display;
use std::time::Duration;

use tokio::time::timeout;

/// How long a test waits for anything: 20 s, far above what a loaded machine with two cores needs.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for `future`, at most [`PATIENCE`].
///
/// # Panics
///
/// If the time is over, with `what` in the message.
pub async fn within<T>(what: impl Display, future: impl Future<Output = T>) -> T {
    match timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what}: nothing within {PATIENCE:?}"),
    }
}
