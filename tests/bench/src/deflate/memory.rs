//! Resident memory of a connection that has echoed one message and is idle since.
//!
//! What the allocator holds for all of it, divided by the connections, so its own losses count.

use std::fs;
use std::sync::Arc;

use serde_json::{Value, json};

use super::messages::Messages;
use super::{Endpoint, Link, Options};

pub(super) async fn run<E: Endpoint>(options: &Options, n_connections: usize) -> Value {
    let messages = Arc::new(Messages::new(options.size, options.takeover));
    let mut held = Vec::with_capacity(n_connections + 1);
    // Whatever is shared between connections is there after the first one.
    held.push(echoed::<E>(&messages, options).await);
    let before = resident_kib();
    for _ in 0..n_connections {
        held.push(echoed::<E>(&messages, options).await);
    }
    let after = resident_kib();
    let per_connection = after.saturating_sub(before) as f64 * 1024.0 / n_connections as f64;
    drop(held);
    json!({
        "mode": "deflate-memory",
        "conns": n_connections,
        "bytes_per_conn_echoed": per_connection.round(),
    })
}

async fn echoed<E: Endpoint>(messages: &Arc<Messages>, options: &Options) -> E {
    let link = Link::new(messages);
    let mut endpoint = E::open(link.clone(), options).await;
    link.offer(&(0..1));
    endpoint.echo(1).await;
    assert!(link.take_written(|wire| !wire.is_empty()), "no answer");
    link.shrink();
    endpoint
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let word = line.and_then(|line| line.split_ascii_whitespace().next());
    word.and_then(|word| word.parse().ok())
        .expect("a line VmRSS in /proc/self/status")
}
