//! The example program `echo-client`, against a small testing server.

use std::process::Output;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sockeye::tokio::{Stream, WebSocket, accept_request};
use sockeye::{Acceptor, CloseCode, Message};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::process::Command;
use tokio::sync::Barrier;

use super::{check, program};

/// What the server does with the connection of one case.
#[derive(Clone)]
enum Case {
    /// Sends a message, wants it back, and closes with the code.
    Echo(Message, CloseCode),
    /// The same once as many cases are open as the barrier says.
    EchoTogether(Arc<Barrier>),
    /// Closes with 1000 if this subprotocol, the server's only one, was agreed on.
    Subprotocol(&'static str),
    /// Answers the opening handshake with something else than HTTP.
    Nonsense,
    /// Never answers the opening handshake.
    SilentHandshake,
    /// Opens, and neither sends nor closes.
    SilentConnection,
}

fn echo(message: impl Into<Message>) -> Case {
    Case::Echo(message.into(), CloseCode::NormalClosure)
}

/// Serves cases by the protocol of the Autobahn suite until it is dropped.
struct TestingServer {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl TestingServer {
    async fn start(cases: impl Into<Vec<Case>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}", listener.local_addr().unwrap());
        let requests = Arc::default();
        tokio::spawn(accept_all(listener, cases.into(), Arc::clone(&requests)));
        Self { url, requests }
    }

