//! How a case and its subject meet, and the one way to run a case.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::line::Line;
use super::record::Record;
use super::result::{CaseResult, Judgement};
use super::visitor::Visitor;
use super::{frames, opening};
use crate::script::Script;
use crate::wire::{Head, key_for};
use crate::{Case, Role, Tls};

/// A server under test, and how to ask for it.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    /// For the field `Host`.
    pub(crate) host: String,
    pub(crate) path: String,
    /// Where it has TLS.
    pub(crate) tls: Option<Tls>,
}

/// Where a case finds its subject.
#[derive(Debug)]
pub(crate) enum Meeting {
    /// It has yet to connect.
    Server(Target),
    /// It has connected already.
    Client(Visitor),
}

/// What a case has at its start: a connection, and what heads are made of.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) line: Line,
    pub(crate) subject: Role,
    pub(crate) key: String,
    pub(crate) host: String,
    pub(crate) path: String,
    /// A server has TLS.
    pub(crate) is_secure: bool,
    /// The request of a client.
    pub(crate) request: Option<Head>,
}

impl Meeting {
    /// Runs a case; whatever the subject does, a result comes within [`CASE_LIMIT`].
    pub(crate) async fn run(self, case: &Case) -> CaseResult {
        let began = Instant::now();
        let took_ms =
            |began: Instant| u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut start = match self.start(case).await {
            Ok(start) => start,
            Err(why) => {
                return Judgement::failed(why).into_result(took_ms(began), Vec::new());
            }
        };
        let judging = async {
            match case.script() {
                Script::Frames(script) => frames::run(&script, &mut start).await,
                Script::Opening(script) => opening::run(&script, &mut start).await,
            }
        };
        let judgement = match timeout(CASE_LIMIT, judging).await {
            Ok(judgement) => judgement,
            Err(_) => Judgement::failed(format!(
                "the case did not end within {} s",
                CASE_LIMIT.as_secs()
            )),
        };
        let judgement = match start.line.is_endless {
            true => Judgement::failed("it sends without end"),
            false => judgement,
        };
        let rows = start.line.into_record().into_rows();
        judgement.into_result(took_ms(began), rows)
    }

    async fn start(self, case: &Case) -> Result<Start, String> {
        match self {
            Self::Server(target) => {
                let connecting = TcpStream::connect(target.address);
                let stream = match timeout(CONNECT_PATIENCE, connecting).await {
                    Ok(Ok(stream)) => stream,
                    Ok(Err(error)) => return Err(format!("cannot connect: {error}")),
                    Err(_) => return Err("cannot connect in time".into()),
                };
                let stream = match &target.tls {
                    None => stream.into(),
                    Some(tls) => tls
                        .connect(stream)
                        .await
                        .map_err(|error| format!("cannot connect by TLS: {error}"))?,
                };
                Ok(Start {
                    line: Line::new(stream, Record::new()),
                    subject: Role::Server,
                    key: key_for(&case.id),
                    host: target.host,
                    path: target.path,
                    is_secure: target.tls.is_some(),
                    request: None,
                })
            }
            Self::Client(Visitor { line, request }) => Ok(Start {
                line,
                subject: Role::Client,
                key: request.first("Sec-WebSocket-Key").to_owned(),
                host: String::new(),
                path: String::new(),
                is_secure: false,
                request: Some(request),
            }),
        }
    }
}

const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// Far above what any case takes whose subject answers, and above what it may be silent for.
const CASE_LIMIT: Duration = Duration::from_secs(240);

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::{Scale, Verdict, cases, wire};

    /// Runs a case against a server that answers the opening handshake, if at all, and then sends
    /// `unit` as long as it is taken.
    #[track_caller]
    fn check(id: &'static str, accepts: bool, unit: &'static [u8]) {
        let server = async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            tokio::spawn(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                if accepts {
                    let mut request = [0; 2048];
                    let _ = stream.read(&mut request).await;
                    let accept = wire::accept(&key_for(id));
                    let head = format!(
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
                         Connection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
                    );
                    let _ = stream.write_all(head.as_bytes()).await;
                }
                let block = unit.repeat((1 << 18) / unit.len());
                while stream.write_all(&block).await.is_ok() {}
            });
            let target = Target {
                address,
                host: "127.0.0.1".to_owned(),
                path: "/".to_owned(),
                tls: None,
            };
            let cases = cases(Role::Server, Scale::Quick);
            let case = cases.iter().find(|case| case.id == id).unwrap();
            Meeting::Server(target).run(case).await
        };
        let result = tokio::runtime::Runtime::new().unwrap().block_on(server);
        assert_eq!(result.verdict, Verdict::Failed);
        assert_eq!(result.why, "it sends without end");
    }

    #[test]
    fn a_head_without_end_is_given_up() {
        check("1.1.1", false, b"a: b\r\n");
        check("H.1.1", false, b"x");
        check("H.1.1", false, b"HTTP/1.1 102 Processing\r\n\r\n");
    }

    #[test]
    fn frames_without_end_are_given_up() {
        // A ping of 125 bytes: short ones would take an unoptimized build a minute.
        static PING: [u8; 127] = {
            let mut ping = [0; 127];
            ping[0] = 0x89;
            ping[1] = 125;
            ping
        };
        check("1.1.1", true, &PING);
    }
}
