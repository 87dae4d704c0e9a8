//! The client: the checks of RFC 6455 §4.1, and all cases of a suite, several at once.

use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use sockeye_conformance::Role;
use sockeye_conformance::wire::{Head, accept, key_for};

use crate::deflate::Deflate;
use crate::fault::Fault;
use crate::frames::Stream;
use crate::server::read_head;
use crate::session::Session;

/// Asks for the number of cases, runs them, and asks for the reports.
pub(crate) fn run(url: &str, fault: Option<Fault>) -> io::Result<()> {
    let authority = url.trim_start_matches("ws://").trim_end_matches('/');
    let mut stream = open(authority, "/getCaseCount", None)?.stream;
    let header = stream.header()?;
    let n_cases: usize = String::from_utf8_lossy(&stream.payload(header)?)
        .parse()
        .map_err(|_| io::ErrorKind::InvalidData)?;
    let next = AtomicUsize::new(1);
    thread::scope(|scope| {
        for _ in 0..N_PARALLEL {
            scope.spawn(|| {
                loop {
                    let case = next.fetch_add(1, Ordering::Relaxed);
                    if case > n_cases {
                        return;
                    }
                    let target = format!("/runCase?case={case}&agent=reference");
                    if let Ok(session) = open(authority, &target, fault) {
                        session.run();
                    }
                }
            });
        }
    });
    open(authority, "/updateReports?agent=reference", None).map(drop)
}

fn open(authority: &str, target: &str, fault: Option<Fault>) -> io::Result<Session> {
    let mut tcp = TcpStream::connect(authority)?;
    tcp.set_nodelay(true)?;
    let key = match fault {
        Some(Fault::WrongKey) => "c2hvcnRrZXk=".to_owned(),
        _ => key_for(&format!("{target} {:?}", tcp.local_addr())),
    };
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: {authority}\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
    );
    tcp.write_all(request.as_bytes())?;
    let (head, ahead) = loop {
        let (head, ahead) = read_head(&mut tcp, HEAD_LIMIT)?;
        match head.status() {
            // Interim responses; what is behind one is lost, which a real client must not do.
            Some(100 | 102 | 103) if ahead.is_empty() => {}
            _ => break (head, ahead),
        }
    };
    let is_right = is_acceptance(&head, &key) || fault == Some(Fault::AnyHead);
    let deflate = Deflate::take(&head, fault);
    match (is_right, deflate) {
        (true, Ok(deflate)) => Ok(Session {
            stream: Stream::new(tcp, ahead, Role::Client),
            deflate,
            fault,
        }),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn is_acceptance(head: &Head, key: &str) -> bool {
    head.faults.is_empty()
        && head.start_line.starts_with("HTTP/1.1 101")
        && head.status() == Some(101)
        && head.list("Upgrade").len() == 1
        && head.has_token("Upgrade", "websocket")
        && head.has_token("Connection", "Upgrade")
        && head.values("Sec-WebSocket-Accept").eq([accept(key)])
        && head.values("Sec-WebSocket-Protocol").next().is_none()
}

const N_PARALLEL: usize = 16;

const HEAD_LIMIT: Duration = Duration::from_secs(10);
