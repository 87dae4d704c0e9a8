//! The report as one page: words, tables and charts in a single HTML file that loads nothing.
//!
//! It has no script, so all there is can be read without one. Its parts are in `page/`; this file
//! joins them, and everything that comes from outside is escaped on its way in.

mod axis;
mod chart;
mod goals;
mod scenario;
mod subjects;

use std::borrow::Cow;
use std::fmt::Write as _;

use super::results::Results;
use super::rows::Outcome;

/// The page of a run.
pub(super) fn page(results: &Results, outcomes: &[Outcome<'_>]) -> String {
    let scenarios: String = outcomes.iter().map(scenario::section).collect();
    let contents = [
        ("/*{{style}}*/", STYLE.to_owned()),
        ("{{facts}}", facts(results)),
        ("{{goals}}", goals::section(outcomes)),
        ("{{scenarios}}", scenarios),
        ("{{subjects}}", subjects::table(&results.subjects)),
        (
            "{{command}}",
            escape(&results.environment.command).into_owned(),
        ),
    ];
    let mut page = String::new();
    // Cut at the placeholders rather than replaced: a name that looks like one stays as it is.
    let mut rest = INDEX;
    for (placeholder, content) in contents {
        let (before, after) = rest
            .split_once(placeholder)
            .expect("index.html has each placeholder once, in this order");
        page.push_str(before);
        page.push_str(&content);
        rest = after;
    }
    page.push_str(rest);
    page
}

/// Text as it stands in an element or in a quoted attribute.
fn escape(text: &str) -> Cow<'_, str> {
    quick_xml::escape::escape(text)
}

/// Text with code between backticks, as elements.
fn prose(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        let part = escape(part);
        let _ = match index % 2 {
            0 => write!(out, "{part}"),
            _ => write!(out, "<code>{part}</code>"),
        };
    }
    out
}

fn facts(results: &Results) -> String {
    let about = &results.environment;
    let date = about.date.replace('T', " ").replace('Z', " UTC");
    let rounds = format!("{} rounds of {} s", about.rounds, about.secs);
    let cores = format!("{} cores", about.n_cores);
    let mut out = String::new();
    let facts = [
        &date,
        &about.processor,
        &cores,
        &about.kernel,
        &about.rustc,
        &rounds,
    ];
    for fact in facts {
        let _ = write!(out, "<span>{}</span>", escape(fact));
    }
    if about.quick {
        out.push_str(
            "<strong>quick: few rounds, so differences below a tenth mean nothing</strong>",
        );
    }
    out
}

const INDEX: &str = include_str!("page/index.html");
const STYLE: &str = include_str!("page/style.css");

#[cfg(test)]
mod tests {
    use super::super::rows::{outcomes, tests::results};
    use super::super::subject::Group;
    use super::*;

    fn drawn() -> String {
        let mut results = results(&[
            ("rawtcp-tokio", Group::Floor, 1.0),
            ("sockeye", Group::Ours, 1.02),
            ("<b>&\"{{goals}}", Group::Peer, 40.0),
        ]);
        results.environment.command = "cargo xtask bench --extra '</code><script>'".to_owned();
        page(&results, &outcomes(&results))
    }

    #[test]
    fn names_from_outside_are_escaped() {
        let page = drawn();
        assert!(!page.contains("<b>&"), "a name");
        assert!(!page.contains("<script"), "a command");
        assert!(page.contains("&lt;b&gt;&amp;&quot;{{goals}}"));
    }

    #[test]
    fn the_page_loads_nothing_and_runs_nothing() {
        let page = drawn();
        for word in [
            "<script",
            "src=",
            "@import",
            "url(",
            "<link rel=\"stylesheet",
        ] {
            assert!(!page.contains(word), "{word}");
        }
        assert!(page.contains("default-src 'none'"));
        assert!(!page.contains("{{facts}}") && !page.contains("{{style}}"));
    }

    #[test]
    fn code_in_prose_is_an_element() {
        assert_eq!(prose("`a<b` or c"), "<code>a&lt;b</code> or c");
    }

    #[test]
    fn elements_are_closed() {
        let page = drawn();
        for element in ["section", "svg", "table", "details", "g", "tr", "li"] {
            let opened = page.matches(&format!("<{element}>")).count()
                + page.matches(&format!("<{element} ")).count();
            let closed = page.matches(&format!("</{element}>")).count();
            assert_eq!(opened, closed, "{element}");
        }
    }
}