    /// What was asked for so far: path and query of each request.
    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn accept_all(listener: TcpListener, cases: Vec<Case>, requests: Arc<Mutex<Vec<String>>>) {
    loop {
        let (tcp, _) = listener.accept().await.unwrap();
        let (cases, requests) = (cases.clone(), Arc::clone(&requests));
        tokio::spawn(async move {
            let resource = resource(&tcp).await;
            requests.lock().unwrap().push(resource.clone());
            answer(tcp, &resource, &cases).await;
        });
    }
}

/// What a request is for, read without taking it from the stream.
async fn resource(tcp: &TcpStream) -> String {
    let mut buf = [0; 1024];
    loop {
        let n_bytes = tcp.peek(&mut buf).await.unwrap();
        assert!(n_bytes > 0, "the client left without a request");
        let head = String::from_utf8_lossy(&buf[..n_bytes]);
        if let Some((line, _)) = head.split_once("\r\n") {
            return line.split(' ').nth(1).unwrap().to_owned();
        }
    }
}

async fn answer(tcp: TcpStream, resource: &str, cases: &[Case]) {
    let Some(rest) = resource.strip_prefix("/runCase?case=") else {
        let mut ws = open(tcp, &[]).await;
        if resource == "/getCaseCount" {
            ws.send(cases.len().to_string()).await.unwrap();
        }
        ws.close(CloseCode::NormalClosure, "").await.unwrap();
        return;
    };
    let number: usize = rest.split('&').next().unwrap().parse().unwrap();
    match &cases[number - 1] {
        Case::Echo(message, code) => check_echo(&mut open(tcp, &[]).await, message, *code).await,
        Case::EchoTogether(barrier) => {
            let mut ws = open(tcp, &[]).await;
            barrier.wait().await;
            check_echo(&mut ws, &"together".into(), CloseCode::NormalClosure).await;
        }
        Case::Subprotocol(subprotocol) => {
            let mut ws = open(tcp, &[subprotocol]).await;
            let code = match ws.subprotocol() == Some(subprotocol) {
                true => CloseCode::NormalClosure,
                false => CloseCode::PolicyViolation,
            };
            ws.close(code, "").await.unwrap();
        }
        Case::Nonsense => {
            let mut tcp = tcp;
            tcp.write_all(b"SSH-2.0-nonsense\r\n\r\n").await.unwrap();
        }
        Case::SilentHandshake => hold(tcp).await,
        Case::SilentConnection => hold(open(tcp, &[]).await).await,
    }
}

async fn open(tcp: TcpStream, subprotocols: &[&str]) -> WebSocket<Stream> {
    let acceptor = Acceptor::new().subprotocols(subprotocols.iter().copied());
    let (ws, _request) = accept_request(Stream::from(tcp), &acceptor)
        .await
        .unwrap()
        .expect("only WebSockets are asked for");
    ws
}

/// An echo that is not as sent closes with 1011 instead, which the program's output shows.
async fn check_echo(ws: &mut WebSocket<Stream>, message: &Message, code: CloseCode) {
    ws.send(message.clone()).await.unwrap();
    let code = match ws.recv().await {
        Ok(Some(echo)) if echo == *message => code,
        Ok(_) => CloseCode::InternalError,
        // The client has failed the connection.
        Err(_) => return,
    };
    ws.close(code, "").await.unwrap();
}

/// Keeps a connection until the test is over.
async fn hold<T>(connection: T) {
    std::future::pending::<()>().await;
    drop(connection);
}

async fn echo_client(options: &[&str]) -> Output {
    run("echo-client", options).await
}

async fn run(name: &str, options: &[&str]) -> Output {
    let mut command = Command::new(program(name));
    command.args(options).kill_on_drop(true);
    command.output().await.unwrap()
}

#[tokio::test]
async fn every_case_is_echoed_in_its_turn_and_reports_are_asked_for() {
    let server = TestingServer::start([
        echo("text"),
        echo(""),
        echo(vec![0, 255, 128]),
        Case::Echo("leaving".into(), CloseCode::GoingAway),
    ])
    .await;
    check(
        &echo_client(&[&server.url]).await,
        "case 1 close 1000 clean\n\
         case 2 close 1000 clean\n\
         case 3 close 1000 clean\n\
         case 4 close 1001 clean\n\
         cases 4\n",
        0,
    );
    let agent = "agent=sockeye-tokio";
    assert_eq!(
        server.requests(),
        [
            "/getCaseCount".to_owned(),
            format!("/runCase?case=1&{agent}"),
            format!("/runCase?case=2&{agent}"),
            format!("/runCase?case=3&{agent}"),
            format!("/runCase?case=4&{agent}"),
            format!("/updateReports?{agent}"),
        ]
    );
}

#[tokio::test]
async fn threads_echo_every_case_too() {
    let together = Case::EchoTogether(Arc::new(Barrier::new(2)));
    let server = TestingServer::start([
        echo("text"),
        Case::Echo("leaving".into(), CloseCode::GoingAway),
        Case::Nonsense,
        echo("x".repeat(101)),
        Case::SilentConnection,
        together.clone(),
        together,
    ])
    .await;
    let options = ["--parallel", "7", "--max-message", "100"];
    let options = [&[server.url.as_str(), "--case-timeout", "1"], &options[..]].concat();
    let output = run("blocking-echo-client", &options).await;
    let stdout = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<_> = stdout.lines().collect();
    lines.sort_unstable();
    let expected = [
        "case 1 close 1000 clean",
        "case 2 close 1001 clean",
        "case 3 error handshake",
        "case 4 error protocol",
        "case 5 error timeout",
        "case 6 close 1000 clean",
        "case 7 close 1000 clean",
        "cases 7",
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn an_agent_of_any_characters_arrives_encoded() {
    let server = TestingServer::start([]).await;
    let url = format!("{}/", server.url);
    let output = echo_client(&[&url, "--agent", "a b&ü~", "--shutdown"]).await;
    check(&output, "cases 0\n", 0);
    assert_eq!(
        server.requests()[1],
        "/updateReports?agent=a%20b%26%C3%BC~&shutdownOnComplete=true"
    );
}

#[tokio::test]
async fn cases_that_fail_do_not_stop_the_next() {
    let server = TestingServer::start([
        Case::Nonsense,
        echo("x".repeat(101)),
        echo(vec![0; 101]),
        echo("x".repeat(100)),
    ])
    .await;
    let output = echo_client(&[&server.url, "--max-message", "100"]).await;
    let expected = "case 1 error handshake\n\
                    case 2 error protocol\n\
                    case 3 error protocol\n\
                    case 4 close 1000 clean\n\
                    cases 4\n";
    check(&output, expected, 0);
}

#[tokio::test]
async fn cases_that_hang_end_with_their_time() {
    let server = TestingServer::start([
        Case::SilentHandshake,
        Case::SilentConnection,
        echo("at last"),
    ])
    .await;
    let start = Instant::now();
    let output = echo_client(&[&server.url, "--case-timeout", "1"]).await;
    let expected = "case 1 error timeout\n\
                    case 2 error timeout\n\
                    case 3 close 1000 clean\n\
                    cases 3\n";
    check(&output, expected, 0);
    assert!(start.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
async fn as_many_cases_run_at_once_as_asked_for() {
    let together = Case::EchoTogether(Arc::new(Barrier::new(3)));
    let server = TestingServer::start(vec![together; 6]).await;
    let output = echo_client(&[&server.url, "--parallel", "3"]).await;
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(stdout.matches(" close 1000 clean\n").count(), 6, "{stdout}");
    assert!(stdout.ends_with("cases 6\n"), "{stdout}");
}

#[tokio::test]
async fn each_subprotocol_is_offered() {
    let server =
        TestingServer::start([Case::Subprotocol("first"), Case::Subprotocol("second")]).await;
    let options = [
        &server.url,
        "--subprotocol",
        "first",
        "--subprotocol",
        "second",
    ];
    let expected = "case 1 close 1000 clean\ncase 2 close 1000 clean\ncases 2\n";
    check(&echo_client(&options).await, expected, 0);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    // Bound, so that nobody else gets the port, but not listening.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("ws://{}", socket.local_addr().unwrap());
    let output = echo_client(&[&url]).await;
    check(&output, "", 1);
    let errors = String::from_utf8(output.stderr).unwrap();
    let start = format!("error: {url}/getCaseCount: ");
    assert!(errors.starts_with(&start), "{errors}");
}

#[tokio::test]
async fn a_server_that_counts_no_cases_is_named() {
    let server = super::EchoServer::start(&[]);
    // It waits for a message to echo, so that the count never comes.
    let output = echo_client(&[&server.url, "--case-timeout", "1"]).await;
    check(&output, "", 1);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("no number of cases in time"), "{errors}");
}
