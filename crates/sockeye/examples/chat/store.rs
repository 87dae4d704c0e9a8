//! The database behind a thread of its own, so that no async task ever waits for a disk.
//!
//! The thread takes one job after the other from a bounded queue and ends when the last [`Store`]
//! is gone.

use std::path::Path;

use tokio::sync::{mpsc, oneshot};

use crate::database::{Database, NewEntry};
use crate::protocol::{Entry, File};
use crate::words::RoomName;

/// The most jobs that wait; whoever asks then waits too.
const MAX_JOBS: usize = 64;

/// A handle to the thread that owns the database.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    jobs: mpsc::Sender<Job>,
}

type Job = Box<dyn FnOnce(&mut Database) + Send>;

/// Why the database did not do what it was asked.
#[derive(Debug)]
pub(crate) struct StoreError(rusqlite::Error);

impl Store {
    /// Opens the database in a file and starts the thread.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the file cannot be opened or is not this program's database.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let mut database = Database::open(path).map_err(StoreError)?;
        let (jobs, mut queue) = mpsc::channel::<Job>(MAX_JOBS);
        std::thread::spawn(move || {
            while let Some(job) = queue.blocking_recv() {
                job(&mut database);
            }
        });
        Ok(Self { jobs })
    }

    /// See [`Database::add`].
    pub(crate) async fn add(&self, new: NewEntry) -> Result<(Entry, bool), StoreError> {
        self.ask(move |database| database.add(&new)).await
    }

    /// See [`Database::history`].
    pub(crate) async fn history(&self, room: RoomName, n: usize) -> Result<Vec<Entry>, StoreError> {
        self.ask(move |database| database.history(&room, n)).await
    }

    /// See [`Database::new_file_id`].
    pub(crate) async fn new_file_id(&self) -> Result<String, StoreError> {
        self.ask(|database| database.new_file_id()).await
    }

    /// See [`Database::file`].
    pub(crate) async fn file(&self, id: String) -> Result<Option<File>, StoreError> {
        self.ask(move |database| database.file(&id)).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Database) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        // A caller that has gone meanwhile wants no reply.
        let job = move |database: &mut Database| drop(reply.send(question(database)));
        self.jobs
            .send(Box::new(job))
            .await
            .expect("the thread runs as long as a store is held");
        answer
            .await
            .expect("the thread does every job that it took")
            .map_err(StoreError)
    }
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the database failed: {}", self.0)
    }
}

impl std::error::Error for StoreError {}
