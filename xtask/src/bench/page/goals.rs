//! The goals of all scenarios: how many are met, and each with how close it is.
//!
//! A bullet shows what was reached against what was asked for; the sign and the word say the same.

use std::fmt::Write as _;

use super::super::cells::OURS;
use super::super::goal::{Bound, Goal, Verdict};
use super::super::rows::{Outcome, judged};
use super::super::scenario::Scenario;
use super::escape;

pub(super) fn section(outcomes: &[Outcome<'_>]) -> String {
    let goals = judged(outcomes);
    let count = |is: fn(&Verdict) -> bool| goals.iter().filter(|(.., verdict)| is(verdict)).count();
    let (met, missed, open) = (
        count(|verdict| matches!(verdict, Verdict::Met(_))),
        count(|verdict| matches!(verdict, Verdict::Missed(_))),
        count(|verdict| matches!(verdict, Verdict::NotMeasured)),
    );
    let mut out = format!(
        "<section class=\"goals\"><h2>Goals</h2><p class=\"counts\">\
         <span class=\"met\"><b>{met}</b> met</span>\
         <span class=\"missed\"><b>{missed}</b> missed</span>\
         <span class=\"open\"><b>{open}</b> not measured in this run</span></p><ul>"
    );
    for (scenario, goal, verdict) in goals {
        item(&mut out, scenario, goal, verdict);
    }
    out.push_str("</ul></section>");
    out
}

fn item(out: &mut String, scenario: &Scenario, goal: &Goal, verdict: Verdict) {
    let unit = scenario.headline.unit();
    let (class, sign, word, reached) = match verdict {
        Verdict::Met(reached) => ("met", "✓", "met", Some(reached)),
        Verdict::Missed(reached) => ("missed", "✕", "missed", Some(reached)),
        Verdict::NotMeasured => ("open", "–", "not measured", None),
    };
    let shown = match reached {
        Some(reached) => goal.bound.reached(reached, unit),
        None => "–".to_owned(),
    };
    let by = match goal.subject == OURS {
        true => String::new(),
        false => format!("{}: ", goal.subject),
    };
    let Scenario {
        name, letter, work, ..
    } = scenario;
    let _ = write!(
        out,
        "<li class=\"{class}\"><span class=\"sign\" title=\"{word}\">{sign}</span>\
         <a class=\"what\" href=\"#{name}\" title=\"{}\"><b>{letter}</b> {name}</a>\
         <span class=\"bound\">{by}{}</span><span class=\"reached\">{}</span>{}</li>",
        escape(work),
        escape(&goal.bound.phrase(unit)),
        escape(&shown),
        bullet(goal.bound, reached)
    );
}

/// What was reached as a bar, the goal as a mark at two thirds of the width.
fn bullet(bound: Bound, reached: Option<f64>) -> String {
    let (Bound::Times(most, _) | Bound::Above(most, _) | Bound::AtMost(most)) = bound;
    let share = reached.map_or(0.0, |reached| (reached / most).clamp(0.0, 1.5));
    let width = share * MARK;
    format!(
        "<svg class=\"bullet\" viewBox=\"0 0 120 12\" aria-hidden=\"true\">\
         <rect class=\"track\" y=\"3\" width=\"120\" height=\"6\" rx=\"3\"/>\
         <rect class=\"reach\" y=\"3\" width=\"{width:.1}\" height=\"6\" rx=\"3\"/>\
         <path class=\"mark\" d=\"M{MARK} 0V12\"/></svg>"
    )
}

/// Where a bullet has its mark.
const MARK: f64 = 80.0;
