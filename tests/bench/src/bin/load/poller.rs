//! Epoll, edge-triggered: sockets are registered once, for both directions.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::io::Errno;

pub(crate) struct Poller {
    epoll: OwnedFd,
    events: Vec<Event>,
}

/// What a socket is ready for.
#[derive(Clone, Copy)]
pub(crate) struct Ready {
    pub(crate) token: usize,
    /// There are bytes, or there is the end.
    pub(crate) read: bool,
    pub(crate) write: bool,
}

impl Poller {
    pub(crate) fn new() -> Self {
        Self {
            epoll: epoll::create(CreateFlags::empty()).expect("epoll"),
            events: Vec::with_capacity(512),
        }
    }

    pub(crate) fn add(&self, socket: &OwnedFd, token: usize) -> io::Result<()> {
        let flags = EventFlags::IN | EventFlags::OUT | EventFlags::ET;
        let token = EventData::new_u64(token as u64);
        Ok(epoll::add(&self.epoll, socket, token, flags)?)
    }

    /// Waits for events, `limit` at most. A signal ends the wait without any.
    pub(crate) fn wait(&mut self, limit: Duration) -> impl Iterator<Item = Ready> {
        self.events.clear();
        let limit = Timespec::try_from(limit).expect("a short time");
        match epoll::wait(&self.epoll, spare_capacity(&mut self.events), Some(&limit)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => panic!("epoll: {error}"),
        }
        self.events.iter().map(|event| {
            let (flags, token) = (event.flags, event.data.u64());
            Ready {
                token: token as usize,
                read: flags.intersects(READ),
                write: flags.contains(EventFlags::OUT),
            }
        })
    }
}

const READ: EventFlags = EventFlags::IN.union(EventFlags::HUP).union(EventFlags::ERR);
