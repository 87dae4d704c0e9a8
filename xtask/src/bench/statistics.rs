//! Medians and spreads over the samples of one subject.
//!
//! Knows nothing of what the numbers mean. Medians, not means: one sample that something else on
//! the machine disturbed must not move the figure.

/// The middle of some numbers and how far they reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) min: f64,
    pub(super) max: f64,
}

impl Spread {
    /// `None` of nothing. Numbers that are not finite are left out.
    pub(super) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<_> = values
            .into_iter()
            .filter(|value| value.is_finite())
            .collect();
        values.sort_by(f64::total_cmp);
        let (&min, &max) = (values.first()?, values.last()?);
        let middle = values.len() / 2;
        let median = match values.len() % 2 {
            1 => values[middle],
            _ => f64::midpoint(values[middle - 1], values[middle]),
        };
        Some(Self { median, min, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: &[f64], expected: Option<(f64, f64, f64)>) {
        let expected = expected.map(|(median, min, max)| Spread { median, min, max });
        assert_eq!(Spread::of(values.iter().copied()), expected);
    }

    #[test]
    fn the_middle_and_the_ends() {
        check(&[], None);
        check(&[3.0], Some((3.0, 3.0, 3.0)));
        check(&[9.0, 1.0, 2.0], Some((2.0, 1.0, 9.0)));
        check(&[4.0, 1.0, 2.0, 100.0], Some((3.0, 1.0, 100.0)));
    }

    #[test]
    fn what_is_no_number_does_not_count() {
        check(&[f64::NAN, 2.0, f64::INFINITY], Some((2.0, 2.0, 2.0)));
        check(&[f64::NAN], None);
    }
}
