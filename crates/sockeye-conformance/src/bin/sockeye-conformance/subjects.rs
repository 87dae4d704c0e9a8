//! Tests all subjects of the command line, one after another.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;

use sockeye_conformance::{
    Case, CaseResult, Listener, Program, Report, Results, Role, Verdict, test_server,
};

use crate::options::{Named, Options};

pub(crate) async fn test_all(
    options: &Options,
    server_cases: &[Case],
    client_cases: &[Case],
) -> Result<Vec<Report>, Box<dyn Error>> {
    let mut reports = Vec::new();
    for Named { name, value } in &options.server {
        say_begin(name, Role::Server, server_cases.len());
        let results = test_server(value, server_cases, options.parallel, &tell).await?;
        reports.push(Report::new(
            name,
            Role::Server,
            value,
            server_cases,
            results,
        ));
    }
    for Named { name, value } in &options.server_program {
        say_begin(name, Role::Server, server_cases.len());
        let program = Program::parse(value)?;
        let results = program
            .test_server(server_cases, options.parallel, &tell)
            .await?;
        reports.push(Report::new(
            name,
            Role::Server,
            value,
            server_cases,
            results,
        ));
    }
    for Named { name, value } in &options.client_program {
        say_begin(name, Role::Client, client_cases.len());
        let program = Program::parse(value)?;
        let results = program.test_client(client_cases, &tell).await?;
        reports.push(Report::new(
            name,
            Role::Client,
            value,
            client_cases,
            results,
        ));
    }
    if let Some(address) = options.client {
        reports.extend(test_visitors(address, client_cases).await?);
    }
    Ok(reports)
}

/// Tests the clients that come to `address`, until one has asked for the reports.
async fn test_visitors(address: SocketAddr, cases: &[Case]) -> Result<Vec<Report>, Box<dyn Error>> {
    let listener = Listener::bind(address).await?;
    let url = listener.url()?;
    println!("waiting for clients at {url}: {} cases", cases.len());
    println!("each asks {url}/getCaseCount, then {url}/runCase?case=N&agent=NAME from 1,");
    println!("echoing messages until that connection ends, then {url}/updateReports?agent=NAME");
    let mut by_agent: BTreeMap<String, Results> = BTreeMap::new();
    listener.serve(cases, &mut by_agent, &tell).await;
    let report = |(agent, results): (String, Results)| {
        Report::new(&agent, Role::Client, &url, cases, results)
    };
    Ok(by_agent.into_iter().map(report).collect())
}

fn say_begin(name: &str, role: Role, n_cases: usize) {
    eprintln!("testing {name} as {role}: {n_cases} cases");
}

/// Says at once what failed, so that a long run shows something.
fn tell(case: &Case, result: &CaseResult) {
    if result.verdict == Verdict::Failed {
        eprintln!("failed {:8} {}: {}", case.id, case.shows, result.why);
    }
}
