//! Who is told what when people come, go, speak and are measured.

use super::*;

fn room(name: &str) -> RoomName {
    RoomName::try_from(name.to_owned()).unwrap()
}

/// Lets `name` into `room`; gives the id and the mailbox.
fn enter(rooms: &mut Rooms, into: &RoomName, name: &str) -> (MemberId, Arc<Mailbox>) {
    let mailbox = Arc::new(Mailbox::default());
    let name = PersonName::try_from(name.to_owned()).unwrap();
    (rooms.enter(into, name, Arc::clone(&mailbox)), mailbox)
}

/// Everything that waits in a mailbox.
async fn read(mailbox: &Mailbox) -> Vec<String> {
    // What is posted last marks the end, so that nothing here waits for what never comes.
    mailbox.post(Message::from("end"));
    let mut texts = Vec::new();
    loop {
        match mailbox.next().await.unwrap() {
            end if end == Message::from("end") => return texts,
            message => texts.push(message.to_string()),
        }
    }
}

#[tokio::test]
async fn coming_and_going_is_told_to_the_others_of_the_room() {
    let (lobby, attic) = (room("lobby"), room("attic"));
    let mut rooms = Rooms::default();
    let (ada, ada_mail) = enter(&mut rooms, &lobby, "Ada");
    let (bob, bob_mail) = enter(&mut rooms, &lobby, "Bob");
    let (_, eve_mail) = enter(&mut rooms, &attic, "Eve");
    rooms.leave(&lobby, ada);
    rooms.leave(&lobby, ada);

    let joined = format!(r#"{{"type":"joined","member":{{"id":{bob},"name":"Bob","time":null}}}}"#);
    assert_eq!(read(&ada_mail).await, [joined]);
    assert_eq!(
        read(&bob_mail).await,
        [format!(r#"{{"type":"left","id":{ada}}}"#)]
    );
    assert_eq!(read(&eve_mail).await, [""; 0]);
}

#[test]
fn people_are_listed_in_the_order_they_came() {
    let lobby = room("lobby");
    let mut rooms = Rooms::default();
    let (ada, _) = enter(&mut rooms, &lobby, "Ada");
    enter(&mut rooms, &lobby, "Bob");
    enter(&mut rooms, &lobby, "Ada");
    let names = |rooms: &Rooms| {
        let people = rooms.people(&lobby);
        people
            .iter()
            .map(|person| person.name.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&rooms), ["Ada", "Bob", "Ada"]);
    rooms.leave(&lobby, ada);
    assert_eq!(names(&rooms), ["Bob", "Ada"]);
}

#[test]
fn an_empty_room_is_forgotten_and_ids_are_not_used_again() {
    let lobby = room("lobby");
    let mut rooms = Rooms::default();
    let (first, _) = enter(&mut rooms, &lobby, "Ada");
    rooms.leave(&lobby, first);
    assert!(rooms.rooms.is_empty());
    let (second, _) = enter(&mut rooms, &lobby, "Ada");
    assert_ne!(first, second);
}

#[tokio::test]
async fn a_message_reaches_everybody_else_in_the_room() {
    let lobby = room("lobby");
    let mut rooms = Rooms::default();
    let (ada, ada_mail) = enter(&mut rooms, &lobby, "Ada");
    let (_, bob_mail) = enter(&mut rooms, &lobby, "Bob");
    read(&ada_mail).await;
    rooms.tell_others(&lobby, ada, &ToPage::Typing { id: ada });
    assert_eq!(read(&ada_mail).await, [""; 0]);
    assert_eq!(
        read(&bob_mail).await,
        [format!(r#"{{"type":"typing","id":{ada}}}"#)]
    );
}

#[tokio::test]
async fn times_are_told_to_the_room_once_measured() {
    let lobby = room("lobby");
    let mut rooms = Rooms::default();
    let (ada, ada_mail) = enter(&mut rooms, &lobby, "Ada");
    enter(&mut rooms, &lobby, "Bob");
    read(&ada_mail).await;
    rooms.measured(&lobby, ada, Duration::from_micros(12_345));
    rooms.measured(&lobby, 99, Duration::ZERO);
    rooms.tell_times();
    assert_eq!(
        read(&ada_mail).await,
        [format!(r#"{{"type":"times","times":[[{ada},12.3]]}}"#)]
    );
}
