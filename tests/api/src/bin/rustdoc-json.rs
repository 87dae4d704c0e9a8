//! A `rustdoc` that writes JSON, which a stable one does only when it is told to be unstable.
//!
//! Cargo takes it as `RUSTDOC`. Set for cargo as a whole, the variable would have build scripts
//! run, and dependencies be compiled, again.

use std::env;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut rustdoc = Command::new("rustdoc");
    rustdoc.args(env::args_os().skip(1));
    rustdoc.args(["-Z", "unstable-options", "--output-format", "json"]);
    match rustdoc.env("RUSTC_BOOTSTRAP", "1").status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cannot run rustdoc: {error}");
            ExitCode::FAILURE
        }
    }
}
