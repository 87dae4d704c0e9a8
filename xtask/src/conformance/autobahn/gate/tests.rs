//! Whole reports with one thing changed.

use super::*;

fn case(id: &str) -> CaseId {
    CaseId::parse(id).unwrap()
}

fn verdicts(behavior: Verdict, behavior_close: Verdict) -> Verdicts {
    Verdicts {
        behavior,
        behavior_close,
        report_file: None,
    }
}

/// Every case of a selection as it should be; numbers within groups are made up.
fn good(selection: Selection) -> BTreeMap<CaseId, Verdicts> {
    let groups = selection.groups();
    let mut cases: BTreeMap<_, _> = groups
        .flat_map(|group| {
            // Group 7 has the three listed ones besides.
            let n_listed = if group.number == 7 { 3 } else { 0 };
            let ids =
                (1..=group.n_cases - n_listed).map(move |n| format!("{}.90.{n}", group.number));
            ids.map(|id| (case(&id), verdicts(Verdict::Ok, Verdict::Ok)))
        })
        .collect();
    for id in ["7.1.6", "7.13.1", "7.13.2"] {
        let informational = verdicts(Verdict::Informational, Verdict::Informational);
        cases.insert(case(id), informational);
    }
    cases
}

fn judge(cases: &BTreeMap<CaseId, Verdicts>, selection: Selection) -> Judgement {
    Judgement::of(cases, &Expectations::load(), selection)
}

#[test]
fn every_case_as_it_should_be_is_all() {
    for selection in [Selection::Quick, Selection::Usual, Selection::All] {
        let expected = Judgement {
            n_passed: selection.n_cases(),
            ..Judgement::default()
        };
        assert_eq!(judge(&good(selection), selection), expected);
    }
}

#[test]
fn exactly_three_cases_say_nothing_and_each_has_a_reason() {
    let expectations = Expectations::load();
    let ids: Vec<_> = expectations
        .reasons()
        .map(|(case, reason)| {
            assert!(reason.len() > 20, "{case}: {reason}");
            case.to_string()
        })
        .collect();
    assert_eq!(ids, ["7.1.6", "7.13.1", "7.13.2"]);
    assert!(Expectations::parse(r#"{"informational": {"x": "why"}}"#).is_none());
    assert!(Expectations::parse("{}").is_none());
}

/// One case judged like this is a difference, and the only one.
#[track_caller]
fn check_difference(id: &str, behavior: Verdict, behavior_close: Verdict, expected: Verdict) {
    let mut cases = good(Selection::Quick);
    cases.insert(case(id), verdicts(behavior, behavior_close));
    let judgement = judge(&cases, Selection::Quick);
    assert_eq!(judgement.differences, [(case(id), expected)]);
    assert_eq!(judgement.miscounts, []);
    assert_eq!((judgement.n_passed, judgement.n_failed()), (246, 1));
}

#[test]
fn either_verdict_other_than_expected_is_a_difference() {
    for verdict in [
        Verdict::NonStrict,
        Verdict::Informational,
        Verdict::Unimplemented,
        Verdict::WrongCode,
        Verdict::Unclean,
        Verdict::FailedByClient,
        Verdict::Failed,
    ] {
        check_difference("6.90.3", verdict, Verdict::Ok, Verdict::Ok);
        check_difference("6.90.3", Verdict::Ok, verdict, Verdict::Ok);
    }
}

#[test]
fn a_listed_case_that_is_judged_is_a_difference() {
    let informational = Verdict::Informational;
    for verdict in [Verdict::Ok, Verdict::Failed] {
        check_difference("7.1.6", verdict, verdict, informational);
        check_difference("7.13.1", informational, verdict, informational);
        check_difference("7.13.2", verdict, informational, informational);
    }
}

#[test]
fn missing_cases_fail() {
    let mut cases = good(Selection::Usual);
    cases.retain(|case, _| case.group() != 9);
    cases.remove(&case("7.1.6"));
    let judgement = judge(&cases, Selection::Usual);
    let expected = [(7, 36, 37), (9, 0, 54)].map(|(group, n_found, n_expected)| Miscount {
        group,
        n_found,
        n_expected,
    });
    assert_eq!(judgement.miscounts, expected);
    assert_eq!((judgement.n_passed, judgement.n_failed()), (330, 55));
}

#[test]
fn cases_that_were_not_asked_for_fail() {
    let mut cases = good(Selection::Quick);
    cases.insert(case("12.1.1"), verdicts(Verdict::Ok, Verdict::Ok));
    let judgement = judge(&cases, Selection::Quick);
    assert_eq!(judgement.n_failed(), 1);
    assert_eq!(judgement.miscounts.len(), 1);
}
