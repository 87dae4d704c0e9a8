//! Tests all subjects of the command line, one after another.

use std::collections::BTreeMap;
use std::error::Error;

use sockeye_conformance::{
    Case, CaseResult, Listener, Program, Report, Results, Role, test_server,
};

use crate::options::{Named, Options};

pub(crate) async fn test_all(options: &Options) -> Result<Vec<Report>, Box<dyn Error>> {
    let mut reports = Vec::new();
    let servers = options.selected(Role::Server);
    let clients = options.selected(Role::Client);
    for Named { name, value } in &options.server {
        let results = test_server(value, &servers, options.parallel, &tell).await?;
        reports.push(Report::new(name, Role::Server, value, &servers, results));
    }
    for Named { name, value } in &options.server_program {
        let program = Program::parse(value)?;
        let results = program
            .test_server(&servers, options.parallel, &tell)
            .await?;
        reports.push(Report::new(name, Role::Server, value, &servers, results));
    }
    for Named { name, value } in &options.client_program {
        let program = Program::parse(value)?;
        let results = program.test_client(&clients, &tell).await?;
        reports.push(Report::new(name, Role::Client, value, &clients, results));
    }
    if let Some(address) = options.client {
        let listener = Listener::bind(address).await?;
        let url = listener.url()?;
        println!("waiting for clients at {url}");
        let mut by_agent: BTreeMap<String, Results> = BTreeMap::new();
        listener.serve(&clients, &mut by_agent, &tell).await;
        for (agent, results) in by_agent {
            reports.push(Report::new(&agent, Role::Client, &url, &clients, results));
        }
    }
    Ok(reports)
}

/// Says on standard error what was not ok, so that a long run shows something.
fn tell(case: &Case, result: &CaseResult) {
    if result.verdict != sockeye_conformance::Verdict::Ok {
        eprintln!(
            "{:14} {:8} {}: {}",
            result.verdict, case.id, case.shows, result.why
        );
    }
}
