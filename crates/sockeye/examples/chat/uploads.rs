//! Files on disk: written while they arrive, under a temporary name, then renamed to their id.
//!
//! So a file that is there under its id is whole. The name that a page gave never comes near the
//! disk.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs;
use tokio::io::AsyncWriteExt as _;

/// How many first bytes are kept in mind; enough to recognize an image.
const N_FIRST_BYTES: usize = 16;
/// The ending of a file that is not whole.
const PART: &str = "part";

/// The directory of all shared files.
#[derive(Debug)]
pub(crate) struct Uploads {
    directory: PathBuf,
}

impl Uploads {
    /// Opens the directory, which is made if need be, and removes what a crash left unfinished.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub(crate) fn open(directory: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(directory)?;
        for file in std::fs::read_dir(directory)? {
            let path = file?.path();
            if path.extension().is_some_and(|ending| ending == PART) {
                std::fs::remove_file(path)?;
            }
        }
        Ok(Self {
            directory: directory.to_owned(),
        })
    }

    /// Begins the file that will be called `id`.
    ///
    /// # Errors
    ///
    /// The operating system's; one file of this id is there already.
    pub(crate) async fn begin(&self, id: String) -> io::Result<Upload> {
        let whole = self.directory.join(&id);
        let part = Part {
            path: whole.with_extension(PART),
        };
        let file = fs::File::create_new(&part.path).await?;
        Ok(Upload {
            id,
            whole,
            part,
            file,
            size: 0,
            first_bytes: Vec::new(),
        })
    }

    /// Reads a whole file.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub(crate) async fn read(&self, id: &str) -> io::Result<Vec<u8>> {
        fs::read(self.directory.join(id)).await
    }

    /// Removes a file that nothing refers to.
    pub(crate) async fn discard(&self, id: &str) {
        // A file that cannot be removed takes up space and does no other harm.
        let _ = fs::remove_file(self.directory.join(id)).await;
    }
}

/// A file that is arriving. Dropped before its end, it leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Upload {
    id: String,
    whole: PathBuf,
    part: Part,
    file: fs::File,
    size: usize,
    first_bytes: Vec<u8>,
}

/// A file that has arrived.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Uploaded {
    pub(crate) id: String,
    pub(crate) size: usize,
    pub(crate) first_bytes: Vec<u8>,
}

impl Upload {
    /// Appends the next piece.
    ///
    /// # Errors
    ///
    /// The operating system's; the upload is lost then.
    pub(crate) async fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        let n_missing = N_FIRST_BYTES - self.first_bytes.len();
        self.first_bytes.extend(piece.iter().take(n_missing));
        self.size += piece.len();
        self.file.write_all(piece).await
    }

    /// How many bytes were written.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Ends the file and gives it the name that it keeps.
    ///
    /// # Errors
    ///
    /// The operating system's; the upload is lost then.
    pub(crate) async fn finish(self) -> io::Result<Uploaded> {
        self.file.sync_all().await?;
        fs::rename(&self.part.path, &self.whole).await?;
        Ok(Uploaded {
            id: self.id,
            size: self.size,
            first_bytes: self.first_bytes,
        })
    }
}

/// The temporary name: gone with this value, whether or not the file has got a better one.
#[derive(Debug)]
struct Part {
    path: PathBuf,
}

impl Drop for Part {
    fn drop(&mut self) {
        // Fails when the file was renamed, which is as well. One system call, once per upload.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let files = std::fs::read_dir(directory).unwrap();
        files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[tokio::test]
    async fn a_file_appears_when_it_is_whole() {
        let directory = tempfile::tempdir().unwrap();
        let uploads = Uploads::open(&directory.path().join("files")).unwrap();
        let mut upload = uploads.begin("f0".to_owned()).await.unwrap();
        upload.write(b"0123456789").await.unwrap();
        upload.write(b"0123456789").await.unwrap();
        assert!(uploads.read(&upload.id).await.is_err());

        let uploaded = upload.finish().await.unwrap();
        assert_eq!(
            (uploaded.size, &*uploaded.first_bytes),
            (20, &b"0123456789012345"[..])
        );
        assert_eq!(
            uploads.read(&uploaded.id).await.unwrap(),
            b"01234567890123456789"
        );
        assert_eq!(names(&uploads.directory), [uploaded.id.as_str()]);

        uploads.discard(&uploaded.id).await;
        assert_eq!(names(&uploads.directory), [""; 0]);
    }

    #[tokio::test]
    async fn an_upload_that_ends_early_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let uploads = Uploads::open(directory.path()).unwrap();
        let mut upload = uploads.begin("f0".to_owned()).await.unwrap();
        upload.write(b"half").await.unwrap();
        assert_eq!(names(directory.path()).len(), 1);
        drop(upload);
        assert_eq!(names(directory.path()), [""; 0]);
    }

    #[tokio::test]
    async fn what_a_crash_left_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("00.part"), "half").unwrap();
        std::fs::write(directory.path().join("01"), "whole").unwrap();
        Uploads::open(directory.path()).unwrap();
        assert_eq!(names(directory.path()), ["01"]);
    }
}
