//! The committed figures: one line for each subject, sorted, so that a difference reads well.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::figures::Figures;
use super::machine::Machine;
use crate::failure::Failure;

/// What was counted when the baseline was blessed, and with what.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Baseline {
    pub(super) machine: Machine,
    /// By the name of the subject.
    pub(super) figures: BTreeMap<String, Figures>,
}

impl Baseline {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(path)
            .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
        let value = serde_json::from_str(&text)
            .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
        Self::from_json(&value).ok_or_else(|| {
            Failure::new(format!(
                "{} has a form unknown to this program",
                path.display()
            ))
        })
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        fs::write(path, self.to_text())
            .map_err(|error| Failure::new(format!("{}: {error}", path.display())))
    }

    fn from_json(value: &Value) -> Option<Self> {
        let subjects = value["subjects"].as_object()?.iter();
        let figures: Option<_> = subjects
            .map(|(name, value)| Some((name.clone(), Figures::from_json(value)?)))
            .collect();
        Some(Self {
            machine: Machine::from_json(&value["machine"])?,
            figures: figures?,
        })
    }

    fn to_text(&self) -> String {
        let lines: Vec<_> = self
            .figures
            .iter()
            .map(|(name, figures)| format!("    {}: {figures}", Value::from(name.as_str())))
            .collect();
        format!(
            "{{\n  \"machine\": {},\n  \"subjects\": {{\n{}\n  }}\n}}\n",
            self.machine.to_json(),
            lines.join(",\n")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::figures::Run;
    use super::*;

    #[test]
    fn a_baseline_reads_back_with_a_line_for_each_subject() {
        let run = Run {
            subject: String::new(),
            messages: 64,
            passes: 1,
            allocations: 65,
            reallocations: 0,
            bytes: 99,
        };
        let figures = Figures::new(&run, 12_345);
        let baseline = Baseline {
            machine: Machine {
                cpu: "a cpu".into(),
                libc: "a libc".into(),
                rustc: "rustc 1".into(),
                valgrind: "valgrind-3".into(),
            },
            figures: ["b", "a"].map(|name| (name.to_owned(), figures)).into(),
        };
        let text = baseline.to_text();
        let subjects: Vec<_> = text
            .lines()
            .filter(|line| line.contains("instr"))
            .map(|line| line.trim().get(..4))
            .collect();
        assert_eq!(subjects, [Some("\"a\":"), Some("\"b\":")]);
        let value = serde_json::from_str(&text).unwrap();
        assert_eq!(Baseline::from_json(&value), Some(baseline));
    }
}
