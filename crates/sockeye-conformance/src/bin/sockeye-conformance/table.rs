//! What people read at the terminal.

use sockeye_conformance::{GROUPS, Report, Role, Verdict};

use crate::options::Options;

/// Prints the selected cases.
pub(crate) fn list(options: &Options) {
    for role in [Role::Server, Role::Client] {
        for case in options.selected(role) {
            println!("{role:6}  {:8}  {} ({})", case.id, case.shows, case.section);
        }
    }
}

/// Prints, for each subject, how many cases of each group had which verdict.
pub(crate) fn print(_options: &Options, reports: &[Report]) {
    for report in reports {
        println!("\n{} {}", report.name, report.role);
        for (group, title) in GROUPS {
            let start = format!("{group}.");
            let of_group = || {
                let results = report.results.iter();
                results
                    .filter(|(id, _)| id.starts_with(&start))
                    .map(|(_, result)| result)
            };
            if of_group().next().is_none() {
                continue;
            }
            let counts: Vec<_> = Verdict::ALL
                .into_iter()
                .map(|verdict| {
                    (
                        verdict,
                        of_group()
                            .filter(|result| result.verdict == verdict)
                            .count(),
                    )
                })
                .filter(|(_, n)| *n > 0)
                .map(|(verdict, n)| format!("{n} {verdict}"))
                .collect();
            println!("{group:>4}  {title:28} {}", counts.join(", "));
        }
    }
}
