//! A goal for one of our servers in a scenario, and whether a run met it.
//!
//! A goal is about medians of the same run. One that lacks a figure, ours or the rival's, is not
//! measured: neither met nor missed.

use super::figure::number;

/// What one of ours is to reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct Goal {
    /// One of ours, by name.
    pub(super) subject: &'static str,
    pub(super) bound: Bound,
}

/// The most that a scenario's headline figure may be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bound {
    /// So many times the best of these subjects.
    Times(f64, &'static [&'static str]),
    /// So much more than this subject has.
    Above(f64, &'static str),
    /// This and no more.
    AtMost(f64),
}

/// How a run stands to a goal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    Met(f64),
    /// With what was reached, in the unit of the bound.
    Missed(f64),
    NotMeasured,
}

impl Goal {
    /// Judges by the medians that `figure_of` gives for the names of subjects.
    pub(super) fn judge(&self, figure_of: impl Fn(&str) -> Option<f64>) -> Verdict {
        let Some(ours) = figure_of(self.subject) else {
            return Verdict::NotMeasured;
        };
        let (reached, most) = match self.bound {
            Bound::Times(times, rivals) => {
                // All of them: the best of those that happen to be there is another goal.
                let best = rivals
                    .iter()
                    .map(|rival| figure_of(rival))
                    .try_fold(f64::INFINITY, |best, rival| Some(best.min(rival?)));
                match best {
                    Some(best) if best > 0.0 => (ours / best, times),
                    Some(_) | None => return Verdict::NotMeasured,
                }
            }
            Bound::Above(most, rival) => match figure_of(rival) {
                Some(rival) => (ours - rival, most),
                None => return Verdict::NotMeasured,
            },
            Bound::AtMost(most) => (ours, most),
        };
        match reached <= most {
            true => Verdict::Met(reached),
            false => Verdict::Missed(reached),
        }
    }

    /// The most that ours may be, in the unit of the figure; `None` where it cannot be told.
    pub(super) fn limit(&self, figure_of: impl Fn(&str) -> Option<f64>) -> Option<f64> {
        match self.bound {
            Bound::Times(times, rivals) => rivals
                .iter()
                .map(|rival| figure_of(rival))
                .try_fold(f64::INFINITY, |best, rival| Some(best.min(rival?)))
                .map(|best| times * best),
            Bound::Above(most, rival) => Some(figure_of(rival)? + most),
            Bound::AtMost(most) => Some(most),
        }
    }
}

impl Bound {
    /// As a phrase: `at most 0.95 × the better of yawc and tokio-websockets`.
    pub(super) fn phrase(&self, unit: &str) -> String {
        match *self {
            Self::Times(times, [rival]) => format!("≤ {times:.2} × {rival}"),
            Self::Times(times, rivals) => {
                format!("≤ {times:.2} × the best of {}", rivals.join(", "))
            }
            Self::Above(most, rival) => format!("≤ {} {unit} above {rival}", number(most)),
            Self::AtMost(most) => format!("≤ {} {unit}", number(most)),
        }
    }

    /// What was reached, in the bound's own unit.
    pub(super) fn reached(&self, reached: f64, unit: &str) -> String {
        match self {
            Self::Times(..) => format!("{reached:.3} ×"),
            Self::Above(..) if reached >= 0.0 => format!("+{} {unit}", number(reached)),
            Self::Above(..) | Self::AtMost(_) => format!("{} {unit}", number(reached)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOAL: Goal = Goal {
        subject: "ours",
        bound: Bound::Times(0.5, &["a", "b"]),
    };

    fn figures<'a>(list: &'a [(&'a str, f64)]) -> impl Fn(&str) -> Option<f64> + 'a {
        |name| Some(list.iter().find(|(listed, _)| *listed == name)?.1)
    }

    #[test]
    fn the_best_rival_decides() {
        let met = GOAL.judge(figures(&[("ours", 1.0), ("a", 4.0), ("b", 2.0)]));
        assert_eq!(met, Verdict::Met(0.5));
        let missed = GOAL.judge(figures(&[("ours", 1.5), ("a", 2.0), ("b", 4.0)]));
        assert_eq!(missed, Verdict::Missed(0.75));
    }

    #[test]
    fn without_a_figure_nothing_is_said() {
        let cases: [&[(&str, f64)]; 3] = [
            &[("a", 1.0), ("b", 1.0)],
            &[("ours", 1.0), ("a", 9.0)],
            &[("ours", 1.0), ("a", 0.0), ("b", 1.0)],
        ];
        for case in cases {
            assert_eq!(GOAL.judge(figures(case)), Verdict::NotMeasured, "{case:?}");
        }
    }

    #[test]
    fn bounds_may_be_absolute_or_beyond_a_floor() {
        let above = Goal {
            bound: Bound::Above(1024.0, "floor"),
            ..GOAL
        };
        let figures = figures(&[("ours", 1500.0), ("floor", 600.0)]);
        assert_eq!(above.judge(&figures), Verdict::Met(900.0));
        assert_eq!(above.limit(&figures), Some(1624.0));
        let at_most = Goal {
            bound: Bound::AtMost(1400.0),
            ..GOAL
        };
        assert_eq!(at_most.judge(&figures), Verdict::Missed(1500.0));
    }

    #[test]
    fn goals_are_phrases() {
        let phrase = GOAL.bound.phrase("µs");
        assert_eq!(phrase, "≤ 0.50 × the best of a, b");
        assert_eq!(GOAL.bound.reached(0.456, "µs"), "0.456 ×");
        assert_eq!(Bound::AtMost(100.0).phrase("B"), "≤ 100 B");
        assert_eq!(Bound::Above(9.0, "floor").reached(3.0, "B"), "+3.00 B");
    }
}
