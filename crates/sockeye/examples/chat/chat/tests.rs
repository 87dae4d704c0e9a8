//! What happens in the rooms: said, shared, sent again, left.

use serde_json::{Value, json};

use super::*;
use crate::arrival::Arrival;

fn enter(chat: &Arc<Chat>, name: &str) -> Seat {
    let room = RoomName::try_from("lobby".to_owned()).unwrap();
    chat.enter(room, PersonName::try_from(name.to_owned()).unwrap())
}

fn reference(mark: &str) -> Reference {
    Reference::try_from(mark.to_owned()).unwrap()
}

fn words(text: &str) -> Text {
    Text::try_from(text.to_owned()).unwrap()
}

/// The next message in a mailbox; for a binary one, its header and what follows it.
async fn next(seat: &Seat) -> (Value, Vec<u8>) {
    let message = seat.mailbox.next().await.unwrap();
    let bytes = message.as_bytes();
    match message.is_text() {
        true => (serde_json::from_slice(bytes).unwrap(), Vec::new()),
        false => {
            let (header, file) =
                bytes[2..].split_at(usize::from(bytes[0]) << 8 | usize::from(bytes[1]));
            (serde_json::from_slice(header).unwrap(), file.to_vec())
        }
    }
}

/// What arrives for the file that a page sends.
async fn send(seat: &Seat, mark: &str, media_type: &str, file: &[u8]) -> Result<(), Refused> {
    let header = json!({ "ref": mark, "name": "a/cat.png", "media_type": media_type });
    let mut arrival = Arrival::new(&seat.chat);
    arrival
        .feed(&envelope::seal(&header.to_string(), file))
        .await;
    let (header, file) = arrival.finish().await?;
    seat.share(header, file).await
}

/// Shares a file; gives its id.
pub(crate) async fn share(chat: &Arc<Chat>, n: usize, media_type: &str, file: &[u8]) -> String {
    let seat = enter(chat, "Ada");
    send(&seat, &format!("share-{n}"), media_type, file)
        .await
        .unwrap();
    let (entry, _) = next(&seat).await;
    entry["entry"]["file"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_said_reaches_all_and_the_next_to_come() {
    let directory = tempfile::tempdir().unwrap();
    let chat = Arc::new(Chat::open(directory.path()).unwrap());
    let ada = enter(&chat, "Ada");
    let bob = enter(&chat, "Bob");
    assert_eq!(next(&ada).await.0["type"], "joined");

    ada.say(reference("r-1"), words("Hello")).await.unwrap();
    let (own, _) = next(&ada).await;
    assert_eq!(
        (&own["ref"], &own["entry"]["text"]),
        (&json!("r-1"), &json!("Hello"))
    );
    let (heard, _) = next(&bob).await;
    assert_eq!(
        (&heard["ref"], &heard["entry"]),
        (&Value::Null, &own["entry"])
    );

    let eve = enter(&chat, "Eve");
    eve.welcome().await.unwrap();
    let (welcome, _) = next(&eve).await;
    assert_eq!(welcome["history"], json!([own["entry"]]));
    assert_eq!(welcome["members"].as_array().unwrap().len(), 3);
    assert_eq!(welcome["limits"]["text_chars"], 4000);
}

#[tokio::test]
async fn what_is_sent_again_is_said_once() {
    let directory = tempfile::tempdir().unwrap();
    let chat = Arc::new(Chat::open(directory.path()).unwrap());
    let (ada, bob) = (enter(&chat, "Ada"), enter(&chat, "Bob"));
    next(&ada).await;
    ada.say(reference("r-1"), words("Hello")).await.unwrap();
    ada.say(reference("r-1"), words("Hello")).await.unwrap();
    ada.say(reference("r-2"), words("there")).await.unwrap();
    assert_eq!(next(&ada).await, next(&ada).await);
    assert_eq!(next(&bob).await.0["entry"]["text"], "Hello");
    assert_eq!(next(&bob).await.0["entry"]["text"], "there");

    send(&ada, "f-1", "", b"meow").await.unwrap();
    send(&ada, "f-1", "", b"meow").await.unwrap();
    assert_eq!(
        std::fs::read_dir(directory.path().join("files"))
            .unwrap()
            .count(),
        1
    );
}

#[tokio::test]
async fn a_file_reaches_the_others_with_its_bytes() {
    let directory = tempfile::tempdir().unwrap();
    let chat = Arc::new(Chat::open(directory.path()).unwrap());
    let (ada, bob) = (enter(&chat, "Ada"), enter(&chat, "Bob"));
    next(&ada).await;
    let png = b"\x89PNG\r\n\x1a\nmeow";
    send(&ada, "f-1", "image/png", png).await.unwrap();

    let (own, nothing) = next(&ada).await;
    assert_eq!((&own["ref"], nothing.len()), (&json!("f-1"), 0));
    let (shared, bytes) = next(&bob).await;
    assert_eq!((&shared["entry"], &*bytes), (&own["entry"], &png[..]));
    let file = &own["entry"]["file"];
    assert_eq!(
        (&file["name"], &file["media_type"]),
        (&json!("cat.png"), &json!("image/png"))
    );
    assert_eq!(
        chat.uploads
            .read(file["id"].as_str().unwrap())
            .await
            .unwrap(),
        png
    );
}

#[tokio::test]
async fn a_free_seat_is_told_to_the_others() {
    let directory = tempfile::tempdir().unwrap();
    let chat = Arc::new(Chat::open(directory.path()).unwrap());
    let ada = enter(&chat, "Ada");
    drop(enter(&chat, "Bob"));
    assert_eq!(next(&ada).await.0["type"], "joined");
    assert_eq!(next(&ada).await.0["type"], "left");
}
