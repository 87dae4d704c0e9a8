//! A file while it arrives: header first, then the bytes, piece by piece onto the disk.
//!
//! Never more than one piece and the header is in memory, however slowly a page sends. What cannot
//! be taken is refused at once, and the rest of its message passes unheeded.

use crate::chat::{Chat, not_kept};
use crate::envelope::{HeaderReader, MAX_FILE_BYTES, UploadHeader};
use crate::protocol::Refused;
use crate::uploads::{Upload, Uploaded};

/// A binary message of which more is to come.
#[derive(Debug)]
pub(crate) struct Arrival<'a> {
    chat: &'a Chat,
    state: State,
}

#[derive(Debug)]
enum State {
    Header(HeaderReader),
    File(UploadHeader, Box<Upload>),
    Refused(Refused),
}

impl<'a> Arrival<'a> {
    pub(crate) fn new(chat: &'a Chat) -> Self {
        Self {
            chat,
            state: State::Header(HeaderReader::default()),
        }
    }

    /// Takes the next piece of the message.
    pub(crate) async fn feed(&mut self, piece: &[u8]) {
        if let Err(refused) = self.take(piece).await {
            self.state = State::Refused(refused);
        }
    }

    /// Ends the message: the file is on disk now, or there is a reason why not.
    pub(crate) async fn finish(self) -> Result<(UploadHeader, Uploaded), Refused> {
        match self.state {
            State::Header(reader) => Err(reader.finish()),
            State::Refused(refused) => Err(refused),
            State::File(header, upload) => match upload.finish().await {
                Ok(uploaded) => Ok((header, uploaded)),
                Err(error) => Err(not_kept(&error).about(header.reference)),
            },
        }
    }

    async fn take(&mut self, piece: &[u8]) -> Result<(), Refused> {
        match &mut self.state {
            State::Header(reader) => {
                let Some((header, n)) = reader.feed(piece)? else {
                    return Ok(());
                };
                let upload = begin(self.chat).await;
                let mut upload =
                    upload.map_err(|refused| refused.about(header.reference.clone()))?;
                append(&header, &mut upload, piece.get(n..).unwrap_or_default()).await?;
                self.state = State::File(header, Box::new(upload));
            }
            State::File(header, upload) => append(header, upload, piece).await?,
            State::Refused(_) => {}
        }
        Ok(())
    }
}

async fn begin(chat: &Chat) -> Result<Upload, Refused> {
    let id = chat
        .store
        .new_file_id()
        .await
        .map_err(|error| not_kept(&error))?;
    chat.uploads
        .begin(id)
        .await
        .map_err(|error| not_kept(&error))
}

async fn append(header: &UploadHeader, upload: &mut Upload, piece: &[u8]) -> Result<(), Refused> {
    if upload.size() + piece.len() > MAX_FILE_BYTES {
        let reason = format!("a file has at most {MAX_FILE_BYTES} bytes");
        return Err(Refused::because(reason).about(header.reference.clone()));
    }
    upload
        .write(piece)
        .await
        .map_err(|error| not_kept(&error).about(header.reference.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::seal;

    const HEADER: &str = r#"{"ref":"a-1","name":"cat.png"}"#;

    async fn arrive(
        chat: &Chat,
        pieces: impl IntoIterator<Item = &[u8]>,
    ) -> Result<(UploadHeader, Uploaded), Refused> {
        let mut arrival = Arrival::new(chat);
        for piece in pieces {
            arrival.feed(piece).await;
        }
        arrival.finish().await
    }

    fn n_files(directory: &tempfile::TempDir) -> usize {
        std::fs::read_dir(directory.path().join("files"))
            .unwrap()
            .count()
    }

    #[tokio::test]
    async fn a_file_is_the_same_however_it_is_cut() {
        let directory = tempfile::tempdir().unwrap();
        let chat = Chat::open(directory.path()).unwrap();
        let message = seal(HEADER, b"0123456789");
        for n in [1, 2, 7, 33, 1000] {
            let (header, file) = arrive(&chat, message.chunks(n)).await.unwrap();
            assert_eq!((header.name.as_str(), file.size), ("cat.png", 10));
            assert_eq!(chat.uploads.read(&file.id).await.unwrap(), b"0123456789");
        }
    }

    #[tokio::test]
    async fn a_file_may_fill_its_limit_and_not_more() {
        let directory = tempfile::tempdir().unwrap();
        let chat = Chat::open(directory.path()).unwrap();
        let message = seal(HEADER, &vec![7; MAX_FILE_BYTES]);
        assert!(arrive(&chat, message.chunks(65_536)).await.is_ok());

        let too_much = seal(HEADER, &vec![7; MAX_FILE_BYTES + 1]);
        let refused = arrive(&chat, too_much.chunks(65_536)).await.unwrap_err();
        assert!(
            refused.reason.contains("at most 2096128 bytes"),
            "{}",
            refused.reason
        );
        assert_eq!(refused.reference.unwrap().as_str(), "a-1");
        assert_eq!(n_files(&directory), 1);
    }

    #[tokio::test]
    async fn what_is_no_file_is_refused_and_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let chat = Chat::open(directory.path()).unwrap();
        for (message, because) in [
            (&b""[..], "ended in it"),
            (b"\0\x02{}rest", "not understood"),
            (b"\x03\xff", "ended in it"),
        ] {
            let refused = arrive(&chat, message.chunks(1)).await.unwrap_err();
            assert!(refused.reason.contains(because), "{}", refused.reason);
        }
        assert_eq!(n_files(&directory), 0);
    }

    #[tokio::test]
    async fn a_file_is_refused_with_its_mark_if_there_is_one() {
        let directory = tempfile::tempdir().unwrap();
        let chat = Chat::open(directory.path()).unwrap();
        let lone = seal(r#"{"ref":"a-1","name":"\udc00.jpeg"}"#, b"meow");
        let nameless = seal(r#"{"ref":"a-1"}"#, b"meow");
        let too_long = seal(&format!(r#"{{"ref":"a-1","name":"{:2000}"}}"#, ""), b"meow");
        for message in [&lone[..], &nameless, &too_long, &lone[..30]] {
            for n in [1, 100, 5000] {
                let refused = arrive(&chat, message.chunks(n)).await.unwrap_err();
                let mark = refused.reference.expect(&refused.reason);
                assert_eq!(mark.as_str(), "a-1");
            }
        }
        assert_eq!(n_files(&directory), 0);
    }
}
