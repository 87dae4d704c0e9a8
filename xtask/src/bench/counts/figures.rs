//! What is counted of one subject: as the program says it, and for each message.
//!
//! Figures are whole numbers of a small unit, so that equal means equal and a percentage is exact.

use std::fmt;

use serde_json::Value;

/// One run of a subject, summed over all its messages.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Run {
    pub(super) subject: String,
    pub(super) messages: u64,
    pub(super) passes: u64,
    pub(super) allocations: u64,
    pub(super) reallocations: u64,
    pub(super) bytes: u64,
}

impl Run {
    /// Reads a line of `counts allocations`; `None` when it is none.
    pub(super) fn read(line: &str) -> Option<Self> {
        let line: Value = serde_json::from_str(line).ok()?;
        let number = |name: &str| line[name].as_u64();
        Some(Self {
            subject: line["subject"].as_str()?.to_owned(),
            messages: number("messages").filter(|n| *n > 0)?,
            passes: number("passes")?,
            allocations: number("allocations")?,
            reallocations: number("reallocations")?,
            bytes: number("bytes")?,
        })
    }
}

/// What one message costs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Figures {
    pub(super) instructions: Fixed<1>,
    pub(super) allocations: Fixed<4>,
    pub(super) reallocations: Fixed<4>,
    pub(super) bytes: Fixed<1>,
}

impl Figures {
    pub(super) fn new(run: &Run, instructions: u64) -> Self {
        Self {
            instructions: Fixed::quotient(instructions, run.messages),
            allocations: Fixed::quotient(run.allocations, run.messages),
            reallocations: Fixed::quotient(run.reallocations, run.messages),
            bytes: Fixed::quotient(run.bytes, run.messages),
        }
    }

    pub(super) fn from_json(value: &Value) -> Option<Self> {
        Some(Self {
            instructions: Fixed::from_json(&value["instructions"])?,
            allocations: Fixed::from_json(&value["allocations"])?,
            reallocations: Fixed::from_json(&value["reallocations"])?,
            bytes: Fixed::from_json(&value["bytes"])?,
        })
    }
}

/// As JSON on one line.
impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            instructions,
            allocations,
            reallocations,
            bytes,
        } = self;
        write!(
            f,
            r#"{{"instructions": {instructions}, "allocations": {allocations}, "#
        )?;
        write!(f, r#""reallocations": {reallocations}, "bytes": {bytes}}}"#)
    }
}

/// A number with this many decimals, held as a whole number of the last one.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Fixed<const DECIMALS: u32>(u64);

impl<const DECIMALS: u32> Fixed<DECIMALS> {
    const ONE: u64 = 10_u64.pow(DECIMALS);

    /// Rounded to the nearest.
    pub(super) fn quotient(dividend: u64, divisor: u64) -> Self {
        Self((dividend * Self::ONE + divisor / 2) / divisor)
    }

    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let number = value.as_f64().filter(|number| *number >= 0.0)?;
        Some(Self((number * Self::ONE as f64).round() as u64))
    }

    /// The number in its last decimal.
    pub(super) fn units(self) -> u64 {
        self.0
    }
}

/// With as many decimals as it needs.
impl<const DECIMALS: u32> fmt::Display for Fixed<DECIMALS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / Self::ONE, self.0 % Self::ONE);
        match rest {
            0 => f.pad(&whole.to_string()),
            _ => {
                let decimals = format!("{rest:0width$}", width = DECIMALS as usize);
                f.pad(&format!("{whole}.{}", decimals.trim_end_matches('0')))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_program_is_read_and_others_are_not() {
        let line = r#"{"subject":"a","messages":6400,"passes":100,"allocations":6500,"reallocations":0,"bytes":128}"#;
        let run = Run::read(line).unwrap();
        assert_eq!(
            Figures::new(&run, 3_518_711).to_string(),
            r#"{"instructions": 549.8, "allocations": 1.0156, "reallocations": 0, "bytes": 0}"#
        );
        for line in ["", "{}", r#"{"subject":"a","messages":0}"#] {
            assert_eq!(Run::read(line), None, "{line}");
        }
    }

    #[test]
    fn one_allocation_in_a_hundred_bursts_shows() {
        assert_eq!(Fixed::<4>::quotient(1, 6400).to_string(), "0.0002");
    }

    #[test]
    fn figures_read_back_as_they_were_written() {
        let run = Run {
            subject: "a".into(),
            messages: 3,
            passes: 1,
            allocations: 2,
            reallocations: 1,
            bytes: 1000,
        };
        let figures = Figures::new(&run, 100);
        let value = serde_json::from_str(&figures.to_string()).unwrap();
        assert_eq!(Figures::from_json(&value), Some(figures));
    }
}
