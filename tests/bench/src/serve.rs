//! The runtime and the accept loop of the servers on tokio.
//!
//! Runs until it is killed: there is nothing to be saved when a measurement is over.

use std::future::Future;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Builder;

use crate::Arguments;

/// Runs `main` on a current-thread runtime for one thread, on a work-stealing one otherwise.
pub fn run(arguments: &Arguments, main: impl Future<Output = ()>) {
    let mut builder = match arguments.threads {
        0 | 1 => Builder::new_current_thread(),
        n_threads => {
            let mut builder = Builder::new_multi_thread();
            builder.worker_threads(n_threads);
            builder
        }
    };
    let runtime = builder.enable_all().build().expect("a runtime");
    runtime.block_on(main);
}

/// Listens with a backlog that takes all connections of a run at once.
pub fn listen(arguments: &Arguments) -> TcpListener {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_reuseaddr(true).expect("SO_REUSEADDR");
    socket.bind(arguments.address()).expect("a free port");
    socket.listen(4096).expect("a listening socket")
}

/// Accepts for ever. Every connection becomes a task outside tokio's cooperative budget, which is
/// what the examples of fastwebsockets and tokio-websockets do as well.
pub async fn serve<F>(arguments: &Arguments, handler: impl Fn(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = listen(arguments);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        // Where this fails, the connection is lost, and its end will show that.
        let _ = stream.set_nodelay(true);
        tokio::spawn(tokio::task::unconstrained(handler(stream)));
    }
}
