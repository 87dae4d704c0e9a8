//! What people read at the terminal.

use std::fmt;
use std::io::{self, Write};

use sockeye_conformance::{Case, GROUPS, Report, Role, Run, Verdict};

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
    for complaint in complaints.iter().take(MAX_LISTED) {
        say(format_args!("{complaint}"));
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
}

/// How many cases are as expected, and a line for each that is not.
fn judge(run: &Run<'_>) -> (usize, Vec<String>) {
    let n_cases: usize = run.reports.iter().map(|report| report.results.len()).sum();
    let mut complaints = Vec::new();
    for report in run.reports {
        match run.expectations {
            Some(expectations) => {
                let differences = expectations.differences(report);
                complaints.extend(differences.iter().map(ToString::to_string));
            }
            None => {
                let failed = report.results.iter().filter(|(id, result)| {
                    !run.is_as_expected(report.role, &report.name, id, result.verdict)
                });
                complaints.extend(failed.map(|(id, result)| {
                    format!(
                        "{} {} {id}: failed: {}",
                        report.name, report.role, result.why
                    )
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
