//! The echo programs of all peers, as the conformance suite starts them.
//!
//! Each library has two, a server and a client, and both follow the second contract in
//! `tests/peers/README.md`. Who starts a program adds to its command line: a client's URL, options,
//! and the flag for compression where it is wanted.

use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use super::{Found, Missing, Peer, find_node, find_python, find_ws, node, python, rust};
use crate::say::say;
use crate::workspace::Workspace;

/// One library in one role.
#[derive(Debug)]
pub(crate) struct Program {
    /// The library, as its registry calls it, or nearly so.
    pub(crate) name: &'static str,
    pub(crate) role: Role,
    /// The option that switches permessage-deflate on; none where the library cannot do it.
    pub(crate) deflate: Option<&'static str>,
    pub(crate) found: Result<Launch, Missing>,
}

/// Which end of the connection a program plays.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Role {
    Client,
    Server,
}

/// How a program is started.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Launch {
    /// The program and its first arguments, the role last.
    pub(crate) command: Vec<OsString>,
    /// Environment variables it needs besides those there are.
    pub(crate) environment: Vec<(&'static str, OsString)>,
    /// The version of the library.
    pub(crate) version: String,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}

/// Finds, fetches or builds all peers of the conformance suite, saying what it does.
pub(crate) fn conformance_programs(workspace: &Workspace) -> Vec<Program> {
    let folder = workspace.target.join("peers");
    let peers = &workspace.root.join("tests").join("peers");
    let rust = rust::build(workspace);
    if let Err(Missing { reason, .. }) = &rust {
        say(format_args!("peers in Rust: missing, {reason}"));
    }
    let mut programs: Vec<_> = RUST_LIBRARIES
        .into_iter()
        .flat_map(|(name, deflate)| {
            let launch = rust.clone().map(|peer| Launch {
                command: vec![peer.into(), name.into()],
                environment: Vec::new(),
                version: rust::version(&workspace.root, name).unwrap_or_else(unknown),
            });
            both_roles(name, deflate, &launch)
        })
        .collect();
    let python = launch_python(peers, find_python(&folder));
    programs.extend(both_roles("python-websockets", DEFLATE, &python));
    let ws = launch_ws(peers, find_node(), find_ws(&folder));
    programs.extend(both_roles("npm-ws", DEFLATE, &ws));
    programs
}

fn launch_python(peers: &Path, python: Peer) -> Result<Launch, Missing> {
    let Found { place, .. } = python.found?;
    let version = python::installed_version(Path::new(&place)).unwrap_or_else(unknown);
    let program = peers.join("python").join("echo.py");
    Ok(Launch {
        command: vec![place, program.into()],
        environment: Vec::new(),
        version,
    })
}

fn launch_ws(peers: &Path, node: Peer, ws: Peer) -> Result<Launch, Missing> {
    let (node, modules) = (node.found?.place, ws.found?.place);
    let version = node::installed_version(Path::new(&modules)).unwrap_or_else(unknown);
    let program = peers.join("node").join("echo.js");
    Ok(Launch {
        command: vec![node, program.into()],
        environment: vec![(ws.variable, modules)],
        version,
    })
}

/// A library's server and client, from a launch that lacks only the role.
fn both_roles(
    name: &'static str,
    deflate: Option<&'static str>,
    launch: &Result<Launch, Missing>,
) -> [Program; 2] {
    [Role::Server, Role::Client].map(|role| {
        let mut found = launch.clone();
        if let Ok(launch) = &mut found {
            launch.command.push(role.to_string().into());
        }
        Program {
            name,
            role,
            deflate,
            found,
        }
    })
}

fn unknown() -> String {
    "of unknown version".into()
}

const DEFLATE: Option<&str> = Some("--deflate");

/// What the program `peer` calls its libraries, and whether they can compress.
const RUST_LIBRARIES: [(&str, Option<&str>); 4] = [
    ("fastwebsockets", None),
    ("tokio-tungstenite", None),
    ("tokio-websockets", None),
    ("yawc", DEFLATE),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(variable: &'static str, found: Result<&str, &str>) -> Peer {
        let found = found.map(|place| Found {
            place: place.into(),
            version: "1".into(),
        });
        Peer {
            name: "a peer",
            variable,
            found: found.map_err(|reason| Missing {
                reason: reason.into(),
                remedy: "none".into(),
            }),
        }
    }

    #[test]
    fn a_library_has_a_server_and_a_client() {
        let launch = Launch {
            command: vec!["peer".into(), "a".into()],
            environment: Vec::new(),
            version: "1".into(),
        };
        let programs = both_roles("a", DEFLATE, &Ok(launch));
        let commands = programs.map(|program| {
            let launch = program.found.unwrap();
            (program.role, launch.command)
        });
        let command = |role: &str| ["peer", "a", role].map(OsString::from).to_vec();
        assert_eq!(
            commands,
            [
                (Role::Server, command("server")),
                (Role::Client, command("client"))
            ]
        );
    }

    #[test]
    fn what_is_missing_is_missing_in_both_roles() {
        let python = launch_python(Path::new("peers"), peer("PYTHON", Err("no Python")));
        let programs = both_roles("a", None, &python);
        for program in programs {
            assert_eq!(program.found.unwrap_err().reason, "no Python");
        }
    }

    #[test]
    fn ws_needs_node_and_is_told_where_its_modules_are() {
        let modules = tempfile::tempdir().unwrap();
        let place = modules.path().to_str().unwrap();
        let ws = || peer("MODULES", Ok(place));
        let missing = launch_ws(Path::new("peers"), peer("NODE", Err("no node")), ws());
        assert_eq!(missing.unwrap_err().reason, "no node");
        let launch = launch_ws(Path::new("peers"), peer("NODE", Ok("node")), ws()).unwrap();
        let program = Path::new("peers").join("node").join("echo.js");
        assert_eq!(launch.command, ["node".into(), OsString::from(program)]);
        assert_eq!(launch.environment, [("MODULES", place.into())]);
        assert_eq!(launch.version, "of unknown version");
    }

    #[test]
    fn every_rust_library_is_in_the_lock_file() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for (library, _) in RUST_LIBRARIES {
            assert!(rust::version(root, library).is_some(), "{library}");
        }
    }
}
