//! The example programs `echo-server`, `client` and `echo-client`, and their counterparts on
//! threads, run as people run them.
//!
//! Looks for them where cargo puts the examples of this crate before it runs its tests.

mod echo_client;
mod tls;

use std::env::consts::EXE_SUFFIX;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let path = profile.join("examples").join(format!("{name}{EXE_SUFFIX}"));
    assert!(
        path.exists(),
        "`cargo test -p sockeye` builds {}",
        path.display()
    );
    path
}

/// An echo server that runs until it is dropped.
struct EchoServer {
    process: Child,
    stdout: BufReader<ChildStdout>,
    url: String,
}

impl EchoServer {
    fn start(options: &[&str]) -> Self {
        Self::start_program("echo-server", options)
    }

    fn start_program(name: &str, options: &[&str]) -> Self {
        let mut command = Command::new(program(name));
        command.args(["--port", "0"]).args(options);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let url = line
            .trim_end()
            .strip_prefix("listening on ")
            .expect("the address")
            .to_owned();
        let has_tls = command.get_args().any(|option| option == "--cert");
        let start = if has_tls { "wss" } else { "ws" };
        assert!(url.starts_with(&format!("{start}://127.0.0.1:")), "{url}");
        Self {
            process,
            stdout,
            url,
        }
    }

    /// What else it prints until it ends by itself, and its exit code.
    fn wait(mut self) -> (String, Option<i32>) {
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        (rest, self.process.wait().unwrap().code())
    }
}

impl Drop for EchoServer {
    fn drop(&mut self) {
        // It may have ended already, which is all that can go wrong here.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn client(url: &str, options: &[&str]) -> Output {
    Command::new(program("client"))
        .arg(url)
        .args(options)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// A client that stays until its standard input ends.
struct IdleClient {
    process: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl IdleClient {
    /// Returns once the connection is open.
    fn start(url: &str) -> Self {
        let mut command = Command::new(program("client"));
        command
            .args([url, "--idle"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let stdin = process.stdin.take().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, "open\n");
        Self {
            process,
            stdin,
            stdout,
        }
    }

    /// What it prints until the server ends it, and its exit code.
    fn wait(self) -> (String, Option<i32>) {
        let Self {
            process,
            stdin,
            stdout,
        } = self;
        let ended = rest(process, stdout);
        drop(stdin);
        ended
    }

    /// What it prints when its input has ended, and its exit code.
    fn end_input(self) -> (String, Option<i32>) {
        let Self {
            process,
            stdin,
            stdout,
        } = self;
        drop(stdin);
        rest(process, stdout)
    }
}

/// What a program prints until it ends, and its exit code.
fn rest(mut process: Child, mut stdout: BufReader<ChildStdout>) -> (String, Option<i32>) {
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    (rest, process.wait().unwrap().code())
}

#[track_caller]
fn check(output: &Output, stdout: &str, code: i32) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), stdout, "{errors}");
    assert_eq!(output.status.code(), Some(code), "{errors}");
}

#[test]
fn client_sends_receives_and_closes() {
    let server = EchoServer::start(&[]);
    let output = client(&server.url, &["--send", "3x30"]);
    let texts = [
        "abcdefghijklmnopqrstuvwxyzabcd",
        "bcdefghijklmnopqrstuvwxyzabcde",
    ];
    let [first, second] = texts.map(|text| crc32fast::hash(text.as_bytes()));
    let third = crc32fast::hash(b"cdefghijklmnopqrstuvwxyzabcdef");
    let expected = format!(
        "open\ntext 30 {first:08x}\ntext 30 {second:08x}\ntext 30 {third:08x}\nclose 1000 clean\n"
    );
    check(&output, &expected, 0);
}

#[test]
fn client_sends_more_than_all_buffers_hold() {
    let server = EchoServer::start(&["--threads", "1"]);
    let output = client(&server.url, &["--send", "100x200000"]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(stdout.matches("text 200000 ").count(), 100);
    assert!(stdout.ends_with("close 1000 clean\n"), "{stdout}");
}

#[test]
fn client_without_anything_to_send_opens_and_closes() {
    let server = EchoServer::start(&["--threads", "2", "--runtime", "tokio"]);
    check(&client(&server.url, &[]), "open\nclose 1000 clean\n", 0);
}

#[test]
fn idle_client_stays_until_its_input_ends() {
    let server = EchoServer::start(&[]);
    let client = IdleClient::start(&server.url);
    assert_eq!(
        client.end_input(),
        ("close 1000 clean\n".to_owned(), Some(0))
    );
}

#[test]
fn client_shows_why_it_was_refused() {
    let server = EchoServer::start(&["--origin-allow", "https://good.example"]);
    let evil = client(&server.url, &["--header", "Origin: https://evil.example"]);
    check(&evil, "error handshake\n", 1);
    assert!(String::from_utf8_lossy(&evil.stderr).contains("403"));
    let good = client(&server.url, &["--header", "Origin: https://good.example"]);
    check(&good, "open\nclose 1000 clean\n", 0);
}

#[test]
fn client_whose_server_leaves_without_an_answer_has_an_error() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", socket.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (tcp, _) = socket.accept().unwrap();
        // To the empty line: closing with bytes unread would reset the connection.
        let lines = BufReader::new(tcp).lines().map(Result::unwrap);
        lines.take_while(|line| !line.is_empty()).count()
    });
    check(&client(&url, &[]), "error handshake\n", 1);
    assert!(server.join().unwrap() > 1);
}

