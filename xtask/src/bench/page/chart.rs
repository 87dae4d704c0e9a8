//! A scenario as bars: a row per subject, its parts stacked, its spread as a whisker.
//!
//! Widths are in units of the view box, which the page scales. Where a few subjects are far behind
//! the rest, the axis ends before them: their bars are drawn torn, and the number says how far.

use std::fmt::Write as _;

use super::super::cells::{FLOORS, OURS};
use super::super::figure::{Figure, number};
use super::super::rows::{Outcome, Row};
use super::super::subject::Group;
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
    axis.draw(&mut out, bottom, scenario.headline.unit());
    if let Some(floor) = floor(outcome) {
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
    if let Some(floor) = floor(outcome).filter(|&floor| floor > 0.0) {
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

/// What the ratios are to: the floor on the same runtime, or else the other one.
fn floor(outcome: &Outcome<'_>) -> Option<f64> {
    FLOORS
        .iter()
        .rev()
        .find_map(|floor| outcome.figure_of(floor))
}

fn class(group: Group) -> &'static str {
    match group {
        Group::Floor => "floor",
        Group::Ours => "ours",
        Group::Peer => "peer",
    }
}

/// From figures to places.
#[derive(Clone, Copy, Debug)]
struct Axis {
    /// The figure at the right end.
    end: f64,
    /// Whether there are figures beyond it.
    is_cut: bool,
}

impl Axis {
    fn of(outcome: &Outcome<'_>) -> Self {
        let medians = || outcome.rows.iter().map(|row| row.headline.median);
        let largest = outcome
            .rows
            .iter()
            .map(|row| row.headline.max)
            .fold(0.0, f64::max);
        let near = [
            outcome.figure_of(OURS),
            outcome.best_peer(),
            floor(outcome),
            medians().next(),
        ];
        let near = near.into_iter().flatten().fold(0.0, f64::max);
        let end = near * CUT;
        // Not for a little: a torn bar says less than a whole one.
        let is_cut = near > 0.0 && medians().fold(0.0, f64::max) > 1.3 * end;
        match is_cut {
            true => Self { end, is_cut },
            false => Self {
                end: (1.02 * largest).max(f64::MIN_POSITIVE),
                is_cut,
            },
        }
    }

    fn x(&self, figure: f64) -> f64 {
        LEFT + (RIGHT - LEFT) * (figure / self.end).clamp(0.0, 1.0)
    }

    fn is_torn(&self, figure: f64) -> bool {
        self.is_cut && figure > self.end
    }

    fn draw(&self, out: &mut String, bottom: f64, unit: &str) {
        let step = step(self.end / N_STEPS);
        let mut figure = 0.0;
        let baseline = bottom + 15.0;
        while figure <= self.end {
            let x = self.x(figure);
            let text = match step < 1.0 {
                true => number(figure),
                false => number(figure).replace(".00", "").replace(".0", ""),
            };
            let text = if figure == 0.0 { "0" } else { text.as_str() };
            let _ = write!(
                out,
                "<path class=\"grid\" d=\"M{x:.1} {TOP:.1}V{bottom:.1}\"/>\
                 <text class=\"tick\" x=\"{x:.1}\" y=\"{baseline:.1}\">{text}</text>"
            );
            figure += step;
        }
        let _ = write!(
            out,
            "<text class=\"head value\" x=\"{VALUES}\" y=\"14\">{unit}</text>\
             <text class=\"head ratio\" x=\"{RATIOS}\" y=\"14\">to floor</text>"
        );
    }
}

/// A round number that is at least `least`: 1, 2 or 5 times a power of ten.
fn step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let factor = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|factor| factor * power >= least);
    factor.unwrap_or(10.0) * power
}

const WIDTH: f64 = 640.0;
const TOP: f64 = 24.0;
const FOOT: f64 = 22.0;
const ROW: f64 = 24.0;
const BAR: f64 = 13.0;

/// Where bars begin, behind the names, and where the axis ends.
const LEFT: f64 = 160.0;
const RIGHT: f64 = 512.0;

/// Where numbers end.
const VALUES: f64 = 574.0;
const RATIOS: f64 = 632.0;

/// The axis ends at so many times what the reader is most likely to compare.
const CUT: f64 = 3.0;

/// About so many lines behind the bars.
const N_STEPS: f64 = 5.0;

#[cfg(test)]
mod tests {
    use super::super::super::rows::{outcomes, tests::results};
    use super::*;

    fn axis(costs: &[(&str, Group, f64)]) -> Axis {
        let results = results(costs);
        Axis::of(&outcomes(&results)[0])
    }

    #[test]
    fn steps_are_round_numbers() {
        for (least, expected) in [
            (0.03, 0.05),
            (1.0, 1.0),
            (1.1, 2.0),
            (7.0, 10.0),
            (130.0, 200.0),
        ] {
            assert!((step(least) / expected - 1.0).abs() < 1e-9, "{least}");
        }
    }

    #[test]
    fn an_axis_reaches_the_longest_whisker() {
        let axis = axis(&[("sockeye", Group::Ours, 1.0), ("peer", Group::Peer, 2.0)]);
        assert!(!axis.is_cut);
        assert!(axis.x(2.2) < RIGHT && axis.x(2.2) > RIGHT - 10.0);
        assert_eq!(axis.x(0.0), LEFT);
    }

    #[test]
    fn what_is_far_behind_is_torn() {
        let axis = axis(&[
            ("sockeye", Group::Ours, 1.0),
            ("near", Group::Peer, 1.5),
            ("far", Group::Peer, 50.0),
        ]);
        assert!(axis.is_torn(50.0) && !axis.is_torn(1.5));
        assert_eq!(axis.x(50.0), RIGHT);
    }
}
