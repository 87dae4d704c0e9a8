//! The section of one scenario: what it is, its chart, its figures, what failed in it.

use std::fmt::Write as _;

use super::super::cells;
use super::super::figure::Figure;
use super::super::rows::Outcome;
use super::super::subject::Group;
use super::{chart, escape};

pub(super) fn section(outcome: &Outcome<'_>) -> String {
    let scenario = outcome.scenario;
    let mut out = format!(
        "<section class=\"scenario\" id=\"{}\"><h2><span class=\"letter\">{}</span>{}</h2>\
         <p class=\"shows\">{}</p><p class=\"measure\">{}{}</p>",
        scenario.name,
        scenario.letter,
        escape(scenario.work),
        escape(scenario.shows),
        scenario.headline.title(),
        match scenario.headline {
            Figure::Cpu =>
                ": <i class=\"key system\"></i> kernel, <i class=\"key user\"></i> program",
            _ => "",
        }
    );
    if !outcome.rows.is_empty() {
        let _ = write!(out, "<div class=\"scroll\">{}</div>", chart::chart(outcome));
        table(&mut out, outcome);
    }
    for (subject, reason) in &outcome.failures {
        let _ = write!(
            out,
            "<p class=\"failure\"><b>{}</b> failed: {}</p>",
            escape(subject),
            escape(reason)
        );
    }
    out.push_str("</section>");
    out
}

fn table(out: &mut String, outcome: &Outcome<'_>) {
    out.push_str("<details><summary>Figures</summary><div class=\"scroll\"><table><thead><tr>");
    for head in cells::heads(outcome) {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escape(&head));
    }
    out.push_str("</tr></thead><tbody>");
    for row in &outcome.rows {
        let class = match row.subject.group {
            Group::Ours => " class=\"ours\"",
            Group::Floor => " class=\"floor\"",
            Group::Peer => "",
        };
        let _ = write!(out, "<tr{class}>");
        for cell in cells::cells(outcome, row) {
            let _ = write!(out, "<td>{}</td>", escape(&cell));
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div></details>");
}