#[test]
fn server_refuses_messages_beyond_its_limit() {
    let server = EchoServer::start(&["--max-message", "100"]);
    let within = client(&server.url, &["--send", "1x100"]);
    assert_eq!(within.status.code(), Some(0));
    let beyond = client(&server.url, &["--send", "1x101"]);
    let stdout = String::from_utf8(beyond.stdout).unwrap();
    assert!(stdout.starts_with("open\nclose 1009 "), "{stdout}");
}

#[test]
fn server_on_threads_echoes_and_keeps_its_limit() {
    let options = ["--max-message", "200000", "--max-connections", "2"];
    let server = EchoServer::start_program("blocking-echo-server", &options);
    let output = client(&server.url, &["--send", "100x200000"]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(stdout.matches("text 200000 ").count(), 100);
    assert!(stdout.ends_with("close 1000 clean\n"), "{stdout}");
    let beyond = client(&server.url, &["--send", "1x200001"]);
    let stdout = String::from_utf8(beyond.stdout).unwrap();
    assert!(stdout.starts_with("open\nclose 1009 "), "{stdout}");
}

#[test]
fn options_of_later_builds_are_refused() {
    let refused = |name: &str, options: &[&str], message: &str| {
        let output = Command::new(program(name)).args(options).output().unwrap();
        check(&output, "", 2);
        assert!(
            String::from_utf8_lossy(&output.stderr).contains(message),
            "{output:?}"
        );
    };
    refused(
        "echo-server",
        &["--port", "0", "--context-takeover"],
        "--deflate",
    );
    refused(
        "echo-server",
        &["--port", "0", "--runtime", "none"],
        "--runtime none",
    );
    refused(
        "echo-server",
        &["--port", "0", "--origin-allow", "*"],
        "--origin-allow",
    );
    refused("echo-server", &["--port", "0", "--cert", "x"], "--key");
    refused(
        "echo-client",
        &["ws://127.0.0.1:1", "--context-takeover"],
        "--deflate",
    );
    refused(
        "echo-client",
        &["ws://127.0.0.1:1", "--runtime", "none"],
        "--runtime none",
    );
    refused(
        "client",
        &["ws://127.0.0.1:1", "--send", "many"],
        "COUNTxSIZE",
    );
}

#[cfg(unix)]
#[test]
fn sigterm_closes_all_connections_and_ends_the_server() {
    let server = EchoServer::start(&["--drain-on-sigterm"]);
    let clients = [(); 3].map(|()| IdleClient::start(&server.url));
    let pid = server.process.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    for client in clients {
        assert_eq!(
            client.wait(),
            (
                "close 1001 server is going away clean\n".to_owned(),
                Some(0)
            )
        );
    }
    assert_eq!(server.wait(), (String::new(), Some(0)));
}

#[cfg(unix)]
mod descriptors {
    //! A server that runs out of file descriptors.

    use std::net::TcpStream;
    use std::time::Duration;

    use sockeye::tokio::{Client, WebSocket};

    use super::*;

    async fn check_echo(ws: &mut WebSocket, text: &str) {
        ws.send(text).await.unwrap();
        assert_eq!(ws.recv().await.unwrap(), Some(text.into()));
    }

    #[tokio::test]
    async fn server_without_descriptors_keeps_serving_and_accepts_again() {
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -n 32 && exec \"$0\" --port 0 --threads 1"]);
        command.arg(program("echo-server"));
        let server = EchoServer::spawn(command);
        let address = server.url.strip_prefix("ws://").unwrap();
        let mut early = sockeye::tokio::connect(&server.url).await.unwrap();
        check_echo(&mut early, "early").await;

        // More than it has descriptors: the last of these wait in the listening queue.
        let crowd = [(); 40].map(|()| TcpStream::connect(address).unwrap());
        let time_before = cpu_time(&server);
        let hasty = Client::new().handshake_timeout(Duration::from_millis(500));
        let error = hasty.connect(&server.url).await.unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        let time_starved = cpu_time(&server) - time_before;
        assert!(
            time_starved < Duration::from_millis(200),
            "busy while starved: {time_starved:?}"
        );
        check_echo(&mut early, "still served").await;

        drop(crowd);
        let mut late = sockeye::tokio::connect(&server.url).await.unwrap();
        check_echo(&mut late, "late").await;
    }

    /// The processor time that the server has used so far.
    #[cfg(target_os = "linux")]
    fn cpu_time(server: &EchoServer) -> Duration {
        let path = format!("/proc/{}/stat", server.process.id());
        let stat = std::fs::read_to_string(path).unwrap();
        // proc(5): utime and stime are fields 14 and 15, in ticks of 10 ms; field 2 ends with ')'.
        let fields: Vec<_> = stat
            .rsplit(')')
            .next()
            .unwrap()
            .split_whitespace()
            .collect();
        let n_ticks: u64 = fields[11..13]
            .iter()
            .map(|field| field.parse::<u64>().unwrap())
            .sum();
        Duration::from_millis(n_ticks * 10)
    }

    #[cfg(not(target_os = "linux"))]
    fn cpu_time(_server: &EchoServer) -> Duration {
        Duration::ZERO
    }
}
