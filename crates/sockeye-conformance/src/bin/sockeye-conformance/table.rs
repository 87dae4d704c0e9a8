//! What people read at the terminal.

use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use sockeye_conformance::{Case, CaseResult, GROUPS, Report, Role, Run, Sender, Verdict};

use crate::options::Options;

/// Prints the selected cases.
pub(crate) fn list(server_cases: &[Case], client_cases: &[Case]) {
    for (role, cases) in [(Role::Server, server_cases), (Role::Client, client_cases)] {
        for case in cases {
            say(format_args!(
                "{role:6}  {:8}  {} ({})",
                case.id, case.shows, case.section
            ));
        }
    }
}

/// Prints verdicts by subject and group, and what is not as expected; whether all is.
pub(crate) fn print(run: &Run<'_>, options: &Options) -> bool {
    for report in run.reports {
        print_subject(report);
    }
    say(format_args!(""));
    let (n_passed, complaints) = judge(run);
    for (complaint, result) in complaints.iter().take(MAX_LISTED) {
        say(format_args!("{complaint}"));
        print_end(result);
    }
    if let Some(n_more @ 1..) = complaints.len().checked_sub(MAX_LISTED) {
        say(format_args!(
            "and {n_more} more: the files of --out have them all"
        ));
    }
    if let Some(folder) = &options.out {
        say(format_args!(
            "page: {}",
            folder.join("index.html").display()
        ));
    }
    say(format_args!("took {:.1} s", run.took.as_secs_f64()));
    say(format_args!(
        "{n_passed} passed, {} failed",
        complaints.len()
    ));
    complaints.is_empty()
}

fn print_subject(report: &Report) {
    say(format_args!("\n{} {}", report.name, report.role));
    let columns = Verdict::ALL;
    let names = columns.map(|verdict| format!("{:>15}", verdict.name()));
    say(format_args!("  {:36}{}", "", names.concat()));
    let rows = GROUPS.map(|(group, title)| (format!("{group}."), format!("{group:>2}  {title}")));
    let all = (String::new(), "    all".to_owned());
    for (start, title) in rows.into_iter().chain([all]) {
        let counts = columns.map(|verdict| report.count(&start, verdict));
        if counts.iter().any(|n| *n > 0) {
            let counts = counts.map(|n| match n {
                0 => format!("{:>15}", "·"),
                n => format!("{n:>15}"),
            });
            say(format_args!("  {title:36}{}", counts.concat()));
        }
    }
    let longest = report
        .results
        .iter()
        .max_by_key(|(_, result)| result.took_ms);
    if let Some((id, result)) = longest {
        let seconds = Duration::from_millis(result.took_ms).as_secs_f64();
        say(format_args!("  longest: {id}, {seconds:.1} s"));
    }
}

/// Prints the end of what went over the wire, for runs of which nothing else is left.
fn print_end(result: &CaseResult) {
    let n_before = result.exchange.len().saturating_sub(MAX_ROWS);
    for row in &result.exchange[n_before..] {
        let seconds = Duration::from_micros(row.at_us).as_secs_f64();
        let sender = match row.by {
            Sender::Suite => "suite: ",
            Sender::Subject => "subject: ",
            Sender::Note => "",
        };
        say(format_args!("    {seconds:7.3} s  {sender}{}", row.what));
    }
}

/// How many cases are as expected, and a line for each that is not, with its result.
fn judge<'a>(run: &Run<'a>) -> (usize, Vec<(String, &'a CaseResult)>) {
    let n_cases: usize = run.reports.iter().map(|report| report.results.len()).sum();
    let mut complaints = Vec::new();
    for report in run.reports {
        match run.expectations {
            Some(expectations) => {
                let differences = expectations.differences(report);
                complaints.extend(differences.iter().filter_map(|difference| {
                    let result = report.results.get(&difference.id)?;
                    Some((difference.to_string(), result))
                }));
            }
            None => {
                let failed = report.results.iter().filter(|(id, result)| {
                    !run.is_as_expected(report.role, &report.name, id, result.verdict)
                });
                complaints.extend(failed.map(|(id, result)| {
                    let complaint = format!(
                        "{} {} {id}: failed: {}",
                        report.name, report.role, result.why
                    );
                    (complaint, result)
                }));
            }
        }
    }
    (n_cases - complaints.len(), complaints)
}

/// Prints a line; one that nobody reads any more, as behind `| head`, is no reason to panic.
fn say(line: fmt::Arguments<'_>) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Complaints on the terminal: a server that is not there would fill it with thousands.
const MAX_LISTED: usize = 200;

/// Rows of an exchange on the terminal; the page has the others.
const MAX_ROWS: usize = 6;
