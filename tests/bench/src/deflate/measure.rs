//! Processor time per message of one endpoint, for each kind of work.
//!
//! Each kind has a connection of its own. The first time through all messages, what is sent is
//! read and compared; from then on it is only counted.

use std::ops::Range;
use std::sync::Arc;

use serde_json::{Value, json};

use super::check::Checker;
use super::messages::Messages;
use super::{Endpoint, Link, Options};
use crate::clock::{self, SECOND};

pub(super) async fn run<E: Endpoint>(options: &Options) -> Value {
    let messages = Arc::new(Messages::new(options.size, options.takeover));
    let to_send = messages.texts.iter().map(E::message).collect();
    let set = Set::<E> { messages, to_send };
    let compress = set.cost(Work::Compress, options).await;
    let decompress = set.cost(Work::Decompress, options).await;
    let echo = set.cost(Work::Echo, options).await;
    let all = [&compress, &decompress, &echo];
    let seconds = |of: fn(&Cost) -> u64| {
        let nanoseconds: u64 = all.iter().map(|cost| of(cost)).sum();
        nanoseconds as f64 / SECOND as f64
    };
    json!({
        "mode": "deflate",
        "compress_us": compress.microseconds(),
        "decompress_us": decompress.microseconds(),
        "echo_us": echo.microseconds(),
        "compressed_percent": 100.0 * compress.n_written as f64 / compress.n_bytes as f64,
        // It never sleeps: whenever it did not run, somebody else had its core.
        "wall_s": seconds(|cost| cost.wall),
        "core0_busy_s": seconds(|cost| cost.wall),
        "server_cpu_s": seconds(|cost| cost.cpu),
    })
}

#[derive(Clone, Copy)]
enum Work {
    Compress,
    Decompress,
    Echo,
}

/// What was counted of one kind of work; times in nanoseconds.
#[derive(Default)]
struct Cost {
    cpu: u64,
    wall: u64,
    n_messages: u64,
    /// Bytes of the messages before they are compressed.
    n_bytes: usize,
    /// Bytes on the link, with the headers of frames.
    n_written: usize,
}

impl Cost {
    fn microseconds(&self) -> f64 {
        self.cpu as f64 / 1e3 / self.n_messages as f64
    }
}

struct Set<E: Endpoint> {
    messages: Arc<Messages>,
    to_send: Vec<E::Message>,
}

impl<E: Endpoint> Set<E> {
    async fn cost(&self, work: Work, options: &Options) -> Cost {
        let link = Link::new(&self.messages);
        let mut endpoint = E::open(link.clone(), options).await;
        let mut checker = Checker::new();
        for batch in self.messages.batches() {
            self.step(work, &mut endpoint, &link, &batch).await;
            link.take_written(|wire| match work {
                Work::Decompress => assert!(wire.is_empty()),
                Work::Compress | Work::Echo => {
                    checker.check(wire, &self.messages.texts[batch.clone()]);
                }
            });
        }
        let warm_at = clock::now() + clock::nanoseconds(options.warmup());
        let end_after = clock::nanoseconds(options.seconds());
        let mut start = None;
        let mut cost = Cost::default();
        for batch in self.messages.batches().cycle() {
            let now = clock::now();
            match start {
                None if now >= warm_at => {
                    cost = Cost::default();
                    start = Some((clock::own_cpu(), now));
                }
                Some((cpu, at)) if now - at >= end_after => {
                    cost.cpu = clock::own_cpu() - cpu;
                    cost.wall = now - at;
                    break;
                }
                None | Some(_) => {}
            }
            self.step(work, &mut endpoint, &link, &batch).await;
            cost.n_written += link.take_written(<[u8]>::len);
            cost.n_messages += batch.len() as u64;
            cost.n_bytes += self.messages.n_bytes(&batch);
        }
        cost
    }

    async fn step(&self, work: Work, endpoint: &mut E, link: &Link, batch: &Range<usize>) {
        match work {
            Work::Compress => endpoint.send(&self.to_send[batch.clone()]).await,
            Work::Decompress => {
                link.offer(batch);
                let n_bytes = endpoint.receive(batch.len()).await;
                assert!(n_bytes == self.messages.n_bytes(batch), "bytes missing");
            }
            Work::Echo => {
                link.offer(batch);
                endpoint.echo(batch.len()).await;
            }
        }
    }
}
