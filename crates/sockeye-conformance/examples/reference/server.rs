//! The server: the checks of RFC 6455 §4.2.1, and a thread for each connection.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use sockeye_conformance::Role;
use sockeye_conformance::wire::{Head, accept, is_key};

use crate::deflate::Deflate;
use crate::fault::Fault;
use crate::frames::Stream;
use crate::session::Session;

/// Serves until the process ends.
pub(crate) fn serve(fault: Option<Fault>) -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("listening on ws://{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let stream = stream?;
        thread::spawn(move || meet(stream, fault));
    }
    Ok(())
}

fn meet(mut tcp: TcpStream, fault: Option<Fault>) {
    let _ = tcp.set_nodelay(true);
    let Ok((head, ahead)) = read_head(&mut tcp, HEAD_LIMIT) else {
        let response =
            "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        let _ = tcp.write_all(response.as_bytes());
        return;
    };
    let refusal = refusal(&head).filter(|_| fault != Some(Fault::AnyHead));
    let chosen = Deflate::choose(&head, fault);
    let (deflate, extension) = match (refusal, chosen) {
        (Some((status, more)), _) => return refuse(&mut tcp, status, more),
        (None, Err(_)) => return refuse(&mut tcp, "400 Bad Request", ""),
        (None, Ok(Some((deflate, answer)))) => {
            let field = format!("Sec-WebSocket-Extensions: {answer}\r\n");
            (Some(deflate), field)
        }
        (None, Ok(None)) => (None, String::new()),
    };
    let key = match fault {
        Some(Fault::WrongKey) => "another",
        _ => head.first("Sec-WebSocket-Key"),
    };
    let response = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {}\r\n{extension}\r\n",
        accept(key)
    );
    if tcp.write_all(response.as_bytes()).is_ok() {
        let session = Session {
            stream: Stream::new(tcp, ahead, Role::Server),
            deflate,
            fault,
        };
        session.run();
    }
}

fn refuse(tcp: &mut TcpStream, status: &str, more: &str) {
    let response =
        format!("HTTP/1.1 {status}\r\nConnection: close\r\n{more}Content-Length: 0\r\n\r\n");
    let _ = tcp.write_all(response.as_bytes());
    let _ = tcp.shutdown(std::net::Shutdown::Write);
    let _ = tcp.set_read_timeout(Some(Duration::from_millis(200)));
    while let Ok(1..) = tcp.read(&mut [0; 4096]) {}
}

/// Reads a head and what came behind it.
pub(crate) fn read_head(tcp: &mut TcpStream, limit: Duration) -> io::Result<(Head, Vec<u8>)> {
    let deadline = Instant::now() + limit;
    let mut bytes = Vec::new();
    let mut buf = [0; 4096];
    loop {
        if let Some((head, len)) = Head::read(&bytes) {
            tcp.set_read_timeout(None)?;
            return Ok((head, bytes.split_off(len)));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || bytes.len() > MAX_HEAD_BYTES {
            return Err(io::ErrorKind::TimedOut.into());
        }
        tcp.set_read_timeout(Some(left))?;
        match tcp.read(&mut buf)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => bytes.extend_from_slice(&buf[..n]),
        }
    }
}

/// Why a request is no opening handshake: the status line's end and further fields.
fn refusal(head: &Head) -> Option<(&'static str, &'static str)> {
    let words: Vec<_> = head.start_line.split(' ').collect();
    let [method, target, version] = words[..] else {
        return Some(("400 Bad Request", ""));
    };
    let one = |name| head.values(name).count() == 1;
    let is_grammatical = head.faults.is_empty() && head.is_ascii_but_for_values();
    if !is_grammatical || target.is_empty() {
        Some(("400 Bad Request", ""))
    } else if version != "HTTP/1.1" {
        Some(("505 HTTP Version Not Supported", ""))
    } else if method != "GET" {
        Some(("405 Method Not Allowed", "Allow: GET\r\n"))
    } else if !one("Host") || head.first("Host").is_empty() {
        Some(("400 Bad Request", ""))
    } else if !head.has_token("Upgrade", "websocket") || !head.has_token("Connection", "Upgrade") {
        Some(("426 Upgrade Required", "Upgrade: websocket\r\n"))
    } else if head.list("Sec-WebSocket-Version") != ["13"] {
        Some((
            "426 Upgrade Required",
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
        ))
    } else if !one("Sec-WebSocket-Key")
        || !is_key(head.first("Sec-WebSocket-Key"))
        || head.values("Transfer-Encoding").next().is_some()
    {
        Some(("400 Bad Request", ""))
    } else {
        None
    }
}

const HEAD_LIMIT: Duration = Duration::from_secs(10);

const MAX_HEAD_BYTES: usize = 16 * 1024;
