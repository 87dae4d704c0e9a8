//! A file with a number for each life: how many messages were acknowledged, or received.
//!
//! A file, because it outlives a process that is killed. Each number has its place; what was never
//! written reads as zero and takes no room.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::Result;
use crate::life::{Life, MAX_LIVES};

pub(crate) struct Record(Mutex<File>);

impl Record {
    /// Opens the file, which other processes may write too.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        Ok(Self(Mutex::new(options.open(path)?)))
    }

    /// Writes down how many messages of a life there were so far.
    pub(crate) fn note(&self, life: Life, n: u32) -> Result<()> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(place(life))?;
        Ok(file.write_all(&n.to_le_bytes())?)
    }

    /// The numbers of all lives of a client.
    pub(crate) fn of_client(&self, client: u32) -> Result<Vec<u32>> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(place(Life { client, number: 0 }))?;
        let mut bytes = Vec::new();
        let limit = u64::from(MAX_LIVES) * LEN;
        (&mut *file).take(limit).read_to_end(&mut bytes)?;
        let (numbers, _) = bytes.as_chunks();
        let mut numbers: Vec<_> = numbers.iter().copied().map(u32::from_le_bytes).collect();
        numbers.resize(usize::try_from(MAX_LIVES)?, 0);
        Ok(numbers)
    }
}

/// Where the number of a life is.
fn place(life: Life) -> SeekFrom {
    let index = u64::from(life.client) * u64::from(MAX_LIVES) + u64::from(life.number);
    SeekFrom::Start(index * LEN)
}

/// Bytes of a number.
const LEN: u64 = 4;
