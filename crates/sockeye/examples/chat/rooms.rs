//! Who is in which room, and how something reaches all of them.
//!
//! Plain data and functions: no socket, no clock, no task. Posting puts a message into mailboxes
//! and never waits.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use sockeye::Message;

use crate::mailbox::Mailbox;
use crate::protocol::{MemberId, Person, ToPage};
use crate::words::{PersonName, RoomName};

/// The rooms that somebody is in; an empty room is forgotten.
#[derive(Debug, Default)]
pub(crate) struct Rooms {
    rooms: HashMap<RoomName, BTreeMap<MemberId, Member>>,
    last_id: MemberId,
}

#[derive(Debug)]
struct Member {
    name: PersonName,
    mailbox: Arc<Mailbox>,
    round_trip: Option<Duration>,
}

impl Rooms {
    /// Lets somebody in and tells the others.
    pub(crate) fn enter(
        &mut self,
        room: &RoomName,
        name: PersonName,
        mailbox: Arc<Mailbox>,
    ) -> MemberId {
        self.last_id += 1;
        let id = self.last_id;
        let member = Member {
            name,
            mailbox,
            round_trip: None,
        };
        let joined = ToPage::Joined {
            member: member.person(id),
        };
        self.rooms
            .entry(room.clone())
            .or_default()
            .insert(id, member);
        self.tell_others(room, id, &joined);
        id
    }

    /// Lets somebody out and tells the others. Leaving twice is leaving once.
    pub(crate) fn leave(&mut self, room: &RoomName, id: MemberId) {
        let Some(members) = self.rooms.get_mut(room) else {
            return;
        };
        if members.remove(&id).is_none() {
            return;
        }
        match members.is_empty() {
            true => drop(self.rooms.remove(room)),
            false => self.tell_others(room, id, &ToPage::Left { id }),
        }
    }

    /// Notes how long a ping to somebody and its pong took.
    pub(crate) fn measured(&mut self, room: &RoomName, id: MemberId, round_trip: Duration) {
        let member = self
            .rooms
            .get_mut(room)
            .and_then(|members| members.get_mut(&id));
        if let Some(member) = member {
            member.round_trip = Some(round_trip);
        }
    }

    /// Tells everybody the round-trip times of their room.
    pub(crate) fn tell_times(&self) {
        for members in self.rooms.values() {
            let times = members
                .iter()
                .filter_map(|(id, member)| Some((*id, member.millis()?)));
            let message = text(&ToPage::Times {
                times: times.collect(),
            });
            members
                .values()
                .for_each(|member| member.mailbox.post(message.clone()));
        }
    }

    /// Posts a message to everybody in a room but one.
    ///
    /// The message is shared, not copied, whatever its size and the number of people.
    pub(crate) fn post_to_others(&self, room: &RoomName, id: MemberId, message: &Message) {
        for (_, member) in self.members(room).filter(|(other, _)| **other != id) {
            member.mailbox.post(message.clone());
        }
    }

    /// Says something to everybody in a room but one.
    pub(crate) fn tell_others(&self, room: &RoomName, id: MemberId, what: &ToPage) {
        self.post_to_others(room, id, &text(what));
    }

    /// Everybody in a room, in the order they came.
    pub(crate) fn people(&self, room: &RoomName) -> Vec<Person> {
        self.members(room)
            .map(|(id, member)| member.person(*id))
            .collect()
    }

    fn members(&self, room: &RoomName) -> impl Iterator<Item = (&MemberId, &Member)> {
        self.rooms.get(room).into_iter().flatten()
    }
}

impl Member {
    fn person(&self, id: MemberId) -> Person {
        Person {
            id,
            name: self.name.clone(),
            time: self.millis(),
        }
    }

    /// The round-trip time in milliseconds, to a tenth.
    fn millis(&self) -> Option<f64> {
        self.round_trip
            .map(|time| (time.as_secs_f64() * 10_000.0).round() / 10.0)
    }
}

/// The text message that says `what`.
pub(crate) fn text(what: &ToPage) -> Message {
    Message::from(what.to_json())
}

#[cfg(test)]
mod tests;
