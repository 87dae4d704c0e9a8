//! `cargo xtask deny`: licences, versions and places of what we depend on, and faults that are known.
//!
//! `cargo deny` reads `deny.toml`, which has the reasons. The list of known faults is had from GitHub
//! alone: where that cannot be reached, this says so, and the rest is checked all the same. With
//! `CI=true` it is a failure.

use crate::failure::Failure;
use crate::process;
use crate::say::say;
use crate::test::is_ci;
use crate::tool::{self, Tool};
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let path = tool::path_with(&[CARGO_DENY.installed(&workspace.target)?])?;
    let deny = |args: &[&str]| {
        let mut command = process::cargo(&workspace.root, &["deny"]);
        command.args(args).env("PATH", &path);
        command
    };
    let offline = ["--offline", "check", "licenses", "bans", "sources"];
    process::run_live(&mut deny(&offline))?;

    let has_list = process::capture(&mut deny(&["fetch", "db"]));
    match has_list {
        Ok(_) => process::run_live(&mut deny(&["--offline", "check", "advisories"])),
        Err(failure) if is_ci() => Err(failure),
        Err(failure) => {
            say(failure);
            say("the list of known faults cannot be had here, so that they are not looked for");
            Ok(())
        }
    }
}

const CARGO_DENY: Tool = Tool {
    command: "deny",
    version: "0.20.2",
};
