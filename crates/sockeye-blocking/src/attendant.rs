//! The one thread of the process that looks after connections nobody is in a call on.
//!
//! It sleeps unless something happens on one of them, but for a look each second at which have not
//! been called for so long, and never waits for a peer. Started with the first connection; a
//! panic in a transport or an extension is contained by the connection, see `attended`.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SendError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use crate::attended::Attended;

/// What the attendant is told.
enum Told {
    /// Something has happened on a connection.
    Due(Arc<Attended>),
    /// There is another connection.
    New(Weak<Attended>),
}

/// Has the attendant look at a connection.
pub(crate) fn attend(connection: Arc<Attended>) {
    tell(Told::Due(connection));
}

/// Has the attendant look after the peer of a connection too, when nobody calls for a while.
pub(crate) fn watch(connection: &Arc<Attended>) {
    tell(Told::New(Arc::downgrade(connection)));
}

/// Where the thread cannot be started, the next that happens on any connection tries again.
fn tell(told: Told) {
    let mut attendant = ATTENDANT.lock().unwrap_or_else(PoisonError::into_inner);
    let told = match &*attendant {
        Some(queue) => match queue.send(told) {
            Ok(()) => return,
            // It is gone all the same; what it knew is lost, and another takes its place.
            Err(SendError(told)) => told,
        },
        None => told,
    };
    *attendant = start();
    if let Some(queue) = &*attendant {
        let _ = queue.send(told);
    }
}

fn start() -> Option<Sender<Told>> {
    let (sender, receiver) = channel();
    let thread = thread::Builder::new().name("sockeye-attendant".to_owned());
    thread.spawn(move || run(&receiver)).ok()?;
    Some(sender)
}

fn run(queue: &Receiver<Told>) {
    let mut connections: Vec<Weak<Attended>> = Vec::new();
    let mut next_look = Instant::now();
    loop {
        let told = match connections.is_empty() {
            true => queue.recv().map_err(RecvTimeoutError::from),
            false => queue.recv_timeout(next_look.saturating_duration_since(Instant::now())),
        };
        match told {
            Ok(Told::Due(connection)) => connection.attend(true),
            Ok(Told::New(connection)) => {
                if connections.is_empty() {
                    next_look = Instant::now() + LOOK_INTERVAL;
                }
                connections.push(connection);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if Instant::now() >= next_look {
            connections.retain(|connection| match connection.upgrade() {
                Some(connection) => {
                    connection.look_after_peer();
                    true
                }
                None => false,
            });
            next_look = Instant::now() + LOOK_INTERVAL;
        }
    }
}

static ATTENDANT: Mutex<Option<Sender<Told>>> = Mutex::new(None);

/// Far below what peers allow for an answer to their pings, and rare enough to cost nothing.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests;
