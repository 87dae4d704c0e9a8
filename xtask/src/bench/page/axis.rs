//! The axis of a chart: from figures to places, and the lines behind the bars.
//!
//! Where a few subjects are far behind the rest, it ends before them.

use std::fmt::Write as _;

use super::super::cells::{OURS, reference};
use super::super::figure::number;
use super::super::rows::Outcome;

/// From figures to places.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    /// The figure at the right end.
    end: f64,
    /// Whether there are figures beyond it.
    is_cut: bool,
}

impl Axis {
    pub(super) fn of(outcome: &Outcome<'_>) -> Self {
        let medians = || outcome.rows.iter().map(|row| row.headline.median);
        let largest = outcome
            .rows
            .iter()
            .map(|row| row.headline.max)
            .fold(0.0, f64::max);
        let near = [
            outcome.figure_of(OURS),
            outcome.best_peer(),
            reference(outcome).map(|(_, figure)| figure),
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

    pub(super) fn x(&self, figure: f64) -> f64 {
        LEFT + (RIGHT - LEFT) * (figure / self.end).clamp(0.0, 1.0)
    }

    pub(super) fn is_torn(&self, figure: f64) -> bool {
        self.is_cut && figure > self.end
    }

    pub(super) fn draw(&self, out: &mut String, bottom: f64) {
        let step = step(self.end / N_STEPS);
        let mut figure = 0.0;
        let baseline = bottom + 15.0;
        while figure <= self.end {
            let x = self.x(figure);
            let text = number(figure);
            let text = match text.contains('.') {
                true => text.trim_end_matches('0').trim_end_matches('.'),
                false => text.as_str(),
            };
            let _ = write!(
                out,
                "<path class=\"grid\" d=\"M{x:.1} {TOP:.1}V{bottom:.1}\"/>\
                 <text class=\"tick\" x=\"{x:.1}\" y=\"{baseline:.1}\">{text}</text>"
            );
            figure += step;
        }
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

pub(super) const TOP: f64 = 24.0;

/// Where bars begin, behind the names, and where the axis ends.
pub(super) const LEFT: f64 = 160.0;
pub(super) const RIGHT: f64 = 512.0;

/// The axis ends at so many times what the reader is most likely to compare.
const CUT: f64 = 3.0;

/// About so many lines behind the bars.
const N_STEPS: f64 = 5.0;

#[cfg(test)]
mod tests {
    use super::super::super::rows::{outcomes, tests::results};
    use super::super::super::subject::Group;
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
