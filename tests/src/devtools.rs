//! A small client of the Chrome DevTools Protocol, on Sockeye's own WebSocket client.
//!
//! Requests are text messages with an `id`, answered with the same `id`; everything else is an event.
//! One call at a time: whatever arrives while a call waits for its answer is kept for later.

use std::collections::VecDeque;

use serde_json::{Value, json};
use sockeye::tokio::{Client, Stream, WebSocket};
use sockeye::{Config, Error, Limits, Message};

use crate::within;

/// A connection to a browser.
#[derive(Debug)]
pub struct DevTools {
    ws: WebSocket<Stream>,
    last_id: u64,
    events: VecDeque<Value>,
}

impl DevTools {
    /// Connects to the DevTools endpoint at `url`.
    ///
    /// # Panics
    ///
    /// If that fails.
    pub async fn connect(url: &str) -> Self {
        // An answer carries whatever a page made; the default limit is for peers one trusts less.
        let limits = Limits {
            max_text_bytes: 64 << 20,
            ..Limits::default()
        };
        let client = Client::new().config(Config {
            limits,
            ..Config::default()
        });
        let (ws, _) = within("DevTools", client.connect(url))
            .await
            .expect("DevTools lets us in");
        Self {
            ws,
            last_id: 0,
            events: VecDeque::new(),
        }
    }

    /// Calls `method`, of the browser or of the page that `session` names, and returns its result.
    ///
    /// # Panics
    ///
    /// If the browser answers with an error, or not in time.
    pub async fn call(&mut self, session: Option<&str>, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let mut request = json!({ "id": self.last_id, "method": method, "params": params });
        if let Some(session) = session {
            request["sessionId"] = session.into();
        }
        let sent = within(method, self.ws.send(request.to_string())).await;
        sent.unwrap_or_else(|error| panic!("DevTools does not take {method}: {error}"));
        loop {
            let mut message = within(method, self.message()).await;
            if message["id"] != self.last_id {
                self.events.push_back(message);
                continue;
            }
            assert_eq!(message["error"], Value::Null, "DevTools refuses {request}");
            return message["result"].take();
        }
    }

    /// The parameters of the next `event` of the page that `session` names.
    ///
    /// # Panics
    ///
    /// If it does not come in time.
    pub async fn event(&mut self, session: &str, event: &str) -> Value {
        let wanted =
            |message: &Value| message["method"] == event && message["sessionId"] == session;
        if let Some(mut message) = self
            .events
            .iter()
            .position(wanted)
            .and_then(|index| self.events.remove(index))
        {
            return message["params"].take();
        }
        loop {
            let mut message = within(event, self.message()).await;
            if wanted(&message) {
                return message["params"].take();
            }
            self.events.push_back(message);
        }
    }

    /// Waits until the browser has ended the connection.
    ///
    /// # Errors
    ///
    /// What the connection ended with, if it was no normal close.
    pub async fn ended(mut self) -> Result<(), Error> {
        while within("the end of DevTools", self.ws.recv())
            .await?
            .is_some()
        {}
        Ok(())
    }

    async fn message(&mut self) -> Value {
        match self.ws.recv().await {
            Ok(Some(Message::Text(text))) => {
                serde_json::from_str(&text).expect("DevTools speaks JSON")
            }
            other => panic!("DevTools sent no text, but {other:?}"),
        }
    }
}
