//! Tests all subjects of the command line, one after another.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;

use sockeye_conformance::{
    Case, CaseResult, Listener, Program, Report, Results, Role, Tls, Verdict, test_server,
};

use crate::options::{Named, Options};

pub(crate) async fn test_all(
    options: &Options,
    server_cases: &[Case],
    client_cases: &[Case],
) -> Result<Vec<Report>, Box<dyn Error>> {
    let mut reports = Vec::new();
    let tls = options.tls.as_deref().map(Tls::in_folder).transpose()?;
    let tls = tls.as_ref();
    for subject in &options.server {
        let cases = begin(options, subject, Role::Server, server_cases);
        let results = test_server(&subject.value, tls, &cases, options.parallel, &tell).await?;
        reports.push(report(subject, Role::Server, &cases, results));
    }
    for subject in &options.server_program {
        let program = Program::parse(&subject.value)?;
        let cases = begin(options, subject, Role::Server, server_cases);
        let results = program
            .test_server(tls, &cases, options.parallel, &tell)
            .await?;
        reports.push(report(subject, Role::Server, &cases, results));
    }
    for subject in &options.client_program {
        let program = Program::parse(&subject.value)?;
        let cases = begin(options, subject, Role::Client, client_cases);
        let results = program.test_client(tls, &cases, &tell).await?;
        reports.push(report(subject, Role::Client, &cases, results));
    }
    if let Some(address) = options.client {
        reports.extend(test_visitors(address, tls, client_cases).await?);
    }
    Ok(reports)
}

/// Tests the clients that come to `address`, until one has asked for the reports.
async fn test_visitors(
    address: SocketAddr,
    tls: Option<&Tls>,
    cases: &[Case],
) -> Result<Vec<Report>, Box<dyn Error>> {
    let listener = Listener::bind(address, tls).await?;
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

/// Says what is about to be tested, and gives the cases of it.
fn begin(options: &Options, subject: &Named, role: Role, cases: &[Case]) -> Vec<Case> {
    let cases = options.cases_of(&subject.name, cases);
    eprintln!("testing {} as {role}: {} cases", subject.name, cases.len());
    cases
}

fn report(Named { name, value }: &Named, role: Role, cases: &[Case], results: Results) -> Report {
    Report::new(name, role, value, cases, results)
}

/// Says at once what failed, so that a long run shows something.
fn tell(case: &Case, result: &CaseResult) {
    if result.verdict == Verdict::Failed {
        eprintln!("failed {:8} {}: {}", case.id, case.shows, result.why);
    }
}
