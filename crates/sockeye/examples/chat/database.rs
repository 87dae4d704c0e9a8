//! What is kept: rooms, messages and files in one SQLite database.
//!
//! Plain blocking functions; `store` runs them on a thread of their own. The bytes of files are not
//! in here: see `uploads`.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Result, Row, named_params};

use crate::protocol::{Content, Entry, File};
use crate::words::{PersonName, Reference, RoomName};

/// An entry to be kept.
#[derive(Clone, Debug)]
pub(crate) struct NewEntry {
    pub(crate) room: RoomName,
    pub(crate) from: PersonName,
    pub(crate) reference: Reference,
    /// Milliseconds since 1970, UTC.
    pub(crate) at: i64,
    pub(crate) content: Content,
}

/// The open database.
#[derive(Debug)]
pub(crate) struct Database(Connection);

impl Database {
    /// Opens the database in a file, which is made if there is none.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        Self::prepare(Connection::open(path)?)
    }

    fn prepare(connection: Connection) -> Result<Self> {
        // A commit is one append to the log, and a crash of this program loses none.
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "normal")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(connection))
    }

    /// Keeps an entry, and tells whether it is new: the same reference in the same room is kept
    /// once, and the entry of the first time comes back.
    pub(crate) fn add(&mut self, new: &NewEntry) -> Result<(Entry, bool)> {
        let transaction = self.0.transaction()?;
        transaction.execute(
            "INSERT OR IGNORE INTO rooms (name) VALUES (?1)",
            [new.room.as_str()],
        )?;
        let room: i64 = transaction.query_row(
            "SELECT id FROM rooms WHERE name = ?1",
            [new.room.as_str()],
            |row| row.get(0),
        )?;
        let known = transaction
            .query_row(
                &format!("{SELECT_ENTRY} WHERE room = ?1 AND reference = ?2"),
                (room, new.reference.as_str()),
                entry,
            )
            .optional()?;
        if let Some(entry) = known {
            return Ok((entry, false));
        }

        let (text, file) = match &new.content {
            Content::Text(text) => (Some(text), None),
            Content::File(file) => (None, Some(file)),
        };
        if let Some(File {
            id,
            name,
            media_type,
            size,
        }) = file
        {
            transaction.execute(
                "INSERT INTO files (id, name, media_type, size) VALUES (?1, ?2, ?3, ?4)",
                (id, name, media_type, size),
            )?;
        }
        transaction.execute(
            "INSERT INTO messages (room, at, sender, reference, text, file)
             VALUES (:room, :at, :sender, :reference, :text, :file)",
            named_params! {
                ":room": room,
                ":at": new.at,
                ":sender": new.from.as_str(),
                ":reference": new.reference.as_str(),
                ":text": text,
                ":file": file.map(|file| &file.id),
            },
        )?;
        let id = transaction.last_insert_rowid();
        transaction.commit()?;
        let from = new.from.as_str().to_owned();
        Ok((
            Entry {
                id,
                at: new.at,
                from,
                content: new.content.clone(),
            },
            true,
        ))
    }

    /// The last `n` entries of a room, oldest first.
    pub(crate) fn history(&self, room: &RoomName, n: usize) -> Result<Vec<Entry>> {
        let mut statement = self.0.prepare_cached(&format!(
            "{SELECT_ENTRY} WHERE room = (SELECT id FROM rooms WHERE name = ?1)
             ORDER BY messages.id DESC LIMIT ?2"
        ))?;
        let mut entries = statement
            .query_map((room.as_str(), n), entry)?
            .collect::<Result<Vec<_>>>()?;
        entries.reverse();
        Ok(entries)
    }

    /// An id for a file that nobody can guess: 128 random bits in hexadecimal.
    pub(crate) fn new_file_id(&self) -> Result<String> {
        self.0
            .query_row("SELECT lower(hex(randomblob(16)))", [], |row| row.get(0))
    }

    /// What is known about a file.
    pub(crate) fn file(&self, id: &str) -> Result<Option<File>> {
        self.0
            .query_row(
                "SELECT id, name, media_type, size FROM files WHERE id = ?1",
                [id],
                |row| file(row, 0),
            )
            .optional()
    }
}

/// One row of [`SELECT_ENTRY`].
fn entry(row: &Row<'_>) -> Result<Entry> {
    let content = match row.get(3)? {
        Some(text) => Content::Text(text),
        None => Content::File(file(row, 4)?),
    };
    Ok(Entry {
        id: row.get(0)?,
        at: row.get(1)?,
        from: row.get(2)?,
        content,
    })
}

/// The four columns of a file, from column `first` on.
fn file(row: &Row<'_>, first: usize) -> Result<File> {
    Ok(File {
        id: row.get(first)?,
        name: row.get(first + 1)?,
        media_type: row.get(first + 2)?,
        size: row.get(first + 3)?,
    })
}

const SELECT_ENTRY: &str = "
    SELECT messages.id, at, sender, text, files.id, files.name, media_type, size
    FROM messages LEFT JOIN files ON files.id = file";

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS rooms (
        id          INTEGER PRIMARY KEY,
        name        TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE IF NOT EXISTS files (
        id          TEXT PRIMARY KEY,
        name        TEXT NOT NULL,
        media_type  TEXT NOT NULL,
        size        INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS messages (
        id          INTEGER PRIMARY KEY,
        room        INTEGER NOT NULL REFERENCES rooms,
        at          INTEGER NOT NULL,
        sender      TEXT NOT NULL,
        reference   TEXT NOT NULL,
        text        TEXT,
        file        TEXT REFERENCES files,
        UNIQUE (room, reference),
        CHECK ((text IS NULL) <> (file IS NULL))
    ) STRICT;
    CREATE INDEX IF NOT EXISTS messages_of_room ON messages (room, id);";

#[cfg(test)]
mod tests;
