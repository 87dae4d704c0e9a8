//! Two connections, an in-memory link and a virtual clock, to test with.
//!
//! Does what a driver does, in the smallest way: moves bytes, fires deadlines, collects events.
//! Everything is deterministic and nothing waits. Not for use as a transport.

mod end;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::time::Duration;

use sockeye_extensions::Chain;
use sockeye_frame::Role;

use crate::{Config, Connection, Entropy, Event, Timestamp};

use end::End;

/// A client and a server that talk to each other.
///
/// Call methods of the two connections as an application would, then [`drive`](Self::drive).
///
/// ```
/// use sockeye_connection::{Config, Event, Pair};
/// use sockeye_frame::Role;
/// # use sockeye_connection::ApiMisuse;
///
/// # fn main() -> Result<(), ApiMisuse> {
/// let mut pair = Pair::new(Config::default(), Config::default());
/// let now = pair.now();
/// pair.connection(Role::Client).send("hello".into(), now)?;
/// pair.drive();
/// let events = pair.take_events(Role::Server);
/// let [Event::Message(message)] = &events[..] else { panic!("{events:?}") };
/// assert_eq!(message.as_bytes(), b"hello");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Pair {
    client: End,
    server: End,
    now: Timestamp,
}

impl Pair {
    /// A client and a server with these settings and no extensions.
    #[must_use]
    pub fn new(client: Config, server: Config) -> Self {
        let now = Timestamp::default();
        let connection =
            |role, config| Connection::new(role, config, Chain::default(), Self::entropy(), now);
        Self::from_connections(
            connection(Role::Client, client),
            connection(Role::Server, server),
        )
    }

    /// The pair of these two, whose time so far must be [`Timestamp::default`].
    #[must_use]
    pub fn from_connections(client: Connection, server: Connection) -> Self {
        Self {
            client: End::new(client),
            server: End::new(server),
            now: Timestamp::default(),
        }
    }

    /// Bytes that look random and are the same each time; no entropy at all.
    #[must_use]
    pub fn entropy() -> Entropy {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        Box::new(move |bytes| {
            for byte in bytes {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let [low, ..] = state.to_le_bytes();
                *byte = low;
            }
        })
    }

    /// The connection of the end with this role.
    #[must_use]
    pub const fn connection(&mut self, role: Role) -> &mut Connection {
        &mut self.end(role).connection
    }

    /// The events of the end with this role since they were last taken, in order.
    #[must_use]
    pub fn take_events(&mut self, role: Role) -> Vec<Event<'static>> {
        core::mem::take(&mut self.end(role).events)
    }

    /// The time of the virtual clock.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Lets the transport of the end with this role take no bytes, or take them again.
    pub const fn set_blocked(&mut self, role: Role, blocked: bool) {
        self.end(role).blocked = blocked;
    }

    /// Lets bytes arrive in reads of at most `max_read_bytes`, for both ends; unlimited at first.
    ///
    /// Zero counts as one.
    pub fn set_max_read_bytes(&mut self, max_read_bytes: usize) {
        self.client.max_read_bytes = max_read_bytes.max(1);
        self.server.max_read_bytes = max_read_bytes.max(1);
    }

    /// Adds bytes to those on their way to the end with this role, as a strange peer would.
    pub fn inject(&mut self, role: Role, bytes: &[u8]) {
        self.end(role).arriving.extend_from_slice(bytes);
    }

    /// Breaks the link: both ends are told that the transport is gone.
    pub fn disconnect(&mut self) {
        for end in [&mut self.client, &mut self.server] {
            end.arriving.clear();
            end.connection.handle_disconnect();
        }
    }

    /// Moves bytes and collects events until nothing moves any more, at the present time.
    pub fn drive(&mut self) {
        loop {
            self.client.write(&mut self.server, self.now);
            self.server.write(&mut self.client, self.now);
            let read_by_client = self.client.read(self.now);
            let read_by_server = self.server.read(self.now);
            // Only what was read can have brought about something to write.
            if !(read_by_client || read_by_server) {
                return;
            }
        }
    }

    /// Moves the clock by `duration`, stopping at each deadline on the way to fire it and
    /// [`drive`](Self::drive).
    pub fn advance(&mut self, duration: Duration) {
        let target = self.now + duration;
        loop {
            self.drive();
            let deadlines = [
                self.client.connection.poll_timeout(),
                self.server.connection.poll_timeout(),
            ];
            match deadlines.into_iter().flatten().min() {
                Some(deadline) if deadline <= target => self.now = self.now.max(deadline),
                Some(_) | None => break,
            }
            self.client.connection.handle_timeout(self.now);
            self.server.connection.handle_timeout(self.now);
        }
        self.now = target;
    }

    const fn end(&mut self, role: Role) -> &mut End {
        match role {
            Role::Client => &mut self.client,
            Role::Server => &mut self.server,
        }
    }
}

#[cfg(test)]
mod tests;
