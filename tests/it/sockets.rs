//! Turns of the tests that open hundreds of sockets.
//!
//! Both ends of each are in this process, and all tests together must get by with the 1024
//! descriptors that many systems allow.

use tokio::sync::{Mutex, MutexGuard};

/// Waits until no other test has hundreds of sockets open; the turn ends when this is dropped.
pub(crate) async fn many_sockets() -> MutexGuard<'static, ()> {
    TURN.lock().await
}

static TURN: Mutex<()> = Mutex::const_new(());
