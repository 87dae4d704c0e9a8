//! Dialing a network in which the last part of an address says what happens there.

mod hops;
mod proxies;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, pending, poll_fn};
use std::net::Ipv6Addr;

use sockeye_handshake::ProxyUri;

use crate::testing::{Manners, MemoryTransport, VirtualClock, block_on, link};
use crate::{Listen, NoTls, Spawn, Timer};

use super::*;

const SECOND: Duration = Duration::from_secs(1);

thread_local! {
    static CLOCK: VirtualClock = VirtualClock::default();
    /// The attempts since the last check began: milliseconds and letter.
    static ATTEMPTS: RefCell<Vec<(u128, char)>> = const { RefCell::new(Vec::new()) };
    /// Those that are under way.
    static UNDER_WAY: RefCell<usize> = const { RefCell::new(0) };
    /// What the proxy says to whoever connects, and whether it then ends its direction; the last
    /// of them to all that come.
    static ANSWERS: RefCell<VecDeque<(Vec<u8>, bool)>> = const { RefCell::new(VecDeque::new()) };
    /// The proxy's ends of its connections.
    static PROXY: RefCell<Vec<MemoryTransport>> = const { RefCell::new(Vec::new()) };
    /// What TLS was told, for each connection that has it: there is nothing more to it here.
    static TOLD: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Hosts are named after their addresses: each letter is one, of IPv6 where it is upper case.
///
/// `g` is good, `t` takes 400 ms, `d` is deaf, at `w` it is known after 100 ms that nobody answers,
/// at `l` after 400 ms, at `p` is a proxy, and all others swallow packets.
#[derive(Debug)]
enum Letters {}

impl Listen for Letters {
    type Transport = MemoryTransport;
    type Listener = ();
    type ServerTls = NoTls;

    fn timer() -> Box<dyn Timer> {
        CLOCK.with(VirtualClock::timer)
    }

    async fn accept(_listener: &()) -> io::Result<MemoryTransport> {
        unreachable!("nobody listens")
    }

    fn peer_addr(_transport: &MemoryTransport) -> Option<SocketAddr> {
        None
    }
}

impl Runtime for Letters {
    type ClientTls = &'static str;

    fn without_certificate(_tls: &&'static str) -> &'static str {
        "nothing of itself"
    }

    async fn secure(
        transport: MemoryTransport,
        _host: &str,
        tls: &&'static str,
    ) -> io::Result<MemoryTransport> {
        TOLD.with_borrow_mut(|told| told.push(tls));
        Ok(transport)
    }

    async fn lookup(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        if host == "stuck" {
            pending::<()>().await;
        }
        if host == "unknown" {
            return Err(io::Error::new(io::ErrorKind::NotFound, "no such name"));
        }
        Ok(host.bytes().map(|letter| address(letter, port)).collect())
    }

    async fn connect(address: SocketAddr) -> io::Result<MemoryTransport> {
        let _attempt = Attempt::new(address);
        match letter(address).to_ascii_lowercase() {
            'p' => return Ok(proxies::connect()),
            'g' => Ok(()),
            't' => wait(400).await,
            'd' => Err(io::ErrorKind::ConnectionRefused),
            'w' => wait(100).await.and(Err(io::ErrorKind::HostUnreachable)),
            'l' => wait(400).await.and(Err(io::ErrorKind::HostUnreachable)),
            _ => pending().await,
        }?;
        Ok(link(1, Manners::default()).0)
    }

    async fn connect_from(local: IpAddr, address: SocketAddr) -> io::Result<MemoryTransport> {
        assert_eq!(local.is_ipv4(), address.is_ipv4());
        Self::connect(address).await
    }

    async fn listen(_address: SocketAddr) -> io::Result<()> {
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

/// An attempt as long as it is under way.
struct Attempt;

impl Attempt {
    fn new(address: SocketAddr) -> Self {
        let elapsed = CLOCK.with(VirtualClock::elapsed).as_millis();
        ATTEMPTS.with_borrow_mut(|attempts| attempts.push((elapsed, letter(address))));
        UNDER_WAY.with_borrow_mut(|n| *n += 1);
        Self
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        UNDER_WAY.with_borrow_mut(|n| *n -= 1);
    }
}

async fn wait(milliseconds: u64) -> Result<(), io::ErrorKind> {
    let mut timer = Letters::timer();
    let deadline = timer.now() + Duration::from_millis(milliseconds);
    poll_fn(|cx| timer.poll_expired(deadline, cx)).await;
    Ok(())
}

fn address(letter: u8, port: u16) -> SocketAddr {
    match letter.is_ascii_uppercase() {
        true => (Ipv6Addr::from(u128::from(letter)), port).into(),
        false => ([127, 0, 0, letter], port).into(),
    }
}

fn letter(address: SocketAddr) -> char {
    let letter = match address {
        SocketAddr::V4(address) => address.ip().octets()[3],
        SocketAddr::V6(address) => address.ip().octets()[15],
    };
    letter.into()
}

type Outcome = Result<(), (Stage, io::ErrorKind)>;

/// Dials `host` for up to 12 seconds: how it ends, and after how many milliseconds.
///
/// Gives the attempts that were made, with their milliseconds.
#[track_caller]
fn check(host: &str, expected: Outcome, milliseconds: u64) -> Vec<(u128, char)> {
    check_by(&Dialer::default(), host, expected, milliseconds)
}

#[track_caller]
fn check_by(
    dialer: &Dialer,
    host: &str,
    expected: Outcome,
    milliseconds: u64,
) -> Vec<(u128, char)> {
    let clock = CLOCK.with(VirtualClock::clone);
    let start = clock.elapsed();
    ATTEMPTS.take();
    let dialed = block_on(&clock, dialer.dial_host::<Letters>(host, 80, SECOND * 12));
    let dialed = dialed.map(drop).map_err(|error| match error {
        Error::Connect { stage, source } => (stage, source.kind()),
        other => panic!("{host}: {other:?}"),
    });
    assert_eq!(dialed, expected, "{host}");
    let taken = clock.elapsed() - start;
    assert_eq!(taken, Duration::from_millis(milliseconds), "{host}");
    assert_eq!(UNDER_WAY.with_borrow(|n| *n), 0, "{host}");
    let attempts = ATTEMPTS.take().into_iter();
    attempts
        .map(|(at, letter)| (at - start.as_millis(), letter))
        .collect()
}

#[test]
fn the_first_address_that_answers_is_taken() {
    check("g", Ok(()), 0);
    check("gd", Ok(()), 0);
    check("t", Ok(()), 400);
    // A later one overtakes it, or it comes in before that.
    check("tg", Ok(()), 250);
    check("tt", Ok(()), 400);
    check("tsssss", Ok(()), 400);
}

#[test]
fn each_address_has_a_head_start_of_a_quarter_of_a_second() {
    let attempts = check("sssgs", Ok(()), 750);
    assert_eq!(attempts, [(0, 's'), (250, 's'), (500, 's'), (750, 'g')]);
}

#[test]
fn the_next_address_is_tried_at_once_when_one_fails() {
    check("dg", Ok(()), 0);
    check("ddddg", Ok(()), 0);
    check("wg", Ok(()), 100);
    // The head start of the next one counts from its own beginning.
    let attempts = check("wssg", Ok(()), 600);
    assert_eq!(attempts, [(0, 'w'), (100, 's'), (350, 's'), (600, 'g')]);
}

#[test]
fn families_take_turns() {
    let order = |host| -> String {
        let timed_out = Err((Stage::Connect, io::ErrorKind::TimedOut));
        let attempts = check(host, timed_out, 12_000);
        attempts.iter().map(|(_, letter)| letter).collect()
    };
    assert_eq!(order("ABCabc"), "AaBbCc");
    assert_eq!(order("abcABC"), "aAbBcC");
    assert_eq!(order("ABCa"), "AaBC");
    assert_eq!(order("Aabc"), "Aabc");
    // An IPv6 network that swallows all costs a quarter of a second, however many addresses.
    check("SSSSSg", Ok(()), 250);
}

#[test]
fn no_more_than_16_addresses_are_tried() {
    let timed_out = Err((Stage::Connect, io::ErrorKind::TimedOut));
    let attempts = check(&"s".repeat(1000), timed_out, 12_000);
    assert_eq!(attempts.len(), 16);
    check(&("d".repeat(15) + "g"), Ok(()), 0);
    let refused = Err((Stage::Connect, io::ErrorKind::ConnectionRefused));
    check(&("d".repeat(16) + "g"), refused, 0);
}

#[test]
fn the_error_of_the_address_that_failed_last_is_reported() {
    let refused = Err((Stage::Connect, io::ErrorKind::ConnectionRefused));
    let unreachable = Err((Stage::Connect, io::ErrorKind::HostUnreachable));
    check("d", refused, 0);
    check("wd", refused, 100);
    check("dw", unreachable, 100);
}

#[test]
fn what_takes_too_long_fails_at_its_stage() {
    let timed_out = |stage| Err((stage, io::ErrorKind::TimedOut));
    check("ds", timed_out(Stage::Connect), 12_000);
    check("sd", timed_out(Stage::Connect), 12_000);
    check("stuck", timed_out(Stage::Resolve), 12_000);
}

#[test]
fn a_host_without_addresses_is_not_resolved() {
    check("", Err((Stage::Resolve, io::ErrorKind::NotFound)), 0);
}

#[test]
fn a_host_that_is_not_known_is_named() {
    let clock = CLOCK.with(VirtualClock::clone);
    let dialer = Dialer::default();
    let dialed = block_on(&clock, dialer.dial_host::<Letters>("unknown", 80, SECOND));
    let error = dialed.map(drop).unwrap_err().to_string();
    assert_eq!(error, "connecting failed (resolve): unknown: no such name");
}

#[test]
fn a_limit_of_its_own_holds_for_lookup_and_connecting() {
    let dialer = Dialer {
        connect_timeout: Some(SECOND),
        ..Dialer::default()
    };
    let timed_out = |stage| Err((stage, io::ErrorKind::TimedOut));
    check_by(&dialer, "ss", timed_out(Stage::Connect), 1000);
    check_by(&dialer, "stuck", timed_out(Stage::Resolve), 1000);
    check_by(&dialer, "st", Ok(()), 650);
    // It makes the limit for all no longer.
    let dialer = Dialer {
        connect_timeout: Some(SECOND * 60),
        ..Dialer::default()
    };
    check_by(&dialer, "ss", timed_out(Stage::Connect), 12_000);
}

#[test]
fn a_resolver_is_asked_for_names_and_for_no_addresses() {
    let dialer = Dialer {
        resolver: Resolver::new(|host, port| async move {
            match host.as_str() {
                "good" => Ok(vec![address(b's', port), address(b'g', port)]),
                "slow" => pending().await,
                "none" => Ok(Vec::new()),
                _ => Err(io::ErrorKind::PermissionDenied.into()),
            }
        }),
        ..Dialer::default()
    };
    let failed = |kind| Err((Stage::Resolve, kind));
    check_by(&dialer, "good", Ok(()), 250);
    check_by(&dialer, "none", failed(io::ErrorKind::NotFound), 0);
    check_by(&dialer, "other", failed(io::ErrorKind::PermissionDenied), 0);
    check_by(&dialer, "slow", failed(io::ErrorKind::TimedOut), 12_000);
    assert_eq!(check_by(&dialer, "127.0.0.103", Ok(()), 0), [(0, 'g')]);
    assert_eq!(check_by(&dialer, "::47", Ok(()), 0), [(0, 'G')]);
}

#[test]
fn given_addresses_are_dialed_whatever_the_host() {
    let dialer = Dialer {
        addresses: Some([address(b'd', 80), address(b'G', 81)].into()),
        ..Dialer::default()
    };
    let attempts = check_by(&dialer, "stuck", Ok(()), 0);
    assert_eq!(attempts, [(0, 'd'), (0, 'G')]);
    let dialer = Dialer {
        addresses: Some([].into()),
        ..Dialer::default()
    };
    check_by(
        &dialer,
        "g",
        Err((Stage::Resolve, io::ErrorKind::NotFound)),
        0,
    );
}

#[test]
fn from_an_address_only_those_of_its_family_are_dialed() {
    let dialer = Dialer {
        local: Some([127, 0, 0, 1].into()),
        ..Dialer::default()
    };
    let attempts = check_by(&dialer, "SSSdg", Ok(()), 0);
    assert_eq!(attempts, [(0, 'd'), (0, 'g')]);
    let failed = Err((Stage::Connect, io::ErrorKind::AddrNotAvailable));
    assert_eq!(check_by(&dialer, "G", failed, 0), []);
}

#[test]
fn an_error_that_is_not_about_the_address_ends_no_attempt_that_is_under_way() {
    /// Races the letters, of which none can be refused but by the fault of all.
    #[track_caller]
    fn check(host: &str, expected: Result<(), io::ErrorKind>, milliseconds: u64, tried: &str) {
        let clock = CLOCK.with(VirtualClock::clone);
        let start = clock.elapsed();
        ATTEMPTS.take();
        let addresses: Vec<_> = host.bytes().map(|letter| address(letter, 80)).collect();
        let is_about_address = |error: &io::Error| error.kind() != io::ErrorKind::ConnectionRefused;
        let timer = Letters::timer();
        let racing = race(&addresses, timer, Letters::connect, is_about_address);
        let raced = block_on(&clock, racing);
        let raced = raced.map(drop).map_err(|error| error.kind());
        assert_eq!(raced, expected, "{host}");
        let taken = clock.elapsed() - start;
        assert_eq!(taken, Duration::from_millis(milliseconds), "{host}");
        assert_eq!(UNDER_WAY.with_borrow(|n| *n), 0, "{host}");
        let letters: String = ATTEMPTS.take().iter().map(|(_, letter)| *letter).collect();
        assert_eq!(letters, tried, "{host}");
    }
    let refused = Err(io::ErrorKind::ConnectionRefused);
    // With none under way, that is the end.
    check("dg", refused, 0, "d");
    check("wdg", refused, 100, "wd");
    // With one that is, no further one starts, and that one may be the first.
    check("td", Ok(()), 400, "td");
    check("tdg", Ok(()), 400, "td");
    // What ended the trying is the reason, whatever the others come to.
    check("ldg", refused, 400, "ld");
}
