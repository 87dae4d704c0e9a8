//! The programs that take part, each with how it is set up and why.
//!
//! Every peer has the settings that its own documentation or benchmark recommends, and the fastest
//! loop that its interface allows. Where two settings win in different places, both take part.

mod deflate;
mod echo;
mod others;

use super::cli::Extra;
use super::subject::{Family, Group, Launch, Subject};

/// All subjects, those that the command line brought last.
pub(super) fn all(extras: &[Extra]) -> Vec<Subject> {
    let tables = [echo::ECHOES, others::OTHERS, deflate::DEFLATES];
    let known = tables.into_iter().flatten().map(Known::subject);
    let extras = extras.iter().flat_map(from_extra);
    known.chain(extras).collect()
}

/// An extra echoes, and broadcasts if it can be told to.
fn from_extra(extra: &Extra) -> impl Iterator<Item = Subject> {
    let can = |placeholder: &str| extra.command.contains(placeholder);
    let families = [
        Some(Family::Echo),
        can("{publish}").then_some(Family::Broadcast),
    ];
    families.into_iter().flatten().map(move |family| Subject {
        name: extra.name.clone(),
        group: Group::Peer,
        family,
        launch: Launch::Elsewhere(extra.command.clone()),
        deflates: can("{deflate}"),
        only: &[],
        library: None,
        settings: "Built elsewhere and added by its command.".to_owned(),
        quick: true,
    })
}

/// A row of the table.
struct Known {
    name: &'static str,
    group: Group,
    family: Family,
    program: &'static str,
    arguments: &'static [&'static str],
    deflates: bool,
    only: &'static [&'static str],
    library: Option<&'static str>,
    settings: &'static str,
    quick: bool,
}

impl Known {
    fn subject(&self) -> Subject {
        Subject {
            name: self.name.to_owned(),
            group: self.group,
            family: self.family,
            launch: Launch::Built {
                program: self.program,
                arguments: self.arguments,
            },
            deflates: self.deflates,
            only: self.only,
            library: self.library,
            settings: self.settings.to_owned(),
            quick: self.quick,
        }
    }
}

const PEER: Known = Known {
    name: "",
    group: Group::Peer,
    family: Family::Echo,
    program: "",
    arguments: &[],
    deflates: false,
    only: &[],
    library: None,
    settings: "",
    quick: false,
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::goal::Bound;
    use super::super::scenarios;
    use super::*;

    #[test]
    fn names_are_distinct_within_a_family() {
        let subjects = all(&[]);
        let names = subjects.iter().map(|s| (s.family.word(), &s.name));
        let distinct: BTreeSet<_> = names.collect();
        assert_eq!(distinct.len(), subjects.len());
    }

    #[test]
    fn goals_are_about_subjects_that_take_part() {
        let subjects = all(&[]);
        for scenario in scenarios::all() {
            // The one rival that cannot be a dependency.
            let takes_part = |name: &str| {
                let is_called =
                    |subject: &Subject| subject.name == name && subject.family == scenario.family;
                name == "uWebSockets" || subjects.iter().any(is_called)
            };
            for goal in scenario.goals {
                let rivals = match goal.bound {
                    Bound::Times(_, rivals) => rivals.to_vec(),
                    Bound::Above(_, rival) => vec![rival],
                    Bound::AtMost(_) => Vec::new(),
                };
                assert!(takes_part(goal.subject), "{}", scenario.name);
                assert!(rivals.iter().all(|rival| takes_part(rival)), "{rivals:?}");
            }
        }
    }

    #[test]
    fn subjects_with_few_scenarios_have_some() {
        for subject in all(&[]) {
            let is_unknown = |only: &&&str| !scenarios::all().any(|s| s.letter == **only);
            assert_eq!(
                subject.only.iter().find(is_unknown),
                None,
                "{}",
                subject.name
            );
        }
    }

    #[test]
    fn an_extra_can_do_what_it_has_placeholders_for() {
        let extra = |command: &str| {
            let subjects = from_extra(&Extra {
                name: "uWebSockets".to_owned(),
                command: command.to_owned(),
            })
            .collect::<Vec<_>>();
            (subjects.len(), subjects[0].deflates)
        };
        assert_eq!(extra("uws --port {port} {deflate}"), (1, true));
        assert_eq!(extra("uws --port {port} {publish}"), (2, false));
    }
}
