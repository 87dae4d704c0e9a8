//! Very many short connections to one port, and who is left with what TCP remembers of them.
//!
//! RFC 6455 §7.1.1 has the server close TCP first, so that it, and not the client, holds the state
//! TIME_WAIT: a client that held it could not connect again from the same port for two minutes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs};

use sockeye::CloseCode;
use sockeye::tokio::{Client, Tokio};
use sockeye_tests::{RunningServer, bind, within};
use tokio::task::JoinSet;

#[tokio::test]
async fn of_one_client_all_succeed_and_the_server_closes_first() {
    let _turn = crate::sockets::many_sockets().await;
    let n_connections = env::var("SOCKEYE_CONNECTIONS");
    let n_connections: usize = n_connections.map_or(DEFAULT, |n| n.parse().expect("a number"));
    let server = RunningServer::<Tokio>::echoing(bind::<Tokio>().await);
    let n_begun = Arc::<AtomicUsize>::default();
    let mut tasks = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (url, n_begun) = (server.url(""), Arc::clone(&n_begun));
        tasks.spawn(async move {
            let client = Client::new();
            while n_begun.fetch_add(1, Ordering::Relaxed) < n_connections {
                let connecting = within("a connection", client.connect(&url));
                let (mut ws, _) = connecting.await.expect("the port takes it");
                ws.send("short").await.expect("it is open");
                let echo = within("an echo", ws.recv()).await.expect("it is open");
                assert_eq!(echo, Some("short".into()));
                let closing = ws.close(CloseCode::NormalClosure, "");
                let outcome = within("the end", closing).await.expect("a code of ours");
                assert!(outcome.clean, "{outcome:?}");
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.expect("all are served");
    }
    if cfg!(target_os = "linux") {
        check_who_waits(server.address.port(), n_connections);
    }
}

/// Counts the sockets of the port that wait for what may still be under way.
fn check_who_waits(port: u16, n_connections: usize) {
    let sockets = fs::read_to_string("/proc/net/tcp").expect("Linux says");
    let port = format!(":{port:04X}");
    let (mut n_servers, mut n_clients) = (0, 0);
    for line in sockets.lines() {
        let mut words = line.split_ascii_whitespace().skip(1);
        if let (Some(local), Some(remote), Some(TIME_WAIT)) =
            (words.next(), words.next(), words.next())
        {
            n_servers += usize::from(local.ends_with(&port));
            n_clients += usize::from(remote.ends_with(&port));
        }
    }
    assert!(n_servers > 0, "the server closes first, and waits");
    // Both may close at the same moment, and then both wait.
    let most = n_connections / 100;
    assert!(
        n_clients <= most,
        "{n_clients} clients and {n_servers} servers wait"
    );
}

/// The state in the words of `/proc/net/tcp`.
const TIME_WAIT: &str = "06";

const DEFAULT: usize = 5000;

const AT_ONCE: usize = 8;
