//! The results of a run as they are kept: every sample, who took part, and what it was made with.
//!
//! Samples are kept rather than medians, so that a report can be drawn again, in another way or
//! from several runs together.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::environment::Environment;
use super::sample::Sample;
use super::subject::{Family, Group, Subject};
use crate::failure::Failure;

/// The results of a run.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Results {
    pub(super) environment: Environment,
    pub(super) subjects: Vec<Described>,
    /// By the name of the scenario, then by that of the subject.
    pub(super) samples: BTreeMap<String, BTreeMap<String, Vec<Sample>>>,
}

/// A subject, as far as a report needs it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Described {
    pub(super) name: String,
    pub(super) group: Group,
    pub(super) family: Family,
    pub(super) version: Option<String>,
    pub(super) settings: String,
}

impl Results {
    pub(super) fn add(&mut self, scenario: &str, subject: &str, sample: Sample) {
        let subjects = self.samples.entry(scenario.to_owned()).or_default();
        let samples = subjects.entry(subject.to_owned()).or_default();
        samples.push(sample);
    }

    /// Takes in those of another run; what is said about the runs is taken from the later one.
    pub(super) fn merge(&mut self, later: Self) {
        for subject in later.subjects {
            match self.subjects.iter_mut().find(|known| known.is(&subject)) {
                Some(known) => *known = subject,
                None => self.subjects.push(subject),
            }
        }
        for (scenario, subjects) in later.samples {
            for (subject, samples) in subjects {
                for sample in samples {
                    self.add(&scenario, &subject, sample);
                }
            }
        }
        self.environment = later.environment;
    }

    /// Reads what [`Results::write`] wrote, of one run or several.
    pub(super) fn read(files: &[impl AsRef<Path>]) -> Result<Self, Failure> {
        let mut results = Self::default();
        for file in files {
            let file = file.as_ref();
            let failed = |error: &dyn std::fmt::Display| {
                Failure::new(format!("cannot read {}: {error}", file.display()))
            };
            let text = fs::read_to_string(file).map_err(|error| failed(&error))?;
            let run = serde_json::from_str(&text).map_err(|error| failed(&error))?;
            results.merge(run);
        }
        Ok(results)
    }

    pub(super) fn write(&self, file: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string(self).expect("maps have strings for keys");
        fs::write(file, text)
            .map_err(|error| Failure::new(format!("cannot write {}: {error}", file.display())))
    }

    /// Samples of ours that failed: scenario, subject and reason, each subject once.
    pub(super) fn failures_of_ours(&self) -> Vec<String> {
        let ours = self.subjects.iter().filter(|s| s.group == Group::Ours);
        let mut failures = Vec::new();
        for Described { name, .. } in ours {
            for (scenario, subjects) in &self.samples {
                let samples = subjects.get(name).into_iter().flatten();
                let reason = samples.into_iter().find_map(Sample::failure);
                failures.extend(reason.map(|reason| format!("{name} in {scenario}: {reason}")));
            }
        }
        failures
    }
}

impl Described {
    /// Whether both are the same subject.
    fn is(&self, other: &Self) -> bool {
        self.name == other.name && self.family == other.family
    }

    pub(super) fn new(subject: &Subject, versions: &BTreeMap<String, String>) -> Self {
        let version = subject.library.and_then(|library| versions.get(library));
        Self {
            name: subject.name.clone(),
            group: subject.group,
            family: subject.family,
            version: version.cloned(),
            settings: subject.settings.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(name: &str, version: &str) -> Described {
        Described {
            name: name.to_owned(),
            group: Group::Ours,
            family: Family::Echo,
            version: Some(version.to_owned()),
            settings: String::new(),
        }
    }

    fn failed(reason: &str) -> Sample {
        Sample::Failed(reason.to_owned())
    }

    #[test]
    fn runs_are_put_together() {
        let mut first = Results::default();
        first.subjects.push(described("sockeye", "1"));
        first.add("idle", "sockeye", failed("one"));
        let mut second = first.clone();
        second.subjects = vec![described("sockeye", "2"), described("other", "1")];
        first.merge(second);
        assert_eq!(first.samples["idle"]["sockeye"].len(), 2);
        let versions = first.subjects.iter().map(|s| s.version.as_deref());
        assert_eq!(versions.collect::<Vec<_>>(), [Some("2"), Some("1")]);
    }

    #[test]
    fn failures_of_ours_are_found() {
        let mut results = Results::default();
        results.subjects.push(described("sockeye", "1"));
        results.add("idle", "sockeye", Sample::Taken(BTreeMap::new()));
        results.add("idle", "a peer", failed("it may"));
        assert_eq!(results.failures_of_ours().len(), 0);
        results.add("idle", "sockeye", failed("no answer"));
        assert_eq!(results.failures_of_ours(), ["sockeye in idle: no answer"]);
    }
}
