//! The files that tell the suite what to do.

use serde_json::{Value, json};

use super::mode::Mode;
use super::selection::Selection;

/// What the suite reads to test one end of ours.
///
/// `url` is where the server is: ours, or the one the suite itself is to be. Reports go to the
/// mode's folder below the suite's working folder.
pub(super) fn spec(mode: Mode, url: &str, selection: Selection) -> Value {
    let mut spec = json!({
        "outdir": mode.reports(),
        "cases": ["*"],
        "exclude-cases": selection.excluded(),
        "exclude-agent-cases": {},
    });
    match mode {
        Mode::Server => spec["servers"] = json!([{ "agent": mode.agent(), "url": url }]),
        // A client brings its name along.
        Mode::Client => spec["url"] = json!(url),
    }
    spec
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_and_a_client_names_itself() {
        let server = spec(Mode::Server, "ws://127.0.0.1:7", Selection::Quick);
        assert_eq!(
            server,
            json!({
                "outdir": "servers",
                "servers": [{ "agent": "sockeye-tokio server", "url": "ws://127.0.0.1:7" }],
                "cases": ["*"],
                "exclude-cases": ["9.*", "12.*", "13.*"],
                "exclude-agent-cases": {},
            })
        );
        let client = spec(Mode::Client, "ws://127.0.0.1:8", Selection::Core);
        assert_eq!(client["url"], "ws://127.0.0.1:8");
        assert_eq!(client["outdir"], "clients");
        assert_eq!(client["exclude-cases"], json!(["12.*", "13.*"]));
        assert_eq!(client["servers"], Value::Null);
    }
}
