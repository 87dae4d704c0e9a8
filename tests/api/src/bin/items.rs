//! Prints the public items that a JSON file of rustdoc's names, one a line.
//!
//! What a `derive` writes and what the compiler finds out by itself (`Send` and its like) is left
//! out: the former would drown the rest, and tests of the crates say what must be `Send`.

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;

use public_api::Builder;

fn main() -> ExitCode {
    let Some(file) = env::args_os().nth(1) else {
        eprintln!("give the file that rustdoc wrote");
        return ExitCode::FAILURE;
    };
    let api = Builder::from_rustdoc_json(file)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build();
    let api = match api {
        Ok(api) => api,
        Err(error) => {
            eprintln!("this rustdoc writes what public-api cannot read: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut out = io::stdout().lock();
    let written = api.items().try_for_each(|item| writeln!(out, "{item}"));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write: {error}");
            ExitCode::FAILURE
        }
    }
}
