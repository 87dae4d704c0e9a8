//! The files that tell the suite what to do.

use serde_json::{Value, json};

use super::selection::Selection;
use crate::conformance::certificates::Certificates;
use crate::peers::programs::Role;

/// What the suite reads to test one end of ours.
///
/// `agent` is what it is called, and `url` is where the server is: ours, or the one the suite itself
/// is to be, with TLS where there are `certificates`: it believes any server's. Reports go to the role's
/// folder below the suite's working folder.
pub(super) fn spec(
    role: Role,
    agent: &str,
    url: &str,
    certificates: Option<&Certificates>,
    selection: Selection,
) -> Value {
    let mut spec = json!({
        "outdir": role.reports(),
        "cases": ["*"],
        "exclude-cases": selection.excluded(),
        "exclude-agent-cases": {},
    });
    match role {
        Role::Server => spec["servers"] = json!([{ "agent": agent, "url": url }]),
        // A client brings its name along.
        Role::Client => {
            spec["url"] = json!(url);
            if let Some(files) = certificates {
                spec["cert"] = json!(files.certificate);
                spec["key"] = json!(files.key);
            }
        }
    }
    spec
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_and_a_client_names_itself() {
        let server = spec(
            Role::Server,
            "a server",
            "ws://127.0.0.1:7",
            None,
            Selection::Quick,
        );
        assert_eq!(
            server,
            json!({
                "outdir": "servers",
                "servers": [{ "agent": "a server", "url": "ws://127.0.0.1:7" }],
                "cases": ["*"],
                "exclude-cases": ["9.*", "12.*", "13.*"],
                "exclude-agent-cases": {},
            })
        );
        let url = "ws://127.0.0.1:8";
        let client = spec(Role::Client, "a client", url, None, Selection::All);
        assert_eq!(client["url"], "ws://127.0.0.1:8");
        assert_eq!(client["outdir"], "clients");
        assert_eq!(client["exclude-cases"], json!([]));
        assert_eq!(client["servers"], Value::Null);
        assert_eq!(client["cert"], Value::Null);
    }

    #[test]
    fn a_server_of_the_suite_is_told_its_certificate() {
        let files = Certificates {
            authority: "a.pem".into(),
            certificate: "c.pem".into(),
            key: "k.pem".into(),
        };
        let url = "wss://127.0.0.1:8";
        let client = spec(Role::Client, "a client", url, Some(&files), Selection::All);
        assert_eq!(
            (&client["cert"], &client["key"]),
            (&json!("c.pem"), &json!("k.pem"))
        );
    }
}
