//! Who took part: version, settings, and why these.

use std::fmt::Write as _;

use super::super::results::Described;
use super::super::subject::Group;
use super::{escape, prose};

pub(super) fn table(subjects: &[Described]) -> String {
    let mut out = String::from("<table class=\"subjects\"><tbody>");
    for subject in subjects {
        let class = match subject.group {
            Group::Floor => "floor",
            Group::Ours => "ours",
            Group::Peer => "peer",
        };
        let family = subject.family.word();
        let _ = write!(
            out,
            "<tr class=\"{class}\"><th scope=\"row\">{}</th><td>{}</td><td>{family}</td><td>{}</td></tr>",
            escape(&subject.name),
            escape(subject.version.as_deref().unwrap_or_default()),
            prose(&subject.settings)
        );
    }
    out.push_str("</tbody></table>");
    out
}
