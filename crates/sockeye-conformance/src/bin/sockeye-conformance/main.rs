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

use std::process::ExitCode;

use clap::Parser;

use options::Options;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether all went as expected.
async fn run(options: &Options) -> Result<bool, Box<dyn std::error::Error>> {
    if options.list {
        table::list(options);
        return Ok(true);
    }
    let reports = subjects::test_all(options).await?;
    table::print(options, &reports);
    Ok(reports
        .iter()
        .flat_map(|report| report.results.values())
        .all(|result| result.verdict != sockeye_conformance::Verdict::Failed))
}
