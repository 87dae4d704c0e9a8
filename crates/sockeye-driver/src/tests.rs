//! Behaviour of the driver over an in-memory link and a virtual clock.

mod attended;
mod cancellation;
mod closing;
mod extensions;
mod faults;
#[cfg(sockeye_loom)]
mod interleavings;
mod lent;
mod marked;
mod masking;
mod messages;
mod opening;
mod receiving;
mod silence;
mod sinks;
mod split_halves;
mod time_limits;
mod turns;

use sockeye_connection::Config;
use sockeye_frame::Role;

use crate::testing::{Manners, MemoryTransport, VirtualClock, link};
use crate::{Transport, WebSocket};

/// Two WebSockets on one link, client first.
fn pair(
    clock: &VirtualClock,
    capacity: usize,
    manners: Manners,
) -> (WebSocket<MemoryTransport>, WebSocket<MemoryTransport>) {
    let (client, server) = link(capacity, manners);
    (
        open(clock, client, Role::Client),
        open(clock, server, Role::Server),
    )
}

fn open<T: Transport>(clock: &VirtualClock, transport: T, role: Role) -> WebSocket<T> {
    WebSocket::from_upgraded(transport, clock.timer(), &[], role, Config::default())
}
