//! Tests WebSocket servers and clients, and says how they did.
//!
//! ```text
//! sockeye-conformance --server ws://127.0.0.1:9001/
//! sockeye-conformance --client 127.0.0.1:9001
//! ```

#![expect(clippy::print_stdout, reason = "the table is this program's output")]

mod options;
mod subjects;
mod table;

use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Instant, SystemTime};

use clap::Parser;
use sockeye_conformance::{Expectations, Role, Run, Tls};

use options::Options;

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let done = runtime.block_on(async {
        // Leaving by the end of `main` stops the programs that were started.
        tokio::select! {
            done = run(&options) => done,
            () = told_to_stop() => Err("stopped before the end".into()),
        }
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => fail(&*error),
    }
}

/// Waits for Ctrl-C, or the signal by which other programs end this one.
async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // Where there is nothing to listen to, this never ends.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

/// Nothing could be tested, or nothing written.
fn fail(error: &dyn Error) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::from(2)
}

/// Tests all subjects; whether all went as expected.
async fn run(options: &Options) -> Result<bool, Box<dyn Error>> {
    let server_cases = options.selected(Role::Server);
    let client_cases = options.selected(Role::Client);
    if server_cases.is_empty() && client_cases.is_empty() {
        return Err("no case has such a number: --list shows all".into());
    }
    if options.list {
        table::list(&server_cases, &client_cases);
        return Ok(true);
    }
    if let Some(folder) = options.only_certificates() {
        Tls::in_folder(folder)?;
        println!("certificates in {}", folder.display());
        return Ok(true);
    }
    options.check(&server_cases, &client_cases)?;
    let expectations = options.expect.as_deref().map(|file| {
        let text = fs::read_to_string(file).map_err(|error| error.to_string());
        let parsed = text.and_then(|text| Expectations::parse(&text).map_err(|e| e.to_string()));
        parsed.map_err(|error| format!("{}: {error}", file.display()))
    });
    let expectations = expectations.transpose()?;
    // Known before the cases have taken their minutes.
    if let Some(folder) = &options.out {
        fs::create_dir_all(folder).map_err(|error| in_file(folder, &error))?;
    }
    let (began, start) = (SystemTime::now(), Instant::now());
    let reports = subjects::test_all(options, &server_cases, &client_cases).await?;
    if reports.is_empty() {
        return Err("no client has run a case".into());
    }
    let run = Run {
        began,
        took: start.elapsed(),
        server_cases: &server_cases,
        client_cases: &client_cases,
        reports: &reports,
        expectations: expectations.as_ref(),
    };
    // What came out is printed whatever becomes of the files.
    let is_as_expected = table::print(&run, options);
    if let Some(folder) = &options.out {
        run.write(folder).map_err(|error| in_file(folder, &error))?;
    }
    if let Some(file) = &options.junit {
        run.write_junit(file)
            .map_err(|error| in_file(file, &error))?;
    }
    Ok(is_as_expected || options.only_report)
}

fn in_file(file: &Path, error: &io::Error) -> String {
    format!("{}: {error}", file.display())
}
