//! The figures for people: a row for each subject, with the change since the baseline.

use std::collections::BTreeMap;

use super::comparison::percent;
use super::figures::Figures;

/// The lines of the table; `baseline` may lack subjects, or be empty.
pub(super) fn lines(
    figures: &BTreeMap<String, Figures>,
    baseline: &BTreeMap<String, Figures>,
) -> Vec<String> {
    let names = figures.keys().map(String::len);
    let width = names.chain([HEAD.len()]).max().unwrap_or(0);
    let head = format!(
        "{HEAD:width$}  {:>12} {:10}{:>12}  {:>13}  {:>8}",
        "instructions", "", "allocations", "reallocations", "bytes"
    );
    let rows = figures.iter().map(|(subject, figures)| {
        let Figures {
            instructions,
            allocations,
            reallocations,
            bytes,
        } = figures;
        let change = baseline
            .get(subject)
            .filter(|before| before.instructions != *instructions)
            .map(|before| percent(before.instructions, *instructions))
            .unwrap_or_default();
        format!(
            "{subject:width$}  {instructions:>12} {change:10}{allocations:>12}  \
             {reallocations:>13}  {bytes:>8}"
        )
    });
    std::iter::once(head).chain(rows).collect()
}

const HEAD: &str = "per message";

#[cfg(test)]
mod tests {
    use super::super::figures::Run;
    use super::*;

    #[test]
    fn a_row_shows_what_has_changed() {
        let run = Run {
            subject: String::new(),
            messages: 10,
            passes: 1,
            allocations: 10,
            reallocations: 0,
            bytes: 255,
        };
        let of = |instructions| [("a".to_owned(), Figures::new(&run, instructions))].into();
        let rows = lines(&of(1100), &of(1000));
        assert_eq!(
            rows[1].split_whitespace().collect::<Vec<_>>(),
            ["a", "110", "(+10.0", "%)", "1", "0", "25.5"]
        );
        assert_eq!(lines(&of(1100), &of(1100))[1].matches('%').count(), 0);
        assert_eq!(rows[0].len(), rows[1].len());
    }
}
