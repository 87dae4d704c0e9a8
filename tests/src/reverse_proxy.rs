//! nginx, HAProxy, Apache and Caddy in front of servers of ours, and what must pass them unchanged.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use serde_json::json;
use sockeye::driver::ClientAddr;
use sockeye::{CloseCode, CloseOutcome, Event, Message, PermessageDeflate};
use tokio::sync::mpsc;

use crate::contract::{CLIENT_CLOSE, SERVER_CLOSE, payload};
use crate::{
    ClientCalls, ClientOptions, Daemon, RunningServer, ServerOptions, Shell, Tool, WebSocketCalls,
    within,
};

/// nginx, with what `server` says of one server on a port; `None` when it was left out (see
/// [`Tool::find`]).
///
/// # Panics
///
/// If it does not start.
pub async fn nginx(server: impl FnOnce(u16) -> String) -> Option<Daemon> {
    let program = Tool::Nginx.find()?;
    let daemon = Daemon::start(program, |folder, port| {
        let (server, path) = (server(port), folder.display());
        let config = format!(
            "daemon off;\nmaster_process off;\npid {path}/pid;\nerror_log stderr;\nevents {{}}\n\
             http {{\n access_log off;\n client_body_temp_path {path}/body;\n\
             proxy_temp_path {path}/proxy;\n fastcgi_temp_path {path}/fastcgi;\n\
             uwsgi_temp_path {path}/uwsgi;\n scgi_temp_path {path}/scgi;\n\
             proxy_http_version 1.1;\n\
             proxy_set_header Host $http_host;\n\
             proxy_set_header Upgrade $http_upgrade;\n proxy_set_header Connection upgrade;\n\
             proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
             server {{\n{server}\n}}\n}}\n"
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, config).expect("the folder is ours");
        vec!["-e".into(), "stderr".into(), "-c".into(), file]
    });
    Some(daemon.await)
}

/// HAProxy in a mode, with what `listen` says of a port; `None` when it was left out.
///
/// # Panics
///
/// If it does not start.
pub async fn haproxy(mode: &str, listen: impl FnOnce(u16) -> String) -> Option<Daemon> {
    let program = Tool::Haproxy.find()?;
    let daemon = Daemon::start(program, |folder, port| {
        let config = format!(
            "defaults\n mode {mode}\n timeout connect 10s\n timeout client 60s\n\
             timeout server 60s\n\
             listen it\n{}\n",
            listen(port)
        );
        let file = folder.join("haproxy.cfg");
        fs::write(&file, config).expect("the folder is ours");
        vec!["-db".into(), "-f".into(), file]
    });
    Some(daemon.await)
}

/// Apache, with `directives` on what it serves; `None` when it was left out.
///
/// # Panics
///
/// If it does not start.
pub async fn apache(directives: &str) -> Option<Daemon> {
    let program = Tool::Apache.find()?;
    let daemon = Daemon::start(program, |folder, port| {
        let path = folder.display();
        let modules = [
            "authz_core",
            "mpm_event",
            "proxy",
            "proxy_http",
            "proxy_wstunnel",
        ];
        let modules: String = modules
            .iter()
            .map(|name| format!("LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so\n"))
            .collect();
        let config = format!(
            "{modules}ServerName localhost\nServerRoot {path}\nDefaultRuntimeDir {path}\n\
             PidFile {path}/pid\nErrorLog {path}/error\nUser nobody\nGroup nogroup\n\
             Listen 127.0.0.1:{port}\n{directives}\n"
        );
        let file = folder.join("apache.conf");
        fs::write(&file, config).expect("the folder is ours");
        vec!["-D".into(), "FOREGROUND".into(), "-f".into(), file]
    });
    Some(daemon.await)
}

/// Caddy in front of `server`, with `routes` in front of that one; `None` when it was left out.
///
/// # Panics
///
/// If it does not start.
pub async fn caddy(server: SocketAddr, routes: &[serde_json::Value]) -> Option<Daemon> {
    let program = Tool::Caddy.find()?;
    let to_server = json!({
        "handle": [{"handler": "reverse_proxy", "upstreams": [{"dial": server.to_string()}]}]
    });
    let routes = [routes, &[to_server]].concat();
    let daemon = Daemon::start(program, |folder, port| {
        let config = json!({
            // Nothing is kept outside the folder.
            "admin": {"disabled": true, "config": {"persist": false}},
            "apps": {"http": {"servers": {"it": {
                "listen": [format!("127.0.0.1:{port}")],
                "automatic_https": {"disable": true},
                "routes": routes,
            }}}}
        });
        let file = folder.join("caddy.json");
        fs::write(&file, config.to_string()).expect("the folder is ours");
        vec!["run".into(), "--config".into(), file]
    });
    Some(daemon.await)
}

