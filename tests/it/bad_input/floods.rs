//! Floods over real sockets: each ends at its limit, or is answered and survived.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sockeye::connection::ProtocolViolation;
use sockeye::tokio::Server;
use sockeye::{Error, Role};
use sockeye_tests::{RawPeer, WatchedServer, frame, one_close, within};

#[tokio::test]
async fn of_pings_are_answered_in_order_and_the_last_for_sure() {
    const N_PINGS: u32 = 20_000;
    let server = WatchedServer::receiving(|server| server).await;
    let mut peer = RawPeer::open(server.address).await;
    let pings = (0..N_PINGS).flat_map(|number| frame(Role::Client, 0x89, &number.to_be_bytes()));
    peer.send(&pings.collect::<Vec<_>>()).await;

    let mut last = None;
    while last != Some(N_PINGS - 1) {
        let pong = peer.frame().await;
        assert_eq!((pong.first_byte, pong.masked), (0x8a, false), "{pong:?}");
        let number = pong.payload.try_into().map(u32::from_be_bytes);
        let number = number.expect("the payload of a ping of ours");
        // RFC 6455 §5.5.3: a pong may answer several pings, never an older one.
        assert!(last < Some(number), "{number} behind {last:?}");
        last = Some(number);
    }
}

#[tokio::test]
async fn of_unsolicited_pongs_are_ignored() {
    let server = WatchedServer::echoing(|server| server).await;
    let mut peer = RawPeer::open(server.address).await;
    let pongs = frame(Role::Client, 0x8a, b"nobody asked").repeat(100_000);
    peer.send(&pongs).await;
    peer.send(&frame(Role::Client, 0x81, b"still there")).await;
    assert_eq!(peer.frame().await.payload, b"still there");
}

#[tokio::test]
async fn of_empty_fragments_end_at_the_limit_with_1008() {
    // The default limit for text: one fragment for each 256 bytes of 4 MiB.
    const LIMIT: usize = 16_384;
    let mut server = WatchedServer::receiving(|server| server).await;
    let first = frame(Role::Client, 0x01, b"");
    let more = frame(Role::Client, 0x00, b"");

    // As many as are allowed, and the connection lives.
    let mut peer = RawPeer::open(server.address).await;
    let ping = frame(Role::Client, 0x89, b"");
    peer.send(&[&first[..], &more.repeat(LIMIT - 1), &ping].concat())
        .await;
    assert_eq!(peer.frame().await.first_byte, 0x8a);
    peer.send(&more).await;
    assert_eq!(peer.close_and_end("one fragment too many").await, 1008);
    peer.half_close().await;
    let seen = server.seen().await;
    check_fragments(&seen.end, seen.stats.received.frames, LIMIT + 2);

    // A million, without waiting for anything: the same.
    let mut peer = RawPeer::open(server.address).await;
    peer.send(&first).await;
    let rest = peer.blast(&more.repeat(10_000)).await;
    assert_eq!(one_close(&rest), Ok(1008));
    drop(peer);
    let seen = server.seen().await;
    check_fragments(&seen.end, seen.stats.received.frames, LIMIT + 1);
    assert_eq!(seen.messages, []);
}

#[track_caller]
fn check_fragments(end: &Result<(), Error>, n_frames: u64, expected: usize) {
    assert!(
        matches!(
            end,
            Err(Error::Protocol(ProtocolViolation::TooManyFragments))
        ),
        "{end:?}"
    );
    assert_eq!(
        usize::try_from(n_frames).ok(),
        Some(expected),
        "frames looked at"
    );
}

/// Case 6.1.2 of the Autobahn suite, and its like with some text.
#[tokio::test]
async fn of_a_few_empty_fragments_are_messages() {
    let server = WatchedServer::echoing(|server| server).await;
    let mut peer = RawPeer::open(server.address).await;
    for parts in [&[&b""[..], b"", b""][..], &[b"", b"", b"text", b"", b""]] {
        let (last, parts) = parts.split_last().expect("there are parts");
        let mut opcode = 0x01;
        for part in parts {
            peer.send(&frame(Role::Client, opcode, part)).await;
            opcode = 0x00;
        }
        peer.send(&frame(Role::Client, 0x80, last)).await;
        let echo = peer.frame().await;
        let text = [&parts.concat()[..], last].concat();
        assert_eq!((echo.first_byte, echo.payload), (0x81, text));
    }
}

