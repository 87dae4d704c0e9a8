//! The one thread of the process that looks after connections nobody is in a call on.
//!
//! It sleeps unless something happens on one of them, and never waits for a peer. Started with the
//! first such connection.

use std::sync::mpsc::{Receiver, SendError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::attended::Attended;

/// Has the attendant look at a connection.
///
/// Where its thread cannot be started, the next that happens on any connection tries again.
pub(crate) fn attend(connection: Arc<Attended>) {
    let mut attendant = ATTENDANT.lock().unwrap_or_else(PoisonError::into_inner);
    let connection = match &*attendant {
        Some(queue) => match queue.send(connection) {
            Ok(()) => return,
            // A transport of somebody's has panicked in it.
            Err(SendError(connection)) => connection,
        },
        None => connection,
    };
    *attendant = start();
    if let Some(queue) = &*attendant {
        let _ = queue.send(connection);
    }
}

fn start() -> Option<Sender<Arc<Attended>>> {
    let (sender, receiver) = channel();
    let thread = thread::Builder::new().name("sockeye-attendant".to_owned());
    thread.spawn(move || run(&receiver)).ok()?;
    Some(sender)
}

fn run(queue: &Receiver<Arc<Attended>>) {
    while let Ok(connection) = queue.recv() {
        connection.attend();
    }
}

static ATTENDANT: Mutex<Option<Sender<Arc<Attended>>>> = Mutex::new(None);