/// A server behind a proxy: it says first who the client is, then echoes, and closes when it is
/// asked to.
#[derive(Debug)]
pub struct TellingServer<S: Shell> {
    /// Where it listens.
    pub address: SocketAddr,
    _running: RunningServer<S>,
    ends: mpsc::UnboundedReceiver<CloseOutcome>,
}

impl<S: Shell> TellingServer<S> {
    /// Starts it, with compression for those who want it.
    ///
    /// # Panics
    ///
    /// If it has no address.
    pub fn start(server: S::Server) -> Self {
        let server = server.extension(Arc::new(PermessageDeflate::default()));
        let (report, ends) = mpsc::unbounded_channel();
        let running = RunningServer::<S>::start(server, move |mut ws, request| {
            let report = report.clone();
            async move {
                let client = request.extensions().get::<ClientAddr>();
                let client = client.map_or_else(|| "nobody knows".into(), written);
                let told = tell(&mut ws, client).await;
                let _ = report.send(ws.close_outcome().unwrap_or_default());
                Ok(told?)
            }
        });
        Self {
            address: running.address,
            _running: running,
            ends,
        }
    }

    /// Checks that `client`, by the proxy at `url`, and this server are each other's: messages,
    /// compression, pings and both closes pass; and that the client is taken for `expected`.
    ///
    /// # Panics
    ///
    /// If something does not pass.
    pub async fn check_by_proxy(&mut self, client: S::Client, url: &str, expected: &str) {
        let client = client
            .bind_address(client_ip())
            .extension(Arc::new(PermessageDeflate::default()));
        let (mut ws, response) = within("a connection", client.connect(url)).await.unwrap();
        let extensions = &response.headers()["sec-websocket-extensions"];
        let extensions = extensions.to_str().expect("a list of tokens");
        assert!(extensions.starts_with("permessage-deflate"), "{extensions}");
        let first = within("the client's address", ws.recv()).await.unwrap();
        let Some(Message::Text(first)) = first else {
            panic!("{first:?}");
        };
        assert!(first.starts_with(expected), "{first}");
        for message in [
            Message::from("by the proxy"),
            Message::from("long ".repeat(100_000)),
            Message::from(payload(300_000)),
        ] {
            ws.send(message.clone()).await.unwrap();
            let echo = within("an echo", ws.recv()).await.unwrap();
            assert!(echo == Some(message), "the echo is another");
        }
        let _reply = ws.ping().await.unwrap();
        let pong = within("a pong", ws.recv_event()).await.unwrap();
        assert!(
            matches!(pong, Some(Event::Pong { rtt: Some(_), .. })),
            "{pong:?}"
        );
        let closing = ws.close(code(CLIENT_CLOSE), CLIENT_CLOSE.1);
        let outcome = within("the end", closing).await.unwrap();
        assert!(outcome.clean, "{outcome:?}");
        let outcome = within("the end at the server", self.ends.recv()).await;
        check_close(outcome, CLIENT_CLOSE);

        let (mut ws, _) = within("a connection", client.connect(url)).await.unwrap();
        ws.send(LEAVE).await.unwrap();
        while within("the end", ws.recv()).await.unwrap().is_some() {}
        check_close(ws.close_outcome(), SERVER_CLOSE);
        let _ = within("the end at the server", self.ends.recv()).await;
    }
}

async fn tell(ws: &mut impl WebSocketCalls, client: String) -> Result<(), sockeye::Error> {
    ws.send(client).await?;
    while let Some(message) = ws.recv().await? {
        if message == LEAVE.into() {
            ws.close(code(SERVER_CLOSE), SERVER_CLOSE.1).await?;
            break;
        }
        ws.send(message).await?;
    }
    Ok(())
}

#[track_caller]
fn check_close(outcome: Option<CloseOutcome>, (code, reason): (u16, &str)) {
    let outcome = outcome.expect("the connection has ended");
    assert_eq!(
        (u16::from(outcome.code()), outcome.reason()),
        (code, reason)
    );
    assert!(outcome.clean, "{outcome:?}");
}

fn code((code, _): (u16, &str)) -> CloseCode {
    CloseCode::try_from(code).expect("it is an application's")
}

fn written(client: &ClientAddr) -> String {
    match client.port {
        Some(port) => SocketAddr::new(client.ip, port).to_string(),
        None => client.ip.to_string(),
    }
}

/// An address of this machine's that no proxy has.
fn client_ip() -> IpAddr {
    [127, 0, 0, 3].into()
}

/// Where Debian has them.
const APACHE_MODULES: &str = "/usr/lib/apache2/modules";

const LEAVE: &str = "close this";