#[tokio::test]
async fn of_junk_behind_a_violation_are_read_only_so_far() {
    let mut server = WatchedServer::receiving(|server| server).await;
    let mut peer = RawPeer::open(server.address).await;
    // A reserved opcode, and then it never stops, although it has read our Close.
    peer.send(&[0x83]).await;
    let mut junk = peer.into_blocking();
    let blasting = std::thread::spawn(move || {
        let block = [0x83; 64 * 1024];
        // The server cuts the connection off, which is what ends this.
        while junk.write_all(&block).is_ok() {}
    });
    let seen = server.seen().await;
    assert!(
        matches!(seen.end, Err(Error::Protocol(_))),
        "{:?}",
        seen.end
    );
    // 256 KiB to be polite, after the read that failed and with the one that began within them.
    let most = (256 + 2 * 64) * 1024;
    let n_read = seen.stats.received.wire_bytes;
    assert!(n_read <= most, "{n_read} bytes of junk were read");
    within(
        "the end of the blast",
        tokio::task::spawn_blocking(|| blasting.join()),
    )
    .await
    .expect("the task runs")
    .expect("no panic");
}

/// One peer sends tiny messages as fast as the socket takes them, on the only thread of a runtime;
/// another's echoes come through all the same. Counted in messages, not in time.
#[tokio::test(flavor = "current_thread")]
async fn of_one_peer_do_not_starve_another_on_the_same_thread() {
    let flooding = Flood::start().await;
    let server = WatchedServer::echoing(|server| server).await;
    let mut ws = sockeye::tokio::connect(server.url())
        .await
        .expect("it serves");
    flooding.wait_until_it_flows().await;

    let mut most = 0;
    for number in 0..N_ECHOES {
        let before = flooding.n_received();
        ws.send(number.to_string())
            .await
            .expect("the connection is open");
        let echo = within("an echo beside a flood", ws.recv()).await;
        let echo = echo
            .expect("the connection is open")
            .expect("it is not closed");
        assert_eq!(echo.to_text(), Some(&*number.to_string()));
        most = most.max(flooding.n_received() - before);
    }
    assert!(
        most <= MOST_BETWEEN,
        "{most} messages of the flood came before one echo"
    );
    flooding.stop();
}

const N_ECHOES: u32 = 50;

/// Messages of the flood that may be received during one echo: an echo takes a few turns of the
/// scheduler, and a turn of the flood's task is a bounded number of reads.
const MOST_BETWEEN: u64 = 200_000;

/// A server of its own whose only client never stops.
struct Flood {
    n_received: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Flood {
    async fn start() -> Self {
        let n_received = Arc::new(AtomicU64::new(0));
        let stop = Arc::new(AtomicBool::new(false));
        let server = Server::bind("127.0.0.1:0")
            .await
            .expect("loopback can be bound");
        let address = server.local_addr().expect("a listener has an address");
        let counter = Arc::clone(&n_received);
        tokio::spawn(server.serve(move |mut ws| {
            let counter = Arc::clone(&counter);
            async move {
                while ws.recv().await?.is_some() {
                    counter.fetch_add(1, Ordering::Relaxed);
                }
                Ok(())
            }
        }));
        let stream = RawPeer::open(address).await.into_blocking();
        let flag = Arc::clone(&stop);
        std::thread::spawn(move || send_until(stream, &flag));
        Self { n_received, stop }
    }

    fn n_received(&self) -> u64 {
        self.n_received.load(Ordering::Relaxed)
    }

    async fn wait_until_it_flows(&self) {
        within("the flood", async {
            while self.n_received() < 1000 {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.stop();
    }
}

fn send_until(mut stream: TcpStream, stop: &AtomicBool) {
    let block = frame(Role::Client, 0x82, b".").repeat(10_000);
    while !stop.load(Ordering::Relaxed) && stream.write_all(&block).is_ok() {}
}
