//! `cargo xtask demo`: builds and runs the chat, an example of the facade.
//!
//! A development build: it shares what the tests have built already, SQLite above all, and serves
//! a room of people without being felt. Ctrl-C must end the chat as the chat decides, so on Unix
//! this process becomes cargo, which becomes the chat.

use std::process::Stdio;

use crate::failure::Failure;
use crate::process;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Build with optimizations, which takes minutes the first time
    #[arg(long)]
    release: bool,
    /// Options of the chat, such as `--port 8080`; after `--`, `--help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    chat: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let mut args = vec!["run", "--package", "sockeye", "--example", "chat"];
    args.extend(options.release.then_some("--release"));
    args.push("--");
    args.extend(options.chat.iter().map(String::as_str));
    process::become_program(process::cargo(&workspace.root, &args).stdin(Stdio::inherit()))
}
