//! The server: it checks each message, sends it back, and keeps count.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sockeye::tokio::{Server, ServerHandle, WebSocket};
use sockeye::{Config, HandlerError, PermessageDeflate, Timeouts};
use tokio::task::JoinHandle;

use crate::life::Life;
use crate::message;
use crate::record::Record;
use crate::summary::Summary;
use crate::{Result, faulty};

pub(crate) struct Watched {
    pub(crate) address: SocketAddr,
    pub(crate) handle: ServerHandle,
    pub(crate) serving: JoinHandle<std::io::Result<()>>,
    pub(crate) books: Arc<Books>,
}

/// What the server knows of its connections.
pub(crate) struct Books {
    pub(crate) received: Record,
    summary: Mutex<Summary>,
}

impl Books {
    fn note(&self, change: impl FnOnce(&mut Summary)) {
        change(&mut self.summary.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn summary(&self) -> Summary {
        let summary = self.summary.lock().unwrap_or_else(PoisonError::into_inner);
        summary.clone()
    }
}

impl Watched {
    pub(crate) async fn start(record: &Path) -> Result<Self> {
        let books = Arc::new(Books {
            received: Record::open(record)?,
            summary: Mutex::default(),
        });
        // All that can be waited for is short, so that each wait is seen to end.
        let config = Config {
            timeouts: Timeouts {
                ping_interval: Some(faulty::GIVEN_UP_AFTER / 4),
                pong: Some(faulty::GIVEN_UP_AFTER / 4),
                write_stall: Some(faulty::GIVEN_UP_AFTER / 2),
                ..Timeouts::default()
            },
            ..Config::default()
        };
        let server = Server::bind("127.0.0.1:0")
            .await?
            .config(config)
            .extension(Arc::new(PermessageDeflate::default()));
        let (address, handle) = (server.local_addr()?, server.handle());
        let shared = Arc::clone(&books);
        let serving = server.serve_requests(move |ws, request| {
            let books = Arc::clone(&shared);
            async move { serve(ws, request.uri().path(), &books).await }
        });
        Ok(Self {
            address,
            handle,
            serving: tokio::spawn(serving),
            books,
        })
    }
}

/// Sends each message back, as long as they are what they should be.
async fn serve(
    mut ws: WebSocket,
    path: &str,
    books: &Books,
) -> std::result::Result<(), HandlerError> {
    books.note(|summary| summary.add("connections opened", 1));
    let Some(life) = Life::of_path(path)? else {
        while let Some(message) = ws.recv().await? {
            ws.send(message).await?;
        }
        return Ok(());
    };
    let mut heard = Heard { life, n: 0, books };
    while let Some(message) = ws.recv().await? {
        if message != message::nth(life, heard.n) {
            let Heard { n, .. } = heard;
            books.note(|summary| summary.fail(format!("{life:?}: not message {n}: {message:?}")));
            return Ok(());
        }
        heard.n += 1;
        ws.send(message).await?;
    }
    Ok(())
}

/// How many messages of a life were received, written down however it ends.
struct Heard<'a> {
    life: Life,
    n: u32,
    books: &'a Books,
}

impl Drop for Heard<'_> {
    fn drop(&mut self) {
        let Self { life, n, books } = *self;
        let noted = books.received.note(life, n);
        books.note(|summary| {
            summary.add("messages received", u64::from(n));
            if let Err(error) = noted {
                summary.fail(format!("the server's record: {error}"));
            }
        });
    }
}

/// How long the server has for connections that are open when it goes.
pub(crate) const DRAIN_DEADLINE: Duration = Duration::from_secs(10);
