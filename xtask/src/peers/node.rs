//! Node.js with its own WebSocket client, and the npm package `ws`.
//!
//! Node itself is not installed by us: distributions ship versions too old for its client, and
//! its own download is the user's choice. The version of `ws` is pinned.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Found, Missing};
use crate::process;

/// Finds a Node.js that has a WebSocket client.
pub(super) fn find() -> Result<Found, Missing> {
    let remedy = || "install Node.js 20.10 or later, with npm".to_owned();
    let Ok(version) = process::capture(Command::new("node").arg("--version")) else {
        return Err(Missing {
            reason: "no node on PATH".into(),
            remedy: remedy(),
        });
    };
    let version = version.trim();
    match has_websocket_client(version) {
        true => Ok(Found {
            place: "node".into(),
            version: version.to_owned(),
        }),
        false => {
            let reason = format!("{version} is too old to have a WebSocket client");
            Err(Missing {
                reason,
                remedy: remedy(),
            })
        }
    }
}

/// Gives a `node_modules` folder below `folder` that holds the pinned `ws`.
pub(super) fn set_up_ws(folder: &Path) -> Result<Found, Missing> {
    let modules = folder.join("node_modules");
    if installed_version(&modules).is_none_or(|version| version != VERSION) {
        let package = format!("ws@{VERSION}");
        let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        npm.args([
            "install",
            "--no-audit",
            "--no-fund",
            "--no-save",
            "--prefix",
        ]);
        npm.arg(folder).arg(package);
        process::capture(&mut npm).map_err(|failure| Missing {
            reason: failure.to_string(),
            remedy: "install Node.js 20.10 or later, with npm, and a network".into(),
        })?;
    }
    Ok(Found {
        place: OsString::from(modules),
        version: format!("ws {VERSION}"),
    })
}

pub(super) fn installed_version(modules: &Path) -> Option<String> {
    let manifest = fs::read_to_string(modules.join("ws").join("package.json")).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&manifest).ok()?;
    Some(manifest["version"].as_str()?.to_owned())
}

/// Whether a version such as `v20.20.2` has the client, behind a flag or not: 20.10 brought it.
fn has_websocket_client(version: &str) -> bool {
    let mut parts = version
        .trim_start_matches('v')
        .split('.')
        .map(|part| part.parse::<u32>().ok());
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(major), Some(minor)) => (major, minor) >= (20, 10),
        _ => false,
    }
}

const VERSION: &str = "8.23.0";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_versions_with_a_client_count() {
        for version in ["v20.10.0", "v20.20.2", "v22.0.0"] {
            assert!(has_websocket_client(version), "{version}");
        }
        for version in ["v20.9.0", "v18.20.4", "nightly", ""] {
            assert!(!has_websocket_client(version), "{version}");
        }
    }

    #[test]
    fn the_installed_version_is_read_from_the_package() {
        let modules = tempfile::tempdir().unwrap();
        assert_eq!(installed_version(modules.path()), None);
        fs::create_dir(modules.path().join("ws")).unwrap();
        fs::write(
            modules.path().join("ws/package.json"),
            r#"{"version": "8.0.1"}"#,
        )
        .unwrap();
        assert_eq!(installed_version(modules.path()).as_deref(), Some("8.0.1"));
    }
}
