//! The chat itself: what happens in the rooms when somebody comes, says or shares something.
//!
//! Knows people by their mailboxes. Sockets are the business of `session`.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sockeye::Message;

use crate::database::NewEntry;
use crate::downloads::Downloads;
use crate::envelope::{self, MAX_FILE_BYTES, UploadHeader};
use crate::files;
use crate::mailbox::Mailbox;
use crate::protocol::{Content, Entry, File, Limits, MemberId, Refused, ToPage};
use crate::rooms::{Rooms, text};
use crate::store::Store;
use crate::uploads::{Uploaded, Uploads};
use crate::words::{MAX_NAME_CHARS, MAX_TEXT_CHARS, PersonName, Reference, RoomName, Text};

/// How many entries somebody sees on entering a room.
const N_HISTORY: usize = 100;

/// Everything that the connections share.
#[derive(Debug)]
pub(crate) struct Chat {
    pub(crate) store: Store,
    pub(crate) uploads: Uploads,
    pub(crate) downloads: Downloads,
    rooms: Mutex<Rooms>,
}

/// The disk or the database failed.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Chat {
    /// Opens the chat whose history and files are in a directory, which is made if need be.
    ///
    /// # Errors
    ///
    /// The disk's or the database's.
    pub(crate) fn open(directory: &Path) -> Result<Self, Failure> {
        let uploads = Uploads::open(&directory.join("files"))?;
        let store = Store::open(&directory.join("chat.db"))?;
        Ok(Self {
            store,
            uploads,
            downloads: Downloads::default(),
            rooms: Mutex::default(),
        })
    }

    /// Gives somebody a place in a room and tells the others.
    pub(crate) fn enter(self: &Arc<Self>, room: RoomName, name: PersonName) -> Seat {
        let mailbox = Arc::<Mailbox>::default();
        let id = self
            .rooms()
            .enter(&room, name.clone(), Arc::clone(&mailbox));
        Seat {
            chat: Arc::clone(self),
            room,
            name,
            id,
            mailbox,
        }
    }

    /// Tells every room the round-trip times of the people in it.
    pub(crate) fn tell_times(&self) {
        self.rooms().tell_times();
    }

    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.rooms
            .lock()
            .expect("nothing panics while it holds this lock")
    }
}

/// One person's place in a room; dropped, it is free and the others are told.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) chat: Arc<Chat>,
    pub(crate) mailbox: Arc<Mailbox>,
    room: RoomName,
    name: PersonName,
    id: MemberId,
}

impl Seat {
    /// Tells this person who is here and what was said before.
    ///
    /// What others say while the history is read is in the mailbox before this, and may be in the
    /// history too: the page goes by the ids of the entries.
    pub(crate) async fn welcome(&self) -> Result<(), Failure> {
        let history = self
            .chat
            .store
            .history(self.room.clone(), N_HISTORY)
            .await?;
        self.tell(&ToPage::Welcome {
            you: self.id,
            room: self.room.clone(),
            members: self.chat.rooms().people(&self.room),
            history,
            limits: Limits {
                name_chars: MAX_NAME_CHARS,
                text_chars: MAX_TEXT_CHARS,
                file_bytes: MAX_FILE_BYTES,
            },
        });
        Ok(())
    }

    /// Keeps what this person says, and tells everybody.
    pub(crate) async fn say(&self, reference: Reference, words: Text) -> Result<(), Refused> {
        let (entry, is_new) = self.keep(&reference, Content::Text(words.into())).await?;
        if is_new {
            self.tell_others(&ToPage::entry(&entry, None));
        }
        self.tell(&ToPage::entry(&entry, Some(reference)));
        Ok(())
    }

    /// Keeps a file that this person shared, and sends it to everybody.
    pub(crate) async fn share(&self, header: UploadHeader, file: Uploaded) -> Result<(), Refused> {
        let media_type = files::media_type(&header.media_type, &file.first_bytes);
        let name = files::clean_name(&header.name);
        let content = File {
            id: file.id.clone(),
            name,
            media_type,
            size: file.size,
        };
        let kept = self.keep(&header.reference, Content::File(content)).await;
        if !matches!(kept, Ok((_, true))) {
            // Shared before under the same reference, or not kept: nothing refers to these bytes.
            self.chat.uploads.discard(&file.id).await;
        }
        let (entry, is_new) = kept?;
        if is_new {
            let entry = ToPage::entry(&entry, None);
            self.send_to_others(&file.id, &entry).await;
        }
        self.tell(&ToPage::entry(&entry, Some(header.reference)));
        Ok(())
    }

    /// Lets the others see that this person types.
    pub(crate) fn types(&self) {
        self.tell_others(&ToPage::Typing { id: self.id });
    }

    /// Notes how long a ping to this person and its pong took.
    pub(crate) fn measured(&self, round_trip: Duration) {
        self.chat.rooms().measured(&self.room, self.id, round_trip);
    }

    /// Puts a message into this person's mailbox.
    pub(crate) fn tell(&self, what: &ToPage) {
        self.mailbox.post(text(what));
    }

    fn tell_others(&self, what: &ToPage) {
        self.chat.rooms().tell_others(&self.room, self.id, what);
    }

    /// Sends a file to the others: one message for all of them, read from the disk once.
    async fn send_to_others(&self, file_id: &str, entry: &ToPage) {
        let message = match self.chat.uploads.read(file_id).await {
            Ok(bytes) => Message::from(envelope::seal(&entry.to_json(), &bytes)),
            // The entry alone has the link, which may work when the disk does again.
            Err(_unreadable) => text(entry),
        };
        self.chat
            .rooms()
            .post_to_others(&self.room, self.id, &message);
    }

    async fn keep(
        &self,
        reference: &Reference,
        content: Content,
    ) -> Result<(Entry, bool), Refused> {
        let new = NewEntry {
            room: self.room.clone(),
            from: self.name.clone(),
            reference: reference.clone(),
            at: now_millis(),
            content,
        };
        let kept = self.chat.store.add(new).await;
        kept.map_err(|error| not_kept(&error).about(reference.clone()))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.chat.rooms().leave(&self.room, self.id);
    }
}

/// Tells whoever runs the server what failed, and the page only that it did.
pub(crate) fn not_kept(error: &dyn std::error::Error) -> Refused {
    eprintln!("chat: {error}");
    Refused::because("the server could not keep this; try again later")
}

/// Milliseconds since 1970, UTC; 0 on a clock that is before it.
fn now_millis() -> i64 {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
pub(crate) mod tests;
