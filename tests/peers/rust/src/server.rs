//! The server: a port of the system's choice, and an echo on every connection to it.

use std::io::{self, Read};
use std::thread;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::library::{Library, Outcome};

/// Says where it listens, then serves until standard input ends.
pub(crate) async fn run(library: impl Library) -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on ws://{}", listener.local_addr()?);
    tokio::select! {
        () = accept_all(library, &listener) => {}
        _ = end_of_input() => {}
    }
    Ok(())
}

async fn accept_all(library: impl Library, listener: &TcpListener) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // No descriptor is left, say: some connection will end and give one back.
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Where this fails, the connection is lost, and its end will show that.
        let _ = stream.set_nodelay(true);
        tokio::spawn(library.serve(stream));
    }
}

/// Whoever started this program holds the other end of standard input; its end is ours.
///
/// Read on a thread of its own: tokio's reader would keep the runtime from ending.
fn end_of_input() -> oneshot::Receiver<()> {
    let (ended, end) = oneshot::channel();
    thread::spawn(move || {
        let mut bytes = [0; 64];
        while io::stdin()
            .read(&mut bytes)
            .is_ok_and(|n_bytes| n_bytes > 0)
        {}
        // The receiver is gone when the program is ending anyway.
        let _ = ended.send(());
    });
    end
}
