//! The mode `idle`: what memory open connections take, before and after one message of 1 KiB.
//!
//! Resident memory of the server, divided by the connections. What the kernel holds for the
//! sockets is not in it.

use std::thread;
use std::time::Duration;

use sockeye_bench::clock::{self, SECOND};
use sockeye_bench::content::Content;

use crate::counters::rss_kib;
use crate::image::Image;
use crate::link::Link;
use crate::opening::open;
use crate::options::{Idle, Traffic};
use crate::report::Report;

pub(crate) fn run(options: &Idle) {
    let Idle { target, conns } = options;
    let before = rss_kib(target.pid);
    let connect = |_| Link::new(open(target, false), 1);
    let mut links: Vec<_> = (0..*conns).map(connect).collect();
    thread::sleep(SETTLING);
    let opened = rss_kib(target.pid);
    echo_once(&mut links);
    thread::sleep(SETTLING);
    let echoed = rss_kib(target.pid);
    let per_connection =
        |kib: u64| (kib.saturating_sub(before) as f64 * 1024.0 / *conns as f64).round();
    Report::new("idle")
        .with("conns", *conns)
        .with("rss_before_kib", before)
        .with("rss_open_kib", opened)
        .with("rss_echoed_kib", echoed)
        .with("bytes_per_conn_open", per_connection(opened))
        .with("bytes_per_conn_echoed", per_connection(echoed))
        .print();
}

/// One message on each connection, 64 at a time.
fn echo_once(links: &mut [Link]) {
    let image = Image::new(&Traffic {
        sizes: vec![1024],
        depth: 1,
        content: Content::Binary,
        fragment_bytes: 0,
        deflate: false,
    });
    let mut buf = vec![0; 8192];
    for links in links.chunks_mut(64) {
        for link in &mut *links {
            link.begin(1, &image);
            link.send(&image);
        }
        let deadline = clock::now() + 20 * SECOND;
        while links.iter().any(|link| link.n_under_way() > 0) {
            assert!(clock::now() < deadline, "no answer");
            for link in links.iter_mut().filter(|link| link.n_under_way() > 0) {
                if let Some(n_bytes) = link.recv(&mut buf) {
                    link.reader.feed(&buf[..n_bytes], &image);
                }
            }
        }
    }
}

/// Time for the server to give back what it no longer needs.
const SETTLING: Duration = Duration::from_millis(700);
