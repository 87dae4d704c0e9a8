//! A headless Chromium under guard, with a home of its own, and its pages.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use crate::{Authority, DevTools, Process, Scenario, Tool, within};

/// A running browser with a home of its own; killed when dropped.
#[derive(Debug)]
pub struct Browser {
    devtools: DevTools,
    // Before the home, so that the browser is gone when the folder goes.
    process: Process,
    _home: TempDir,
}

/// A page of a [`Browser`].
#[derive(Debug)]
pub struct Page {
    target: String,
    session: String,
}

impl Browser {
    /// Starts Chromium; `None` when it was left out (see [`Tool::find`]).
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub async fn start() -> Option<Self> {
        let chromium = Tool::Chromium.find()?;
        Some(Self::start_at(&chromium, new_home()).await)
    }

    /// The same, trusting `authority` besides those that Chromium trusts by itself; `None` also when
    /// `certutil` was left out.
    ///
    /// # Panics
    ///
    /// If it does not start, or cannot be told.
    pub async fn trusting(authority: &Authority) -> Option<Self> {
        let (chromium, certutil) = (Tool::Chromium.find()?, Tool::Certutil.find()?);
        let home = new_home();
        trust(&certutil, home.path(), authority).await;
        Some(Self::start_at(&chromium, home).await)
    }

    async fn start_at(chromium: &Path, home: TempDir) -> Self {
        let process = Process::start("Chromium", command(chromium, home.path()));
        let announcement = process.complaint("DevTools listening on ").await;
        let (_, url) = announcement
            .split_once(" on ")
            .expect("the line was found by these words");
        let devtools = DevTools::connect(url).await;
        Self {
            devtools,
            process,
            _home: home,
        }
    }

    /// Opens a page and waits until it has loaded.
    ///
    /// # Panics
    ///
    /// If it does not load.
    pub async fn open(&mut self, url: &str) -> Page {
        let blank = json!({ "url": "about:blank" });
        let mut target = self.devtools.call(None, "Target.createTarget", blank).await;
        let Value::String(target) = target["targetId"].take() else {
            panic!("no page: {target}")
        };
        let attach = json!({ "targetId": target, "flatten": true });
        let mut session = self
            .devtools
            .call(None, "Target.attachToTarget", attach)
            .await;
        let Value::String(session) = session["sessionId"].take() else {
            panic!("no session: {session}")
        };
        let page = Page { target, session };
        self.call(&page, "Page.enable", json!({})).await;
        self.navigate(&page, url).await;
        page
    }

    /// Leaves what `page` shows for `url`, and waits until that has loaded.
    ///
    /// # Panics
    ///
    /// If it does not load.
    pub async fn navigate(&mut self, page: &Page, url: &str) {
        let started = self
            .call(page, "Page.navigate", json!({ "url": url }))
            .await;
        assert_eq!(started["errorText"], Value::Null, "{url} cannot be opened");
        self.devtools
            .event(&page.session, "Page.loadEventFired")
            .await;
    }

    /// The value of a JavaScript expression in `page`; a promise is waited for.
    ///
    /// # Panics
    ///
    /// If the script throws, or takes too long.
    pub async fn evaluate(&mut self, page: &Page, expression: &str) -> Value {
        let params =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.call(page, "Runtime.evaluate", params).await;
        assert_eq!(
            answer["exceptionDetails"],
            Value::Null,
            "the script {expression:.200} threw"
        );
        answer["result"]["value"].take()
    }

    /// Plays the client's part of `scenario` in a page of the same origin as `url`.
    ///
    /// # Panics
    ///
    /// If the page cannot be opened or its script throws.
    pub async fn client(&mut self, scenario: Scenario, url: &str) -> Value {
        let page = self.open(&page_of(url)).await;
        let play = format!(
            "play({}, (protocols) => new WebSocket({}, protocols))",
            json!(scenario.name()),
            json!(url),
        );
        let report = self.evaluate(&page, &play).await;
        self.close(page).await;
        report
    }

    /// Closes a page.
    ///
    /// # Panics
    ///
    /// If the browser refuses.
    pub async fn close(&mut self, page: Page) {
        let params = json!({ "targetId": page.target });
        self.devtools.call(None, "Target.closeTarget", params).await;
    }

    /// Ends the browser, so that it leaves nothing behind.
    ///
    /// # Panics
    ///
    /// If it does not end.
    pub async fn quit(mut self) {
        self.devtools.call(None, "Browser.close", json!({})).await;
        // The connection ends with the browser; how, is not for the tests here.
        let _ = self.devtools.ended().await;
        within("the end of Chromium", self.process.ended()).await;
    }

    async fn call(&mut self, page: &Page, method: &str, params: Value) -> Value {
        self.devtools
            .call(Some(&page.session), method, params)
            .await
    }
}

/// The address of the page that our server of scenarios shows to browsers.
///
/// # Panics
///
/// If `url` is not the address of a scenario.
#[must_use]
pub fn page_of(url: &str) -> String {
    let rest = url.strip_prefix("ws").expect("an address of WebSockets");
    let end = rest.match_indices('/').nth(2).expect("it has a path").0;
    format!("http{}/", &rest[..end])
}

fn new_home() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

/// Puts an authority among those that browsers trust whose home is `home`.
async fn trust(certutil: &Path, home: &Path, authority: &Authority) {
    let folder = home.join(".pki").join("nssdb");
    fs::create_dir_all(&folder).expect("the folder is ours");
    let database = format!("sql:{}", folder.display());
    let new = ["-N", "--empty-password"].map(OsString::from);
    let add = ["-A", "-n", "authority", "-t", "C,,", "-i"].map(OsString::from);
    let file = [authority.file().into()];
    for arguments in [new.to_vec(), [&add[..], &file].concat()] {
        let mut command = Command::new(certutil);
        command.args(["-d", &database]).args(arguments);
        let output = within("certutil", command.kill_on_drop(true).output()).await;
        let output = output.expect("the program can be started");
        assert!(output.status.success(), "certutil: {output:?}");
    }
}

fn command(chromium: &Path, home: &Path) -> Command {
    let mut command = Command::new(chromium);
    command
        .env("HOME", home)
        .env_remove("XDG_DATA_HOME")
        .arg("--remote-debugging-port=0")
        .arg(format!(
            "--user-data-dir={}",
            home.join("profile").display()
        ));
    // Without the back-forward cache: it keeps a page alive that was left, its WebSockets included,
    // and then leaving a page does not end it.
    command.args([
        "--headless",
        "--no-sandbox",
        "--no-first-run",
        "--no-proxy-server",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-dev-shm-usage",
        "--disable-extensions",
        "--disable-features=BackForwardCache,DialMediaRouteProvider,MediaRouter,OptimizationHints,Translate",
        "--disable-gpu",
        "--disable-quic",
        "--disable-sync",
        "about:blank",
    ]);
    command
}
