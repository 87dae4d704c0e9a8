//! A peer that sends without a pause, and what is left for the others.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use sockeye_tests::{
    RawPeer, ReceiverCalls, RunningServer, SenderCalls, Shell, WebSocketCalls, bind, within,
};

use super::opening::{check_echo, connect};

/// Counts bytes rather than time: what the flood gets done while its neighbour waits for an echo.
pub(super) async fn of_a_flood_have_their_turn<S: Shell>() {
    let flooded = Arc::new(Mutex::new(None));
    let is_flooded = Arc::clone(&flooded);
    let server = RunningServer::<S>::start(bind::<S>().await, move |ws, request| {
        let flooded = Arc::clone(&is_flooded);
        async move {
            let (sender, mut receiver) = ws.split();
            if request.uri().path() == "/flood" {
                *flooded.lock().unwrap() = Some(sender.clone());
            }
            while let Some(message) = receiver.recv().await? {
                sender.send(message).await?;
            }
            Ok(())
        }
    });
    let mut neighbour = connect::<S>(&server.url("")).await.unwrap();

    let mut peer = RawPeer::connect(&server).await;
    let request = sockeye_tests::request("").replacen("GET / ", "GET /flood ", 1);
    peer.send(request.as_bytes()).await;
    let head = peer.head().await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    let mut flooding = peer.into_blocking();
    let is_over = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&is_over);
    let flood = std::thread::spawn(move || {
        let pongs = [0x8A, 0x80, 1, 2, 3, 4].repeat(40_000);
        while !over.load(Ordering::Relaxed) && flooding.write_all(&pongs).is_ok() {}
    });

    let n_read = || {
        let flooded = flooded.lock().unwrap();
        flooded
            .as_ref()
            .map_or(0, |sender| sender.stats().received.wire_bytes)
    };
    within("a flood", async {
        while n_read() < 8 << 20 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let mut n_meanwhile = Vec::new();
    for _ in 0..11 {
        let before = n_read();
        check_echo(&mut neighbour, "x").await;
        n_meanwhile.push(n_read() - before);
    }
    // The operating system may hold up an echo or two on a busy machine, a flood each, and give some
    // of its slices to others. Who never gives way reads hundreds of MiB until the test gives up.
    n_meanwhile.sort_unstable();
    assert!(
        n_meanwhile[8] < 32 << 20,
        "the flood had so many bytes read meanwhile: {n_meanwhile:?}"
    );
    is_over.store(true, Ordering::Relaxed);
    drop(neighbour);
    // The server goes on reading, so that the thread gets to its end.
    let joining = tokio::task::spawn_blocking(|| flood.join().unwrap());
    within("the end of the flood", joining).await.unwrap();
}
