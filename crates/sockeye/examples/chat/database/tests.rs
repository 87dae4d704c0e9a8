//! What is kept: order and length of the history, references, files, a restart.

use super::*;

fn database() -> Database {
    Database::prepare(Connection::open_in_memory().unwrap()).unwrap()
}

fn room(name: &str) -> RoomName {
    RoomName::try_from(name.to_owned()).unwrap()
}

fn said(into: &str, reference: &str, content: Content) -> NewEntry {
    NewEntry {
        room: room(into),
        from: PersonName::try_from("Ada".to_owned()).unwrap(),
        reference: Reference::try_from(reference.to_owned()).unwrap(),
        at: 1000,
        content,
    }
}

fn text(text: &str) -> Content {
    Content::Text(text.to_owned())
}

fn cat() -> File {
    File {
        id: "f0".into(),
        name: "cat.png".into(),
        media_type: "image/png".into(),
        size: 5,
    }
}

#[test]
fn history_is_the_last_entries_of_the_room_oldest_first() {
    let mut database = database();
    for n in 0..5 {
        database
            .add(&said("lobby", &format!("r-{n}"), text(&n.to_string())))
            .unwrap();
        database
            .add(&said("attic", &format!("r-{n}"), text("elsewhere")))
            .unwrap();
    }
    let history = database.history(&room("lobby"), 3).unwrap();
    let contents: Vec<_> = history.iter().map(|entry| entry.content.clone()).collect();
    assert_eq!(contents, [text("2"), text("3"), text("4")]);
    assert_eq!(database.history(&room("cellar"), 3).unwrap(), []);
}

#[test]
fn the_same_reference_is_kept_once_in_a_room() {
    let mut database = database();
    let (first, new) = database.add(&said("lobby", "r-1", text("once"))).unwrap();
    assert!(new);
    let again = database.add(&said("lobby", "r-1", text("twice"))).unwrap();
    assert_eq!(again, (first.clone(), false));
    assert_eq!(database.history(&room("lobby"), 9).unwrap(), [first]);
}

#[test]
fn files_are_found_by_their_id() {
    let mut database = database();
    let (entry, _) = database
        .add(&said("lobby", "r-1", Content::File(cat())))
        .unwrap();
    assert_eq!(entry.content, Content::File(cat()));
    assert_eq!(database.history(&room("lobby"), 9).unwrap(), [entry]);
    assert_eq!(database.file("f0").unwrap(), Some(cat()));
    assert_eq!(database.file("f1").unwrap(), None);
}

#[test]
fn file_ids_are_long_and_never_the_same() {
    let database = database();
    let [a, b] = [(), ()].map(|()| database.new_file_id().unwrap());
    assert_ne!(a, b);
    assert!(
        a.len() == 32 && a.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')),
        "{a}"
    );
}

#[test]
fn everything_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("chat.db");
    let (entry, _) = Database::open(&path)
        .unwrap()
        .add(&said("lobby", "r-1", text("Hi")))
        .unwrap();
    assert_eq!(
        Database::open(&path)
            .unwrap()
            .history(&room("lobby"), 9)
            .unwrap(),
        [entry]
    );
}
