//! A JUnit file, as continuous integration reads it.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesText, Event};

use super::{Report, Run};
use crate::{CaseResult, Verdict};

/// The whole document.
pub(super) fn document(run: &Run<'_>) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut writer = Writer::new_with_indent(&mut out, b' ', 2);
    writer
        .create_element("testsuites")
        .with_attribute(("name", "WebSocket conformance"))
        .write_inner_content(|writer| {
            for report in run.reports {
                write_suite(writer, run, report)?;
            }
            Ok(())
        })?;
    out.push(b'\n');
    Ok(out)
}

fn write_suite(
    writer: &mut Writer<&mut Vec<u8>>,
    run: &Run<'_>,
    report: &Report,
) -> io::Result<()> {
    let outcomes: Vec<_> = report
        .results
        .iter()
        .map(|(id, result)| (id, result, outcome(run, report, id, result)))
        .collect();
    let n = |wanted: fn(&Outcome) -> bool| {
        let n = outcomes.iter().filter(|(_, _, outcome)| wanted(outcome));
        n.count().to_string()
    };
    let name = without_controls(&format!("{} {}", report.name, report.role));
    let suite = writer
        .create_element("testsuite")
        .with_attribute(("name", &*name))
        .with_attribute(("tests", &*outcomes.len().to_string()))
        .with_attribute((
            "failures",
            &*n(|outcome| matches!(outcome, Outcome::Failed(_))),
        ))
        .with_attribute((
            "skipped",
            &*n(|outcome| matches!(outcome, Outcome::Skipped)),
        ));
    suite.write_inner_content(|writer| {
        for (id, result, outcome) in &outcomes {
            let title = format!("{id} {}", run.shows(report.role, id));
            let seconds = format!(
                "{:.3}",
                std::time::Duration::from_millis(result.took_ms).as_secs_f64()
            );
            let case = writer
                .create_element("testcase")
                .with_attribute(("classname", &*name))
                .with_attribute(("name", &*title))
                .with_attribute(("time", &*seconds));
            match outcome {
                Outcome::Passed => case.write_empty()?,
                Outcome::Skipped => case.write_inner_content(|writer| {
                    writer.create_element("skipped").write_empty()?;
                    Ok(())
                })?,
                Outcome::Failed(message) => case.write_inner_content(|writer| {
                    writer
                        .create_element("failure")
                        .with_attribute(("message", &*without_controls(message)))
                        .write_inner_content(|writer| {
                            let received = without_controls(&result.received.join("\n"));
                            writer.write_event(Event::Text(BytesText::new(&received)))
                        })?;
                    Ok(())
                })?,
            };
        }
        Ok(())
    })?;
    Ok(())
}

enum Outcome {
    Passed,
    Skipped,
    Failed(String),
}

fn outcome(run: &Run<'_>, report: &Report, id: &str, result: &CaseResult) -> Outcome {
    if !run.is_as_expected(report.role, &report.name, id, result.verdict) {
        return Outcome::Failed(format!("{}: {}", result.verdict, result.why));
    }
    match result.verdict {
        Verdict::Unimplemented => Outcome::Skipped,
        Verdict::Ok | Verdict::Informational | Verdict::NonStrict | Verdict::Failed => {
            Outcome::Passed
        }
    }
}

/// XML 1.0 has no way to write most control characters, nor the last two of the basic plane.
fn without_controls(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => '\u{fffd}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests;
