//! All subjects side by side as Markdown: a table for each role, and every case that is not ok.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Report, Run};
use crate::{CaseResult, GROUPS, Role, Verdict};

/// The page.
pub(super) fn page(run: &Run<'_>) -> String {
    let mut page = String::new();
    for role in [Role::Server, Role::Client] {
        let reports = run.reports.iter().filter(|report| report.role == role);
        let reports: Vec<_> = reports.collect();
        if !reports.is_empty() {
            let _ = writeln!(page, "## {}\n", plural(role));
            page += &table(&reports);
            for report in reports {
                page += &not_ok(run, report);
            }
        }
    }
    page
}

/// How many cases of each group have which verdict, a column for each subject.
fn table(reports: &[&Report]) -> String {
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let names = reports.iter().map(|report| report.name.clone());
    let mut table = row(["group".to_owned()].into_iter().chain(names).collect());
    table += &"|---".repeat(reports.len() + 1);
    table += "|\n";
    for (group, title) in GROUPS {
        let start = format!("{group}.");
        let cells: Vec<_> = reports.iter().map(|report| cell(report, &start)).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            let title = format!("{group} {title}");
            table += &row([title].into_iter().chain(cells).collect());
        }
    }
    let all = reports.iter().map(|report| cell(report, ""));
    table += &row(["all".to_owned()].into_iter().chain(all).collect());
    table
}

fn cell(report: &Report, start: &str) -> String {
    let counts = Verdict::ALL
        .into_iter()
        .map(|verdict| (verdict, report.count(start, verdict)))
        .filter(|(_, n)| *n > 0);
    let counts = counts.map(|(verdict, n)| match verdict {
        Verdict::Failed => format!("**{n} failed**"),
        verdict => format!("{n} {verdict}"),
    });
    counts.collect::<Vec<_>>().join(", ")
}

/// Cases that failed or are not strict, those with the same reason together.
fn not_ok(run: &Run<'_>, report: &Report) -> String {
    let mut by_reason: BTreeMap<(Verdict, &str), Vec<&str>> = BTreeMap::new();
    for (id, CaseResult { verdict, why, .. }) in &report.results {
        if matches!(verdict, Verdict::Failed | Verdict::NonStrict) {
            by_reason.entry((*verdict, why)).or_default().push(id);
        }
    }
    if by_reason.is_empty() {
        return String::new();
    }
    let mut list = format!("\n### {}, {}\n\n", report.name, report.role);
    for ((verdict, why), ids) in by_reason.iter().rev() {
        let shows = run.shows(report.role, ids[0]);
        let example = if ids.len() == 1 { "" } else { "for one " };
        let _ = writeln!(
            list,
            "- {verdict} {}: {why} ({example}{shows})",
            ids.join(", ")
        );
    }
    list
}

fn plural(role: Role) -> &'static str {
    match role {
        Role::Server => "Servers",
        Role::Client => "Clients",
    }
}
