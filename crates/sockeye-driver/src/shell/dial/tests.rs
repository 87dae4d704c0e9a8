//! Dialing a network in which the last part of an address says what happens there.

use std::future::{Future, pending};

use crate::testing::{Manners, MemoryTransport, VirtualClock, block_on, link};
use crate::{Spawn, Timer};

use super::*;

const SECOND: Duration = Duration::from_secs(1);

thread_local! {
    static CLOCK: VirtualClock = VirtualClock::default();
}

/// Hosts are named after their addresses: each letter is one.
#[derive(Debug)]
enum Letters {}

impl Runtime for Letters {
    type Transport = MemoryTransport;
    type Listener = ();

    fn timer() -> Box<dyn Timer> {
        CLOCK.with(VirtualClock::timer)
    }

    async fn lookup(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(host.bytes().map(|letter| address(letter, port)).collect())
    }

    async fn connect(address: SocketAddr) -> io::Result<MemoryTransport> {
        match address.to_string().as_str() {
            GOOD => Ok(link(1, Manners::default()).0),
            DEAF => Err(io::ErrorKind::ConnectionRefused.into()),
            _ => pending().await,
        }
    }

    async fn listen(_address: SocketAddr) -> io::Result<()> {
        unreachable!("nobody listens")
    }

    async fn accept(_listener: &()) -> io::Result<MemoryTransport> {
        unreachable!("nobody listens")
    }

    fn local_addr(_listener: &()) -> io::Result<SocketAddr> {
        unreachable!("nobody listens")
    }
}

impl Spawn for Letters {
    type TaskId = ();
    type Task = ();

    fn spawn(_work: impl Future<Output = ()> + Send + Unpin + 'static) -> ((), ()) {
        unreachable!("nobody serves")
    }

    fn current_task() -> Option<()> {
        None
    }

    fn abort(_task: ()) {}
}

fn address(letter: u8, port: u16) -> SocketAddr {
    ([127, 0, 0, letter], port).into()
}

/// What the letters `g` and `d` stand for; all others swallow packets.
const GOOD: &str = "127.0.0.103:80";
const DEAF: &str = "127.0.0.100:80";

/// Dials `host` for up to 12 seconds: how it ends, and after how long.
fn check(host: &str, expected: Result<(), (Stage, io::ErrorKind)>, seconds: u32) {
    let clock = CLOCK.with(VirtualClock::clone);
    let start = clock.elapsed();
    let dialed = block_on(&clock, dial::<Letters>(host, 80, SECOND * 12));
    let dialed = dialed.map(drop).map_err(|error| match error {
        Error::Connect { stage, source } => (stage, source.kind()),
        other => panic!("{host}: {other:?}"),
    });
    assert_eq!(dialed, expected, "{host}");
    assert_eq!(clock.elapsed() - start, SECOND * seconds, "{host}");
}

#[test]
fn the_first_address_that_answers_is_taken() {
    check("g", Ok(()), 0);
    check("dg", Ok(()), 0);
    check("gd", Ok(()), 0);
    // The first of three may take a third of the time, the second half of what is left.
    check("sg", Ok(()), 6);
    check("ssg", Ok(()), 8);
    check("dsg", Ok(()), 6);
}

#[test]
fn the_error_of_the_last_address_is_reported() {
    check(
        "d",
        Err((Stage::Connect, io::ErrorKind::ConnectionRefused)),
        0,
    );
    check(
        "sd",
        Err((Stage::Connect, io::ErrorKind::ConnectionRefused)),
        6,
    );
    check("ds", Err((Stage::Connect, io::ErrorKind::TimedOut)), 12);
    check("ss", Err((Stage::Connect, io::ErrorKind::TimedOut)), 12);
    check("", Err((Stage::Resolve, io::ErrorKind::NotFound)), 0);
}
