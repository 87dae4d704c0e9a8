//! A scenario as bars: a row per subject, its parts stacked, its spread as a whisker.
//!
//! Widths are in units of the view box, which the page scales. Bars that go beyond the axis are
//! drawn torn, and the number says how far.

use std::fmt::Write as _;

use super::super::cells::reference;
use super::super::figure::{Figure, number};
use super::super::rows::{Outcome, Row};
use super::super::subject::Group;
use super::axis::{Axis, LEFT, TOP};
use super::escape;

/// The chart of a scenario, as an `svg` element.
pub(super) fn chart(outcome: &Outcome<'_>) -> String {
    let axis = Axis::of(outcome);
    let n_rows = outcome.rows.len() as f64;
    let bottom = TOP + n_rows * ROW;
    let height = bottom + FOOT;
    let mut out = String::new();
    let scenario = outcome.scenario;
    let _ = write!(
        out,
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"{} of each subject, {}\">",
        scenario.headline.title(),
        escape(scenario.work)
    );
    axis.draw(&mut out, bottom);
    heads(&mut out, outcome);
    if let Some((_, floor)) = reference(outcome) {
        let x = axis.x(floor);
        let _ = write!(
            out,
            "<path class=\"floor-line\" d=\"M{x:.1} {:.1}V{bottom:.1}\"/>",
            TOP - 4.0
        );
    }
    for (index, row) in outcome.rows.iter().enumerate() {
        draw_row(&mut out, outcome, row, &axis, TOP + index as f64 * ROW);
    }
    out.push_str("</svg>");
    out
}

/// The heads of the columns of numbers.
fn heads(out: &mut String, outcome: &Outcome<'_>) {
    let unit = outcome.scenario.headline.unit();
    let _ = write!(
        out,
        "<text class=\"head value\" x=\"{VALUES}\" y=\"14\">{unit}</text>"
    );
    if let Some((name, _)) = reference(outcome) {
        let _ = write!(
            out,
            "<text class=\"head ratio\" x=\"{RATIOS}\" y=\"14\">to {name}</text>"
        );
    }
}

fn draw_row(out: &mut String, outcome: &Outcome<'_>, row: &Row<'_>, axis: &Axis, top: f64) {
    let spread = row.headline;
    let name = &row.subject.name;
    let (class, middle) = (class(row.subject.group), top + ROW / 2.0);
    let _ = write!(
        out,
        "<g class=\"row {class}\"><title>{}</title>",
        escape(&hint(row))
    );
    if row.subject.group == Group::Ours {
        let height = ROW - 2.0;
        let y = top + 1.0;
        let _ = write!(
            out,
            "<rect class=\"band\" x=\"0\" y=\"{y:.1}\" width=\"{WIDTH}\" height=\"{height:.1}\" rx=\"5\"/>"
        );
    }
    let baseline = middle + 4.0;
    let _ = write!(
        out,
        "<text class=\"name\" x=\"{:.1}\" y=\"{baseline:.1}\">{}</text>",
        LEFT - 10.0,
        escape(name)
    );
    let y = middle - BAR / 2.0;
    let end = axis.x(spread.median);
    // The kernel's part first: it begins where everybody's does, and what is on top is the library's.
    let system = row
        .user_share()
        .map_or(spread.median, |user| spread.median * (1.0 - user));
    let border = match outcome.scenario.headline {
        Figure::Cpu => axis.x(system),
        _ => end,
    };
    bar(out, "system", LEFT, border, y);
    bar(out, "user", border, end, y);
    if axis.is_torn(spread.median) {
        let x = end - 26.0;
        let _ = write!(
            out,
            "<path class=\"tear\" d=\"M{x:.1} {:.1}l5 -{3:.1}M{1:.1} {2:.1}l5 -{3:.1}\"/>",
            y + BAR + 2.0,
            x + 6.0,
            y + BAR + 2.0,
            BAR + 4.0
        );
    } else if spread.max > spread.min {
        let (from, to) = (axis.x(spread.min), axis.x(spread.max));
        let (up, down) = (middle - 3.5, middle + 3.5);
        let _ = write!(
            out,
            "<path class=\"whisker\" d=\"M{from:.1} {middle:.1}H{to:.1}M{from:.1} {up:.1}V{down:.1}M{to:.1} {up:.1}V{down:.1}\"/>"
        );
    }
    for goal in outcome
        .scenario
        .goals
        .iter()
        .filter(|goal| goal.subject == name)
    {
        let Some(limit) = goal.limit(|name| outcome.figure_of(name)) else {
            continue;
        };
        let (x, up, down) = (axis.x(limit), top + 2.0, top + ROW - 2.0);
        let _ = write!(
            out,
            "<path class=\"goal-line\" d=\"M{x:.1} {up:.1}V{down:.1}\"/>"
        );
    }
    let _ = write!(
        out,
        "<text class=\"value\" x=\"{VALUES}\" y=\"{baseline:.1}\">{}</text>",
        number(spread.median)
    );
    if let Some((_, floor)) = reference(outcome) {
        let _ = write!(
            out,
            "<text class=\"ratio\" x=\"{RATIOS}\" y=\"{baseline:.1}\">{} ×</text>",
            number(spread.median / floor)
        );
    }
    out.push_str("</g>");
}

fn bar(out: &mut String, class: &str, from: f64, to: f64, y: f64) {
    let width = (to - from).max(0.0);
    let _ = write!(
        out,
        "<rect class=\"{class}\" x=\"{from:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BAR}\"/>"
    );
}

/// What the pointer shows over a row.
fn hint(row: &Row<'_>) -> String {
    let spread = row.headline;
    let version = row.subject.version.as_deref().unwrap_or_default();
    format!(
        "{} {version}: {} ({} to {}). {}",
        row.subject.name,
        number(spread.median),
        number(spread.min),
        number(spread.max),
        row.subject.settings
    )
}

fn class(group: Group) -> &'static str {
    match group {
        Group::Floor => "floor",
        Group::Ours => "ours",
        Group::Peer => "peer",
    }
}

const WIDTH: f64 = 640.0;
const FOOT: f64 = 22.0;
const ROW: f64 = 24.0;
const BAR: f64 = 13.0;

/// Where numbers end.
const VALUES: f64 = 574.0;
const RATIOS: f64 = 632.0;
