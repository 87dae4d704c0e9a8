//! The process that is measured: a server, and the count of its memory.

use std::io::{self, Write};

use sockeye::tokio::Server;
use sockeye_tests::{resident_bytes, settled_heap};
use tokio::net::{TcpListener, TcpStream};

use crate::clients::Clients;
use crate::{Result, Subject, ZERO_POINT, unknown};

/// Serves one subject, has clients connect to it, and prints its heap and resident memory.
pub(crate) fn serve(subject: Subject, n_connections: u32) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let mut clients = Clients::start(subject, listener.local_addr()?)?;
    runtime.spawn(async move {
        let result = match subject {
            Subject::Bare => serve_bare(listener).await,
            Subject::Sockeye => serve_sockeye(listener).await,
        };
        panic!("the server ended: {result:?}");
    });
    clients.open(ZERO_POINT)?;
    let (heap_before, resident_before) = (settled_heap(), resident_bytes());
    clients.open(n_connections - ZERO_POINT)?;
    let (heap, resident) = (settled_heap(), resident_bytes());
    let per_connection = |bytes: i64| bytes / i64::from(n_connections - ZERO_POINT);
    let resident = resident
        .zip(resident_before)
        .map(|(after, before)| after - before);
    let resident = resident.map_or_else(unknown, |bytes| per_connection(bytes).to_string());
    writeln!(
        io::stdout(),
        "{} {resident}",
        per_connection(heap - heap_before)
    )?;
    Ok(())
}

async fn serve_bare(listener: TcpListener) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            loop {
                stream.readable().await?;
                if echo_what_is_there(&stream)? == 0 {
                    return io::Result::Ok(());
                }
            }
        });
    }
}

/// Echoes by a buffer on the stack, which no waiting task has to keep.
fn echo_what_is_there(stream: &TcpStream) -> io::Result<usize> {
    let mut buf = [0; 4096];
    match stream.try_read(&mut buf) {
        Ok(n_read) => match stream.try_write(&buf[..n_read])? {
            n_written if n_written == n_read => Ok(n_read),
            _ => Err(io::ErrorKind::WriteZero.into()),
        },
        // Readiness may be announced for nothing; the caller waits again.
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(1),
        Err(error) => Err(error),
    }
}

async fn serve_sockeye(listener: TcpListener) -> io::Result<()> {
    let server = Server::from_listener(listener);
    let echo = server.serve(|mut ws| async move {
        while let Some(message) = ws.recv().await? {
            ws.send(message).await?;
        }
        Ok(())
    });
    echo.await
}
