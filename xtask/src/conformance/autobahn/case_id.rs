//! The numbers that name cases, as in 6.4.3.

use std::fmt;

/// A case's number; ordered as people count, 1.1.2 before 1.1.10.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct CaseId(Vec<u32>);

impl CaseId {
    /// Reads numbers with dots between them; `None` for anything else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let numbers = text.split('.').map(|number| number.parse().ok());
        numbers.collect::<Option<_>>().map(Self)
    }

    /// The first number, which says what a case is about.
    pub(crate) fn group(&self) -> u32 {
        self.0.first().copied().unwrap_or_default()
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<_> = self.0.iter().map(u32::to_string).collect();
        f.pad(&numbers.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_written() {
        let case = CaseId::parse("12.1.18").unwrap();
        assert_eq!(case.to_string(), "12.1.18");
        assert_eq!(case.group(), 12);
        for text in ["", "1.", "1.a", "-1", "1 .2"] {
            assert_eq!(CaseId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn cases_are_ordered_by_their_numbers() {
        let case = |text| CaseId::parse(text).unwrap();
        assert!(case("1.1.2") < case("1.1.10"));
        assert!(case("9.8.6") < case("10.1.1"));
    }
}
