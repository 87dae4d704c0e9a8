//! All subjects side by side as Markdown: a table for each role, and every case that is not ok.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Report, Run};
use crate::groups::place;
use crate::{GROUPS, Role, Verdict};

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
    let names = reports.iter().map(|report| as_text(&report.name));
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

/// What failed and what is not strict, cases with the same reason together: those that failed by
/// number, the others counted.
fn not_ok(run: &Run<'_>, report: &Report) -> String {
    let failed = by_reason(report, Verdict::Failed);
    let non_strict = by_reason(report, Verdict::NonStrict);
    if failed.is_empty() && non_strict.is_empty() {
        return String::new();
    }
    let mut list = format!("\n### {}, {}\n\n", as_text(&report.name), report.role);
    for (why, ids) in &failed {
        let shows = run.shows(report.role, ids[0]);
        let _ = writeln!(list, "- **{}**: {}. *{shows}*", ranges(ids), cut(why));
    }
    for (why, ids) in &non_strict {
        let n = ids.len();
        let cases = if n == 1 { "case" } else { "cases" };
        let _ = writeln!(
            list,
            "- non-strict, {n} {cases}, as {}: {}",
            ids[0],
            cut(why)
        );
    }
    list
}

/// The numbers of all cases with a verdict, by what led to it.
fn by_reason(report: &Report, verdict: Verdict) -> BTreeMap<&str, Vec<&str>> {
    let mut by_reason: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for (id, result) in &report.results {
        if result.verdict == verdict {
            by_reason.entry(&*result.why).or_default().push(id);
        }
    }
    for ids in by_reason.values_mut() {
        ids.sort_by_key(|id| place(id));
    }
    by_reason
}

/// Numbers in a row, those that follow each other as a range: `C.1.2–5, C.2.1`.
fn ranges(ids: &[&str]) -> String {
    let mut ranges: Vec<(&str, u32, u32)> = Vec::new();
    for id in ids {
        let (chapter, number) = id.rsplit_once('.').unwrap_or(("", id));
        let Ok(number) = number.parse() else { continue };
        match ranges.last_mut() {
            Some((before, _, last)) if *before == chapter && *last + 1 == number => *last = number,
            _ => ranges.push((chapter, number, number)),
        }
    }
    let words = ranges
        .iter()
        .map(|(chapter, first, last)| match last - first {
            0 => format!("{chapter}.{first}"),
            1 => format!("{chapter}.{first}, {chapter}.{last}"),
            _ => format!("{chapter}.{first}–{last}"),
        });
    words.collect::<Vec<_>>().join(", ")
}

/// A reason that fits on a line.
fn cut(why: &str) -> String {
    let cut: String = why.chars().take(MAX_REASON).collect();
    let cut = as_text(&cut);
    match why.chars().count() > MAX_REASON {
        true => cut + "…",
        false => cut,
    }
}

/// Words of a subject, which are to make no elements, links, cells or emphasis.
fn as_text(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '<' => text.push_str("&lt;"),
            '\\' | '|' | '[' | '*' | '_' | '`' => text.extend(['\\', c]),
            c => text.push(c),
        }
    }
    text
}

/// Characters of a reason.
const MAX_REASON: usize = 160;

fn plural(role: Role) -> &'static str {
    match role {
        Role::Server => "Servers",
        Role::Client => "Clients",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_follow_each_other_are_a_range() {
        let ids = ["1.1.1", "1.1.2", "1.1.3", "1.2.3", "C.1.1", "C.1.2"];
        assert_eq!(ranges(&ids), "1.1.1–3, 1.2.3, C.1.1, C.1.2");
        assert_eq!(ranges(&[]), "");
    }

    #[test]
    fn reasons_are_plain_text_of_one_line() {
        assert_eq!(cut("a *b* <i>|[x]"), r"a \*b\* &lt;i>\|\[x]");
        assert_eq!(cut(&"x".repeat(200)).chars().count(), MAX_REASON + 1);
    }
}
