//! A headless Chromium under guard, and its pages.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use crate::{DevTools, Process, Scenario, Tool, within};

/// A running browser with a profile of its own; killed when dropped.
#[derive(Debug)]
pub struct Browser {
    devtools: DevTools,
    // Before the profile, so that the browser is gone when the folder goes.
    process: Process,
    _profile: TempDir,
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
        let profile = tempfile::tempdir().expect("a temporary folder can be made");
        let process = Process::start("Chromium", command(&chromium, profile.path()));
        let announcement = process.complaint("DevTools listening on ").await;
        let (_, url) = announcement
            .split_once(" on ")
            .expect("the line was found by these words");
        let devtools = DevTools::connect(url).await;
        Some(Self {
            devtools,
            process,
            _profile: profile,
        })
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
    let authority = url
        .strip_prefix("ws://")
        .and_then(|rest| rest.split('/').next());
    format!(
        "http://{}/",
        authority.expect("the address begins with ws://")
    )
}

fn command(chromium: &Path, profile: &Path) -> Command {
    let mut command = Command::new(chromium);
    command
        .arg("--remote-debugging-port=0")
        .arg(format!("--user-data-dir={}", profile.display()));
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
