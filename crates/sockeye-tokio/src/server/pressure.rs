//! Peers that press: one that sends without a pause, one that reads slowly, and very many.
//!
//! Real sockets, since what is tested is how the runtime and the operating system report readiness.

use std::future::{Future, poll_fn};
use std::io::{self, Write};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use sockeye_connection::{Config, Message};
use sockeye_driver::Acceptor;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::time::{Instant, sleep, timeout};

use crate::{Client, Server, Stream, accept};

/// A stream that counts what is read from it.
struct Counted {
    tcp: TcpStream,
    n_read: Arc<AtomicU64>,
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.tcp).poll_read(cx, buf))?;
        let n = buf.filled().len() - before;
        self.n_read.fetch_add(n as u64, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

/// Counts bytes rather than time: what the flood gets done while its neighbour waits for an echo.
#[tokio::test]
async fn a_flood_of_pongs_leaves_its_neighbour_a_turn() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let n_read = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&n_read);
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let n_read = Arc::clone(&counter);
            tokio::spawn(async move {
                let io = Counted { tcp, n_read };
                let mut ws = accept(io, &Acceptor::new()).await.unwrap();
                while let Ok(Some(message)) = ws.recv().await {
                    let _ = ws.send(message).await;
                }
            });
        }
    });
    let url = format!("ws://{address}/");
    let (mut neighbour, _) = Client::new().connect(url.as_str()).await.unwrap();

    let flooding = TcpStream::connect(address).await.unwrap();
    let (flooding, _) = Client::new()
        .connect_on(url.as_str(), flooding)
        .await
        .unwrap();
    let mut flooding = flooding.into_inner().0.into_inner().into_std().unwrap();
    flooding.set_nonblocking(false).unwrap();
    let is_over = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&is_over);
    let flood = std::thread::spawn(move || {
        let pongs = [0x8A, 0x80, 1, 2, 3, 4].repeat(40_000);
        while !over.load(Ordering::Relaxed) && flooding.write_all(&pongs).is_ok() {}
    });

    while n_read.load(Ordering::Relaxed) < 8 << 20 {
        tokio::task::yield_now().await;
    }
    for _ in 0..10 {
        let before = n_read.load(Ordering::Relaxed);
        neighbour.send("x").await.unwrap();
        assert_eq!(neighbour.recv().await.unwrap(), Some(Message::from("x")));
        let n_meanwhile = n_read.load(Ordering::Relaxed) - before;
        assert!(
            n_meanwhile < 4 << 20,
            "the flood had {n_meanwhile} bytes read meanwhile"
        );
    }
    is_over.store(true, Ordering::Relaxed);
    drop(neighbour);
    tokio::task::spawn_blocking(|| flood.join().unwrap())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_peer_that_reads_slowly_but_all_the_time_is_kept() {
    let mut config = Config::default();
    config.timeouts.write_stall = Some(Duration::from_secs(2));
    let server = Server::bind("127.0.0.1:0").await.unwrap().config(config);
    let address = server.local_addr().unwrap();
    let (report, mut failure) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(server.serve(move |mut ws| {
        let report = report.clone();
        async move {
            for _ in 0..1000 {
                if let Err(error) = ws.send(vec![7; 60_000]).await {
                    let _ = report.send(error);
                    break;
                }
            }
            Ok(())
        }
    }));

    let tcp = TcpStream::connect(address).await.unwrap();
    let url = format!("ws://{address}/");
    let (ws, _) = Client::new().connect_on(url.as_str(), tcp).await.unwrap();
    let mut tcp = ws.into_inner().0.into_inner();
    let start = Instant::now();
    let mut buf = [0; 10_000];
    // 100 kB in a second, for three times the limit: the limit passes unless each part counts.
    while start.elapsed() < Duration::from_secs(6) {
        let n = timeout(Duration::from_secs(10), tcp.read_exact(&mut buf)).await;
        n.expect("the server has more to send")
            .expect("the connection is kept");
        sleep(Duration::from_millis(100)).await;
    }
    // What was sent before a failure would still arrive, so the server is asked.
    assert!(matches!(failure.try_recv(), Err(TryRecvError::Empty)));
}

/// More connections than the runtime lets one task use in a turn: on the way to the others it would
/// wake each of their tasks.
#[tokio::test]
async fn one_task_that_sends_to_hundreds_does_not_wake_theirs() {
    const N_CONNECTIONS: usize = 300;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let (acceptor, client) = (Acceptor::new(), Client::new());
    let n_polls = Arc::new(AtomicU64::new(0));
    let (mut senders, mut clients) = (Vec::new(), Vec::new());
    for _ in 0..N_CONNECTIONS {
        let tcp = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (accepted, _) = listener.accept().await.unwrap();
        let accepted = accept(Stream::from(accepted), &acceptor);
        let connected = client.connect_on(url.as_str(), tcp);
        let (server, client) = tokio::join!(accepted, connected);
        let (sender, mut receiver) = server.unwrap().split();
        let counter = Arc::clone(&n_polls);
        tokio::spawn(async move {
            let mut receiving = pin!(receiver.recv());
            poll_fn(|cx| {
                counter.fetch_add(1, Ordering::Relaxed);
                receiving.as_mut().poll(cx)
            })
            .await
        });
        senders.push(sender);
        clients.push(client.unwrap().0);
    }
    // Each has been polled, and waits.
    while n_polls.load(Ordering::Relaxed) < N_CONNECTIONS as u64 {
        tokio::task::yield_now().await;
    }
    for round in 0..3 {
        let n_before = n_polls.load(Ordering::Relaxed);
        for sender in &senders {
            sender.try_send(format!("round {round}")).unwrap();
        }
        for client in &mut clients {
            let received = client.recv().await.unwrap();
            assert_eq!(received, Some(Message::from(format!("round {round}"))));
        }
        let n_woken = n_polls.load(Ordering::Relaxed) - n_before;
        assert_eq!(n_woken, 0, "tasks that have nothing to do");
    }
}
