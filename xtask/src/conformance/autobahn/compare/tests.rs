//! Two small reports beside each other.

use super::*;

fn report(cases: &[(&str, Verdict, Verdict)]) -> BTreeMap<CaseId, Verdicts> {
    let cases = cases.iter().map(|&(id, behavior, behavior_close)| {
        let verdicts = Verdicts {
            behavior,
            behavior_close,
            report_file: None,
        };
        (CaseId::parse(id).unwrap(), verdicts)
    });
    cases.collect()
}

#[test]
fn what_both_have_is_compared_by_what_was_answered() {
    let native = report(&[
        ("1.1.1", Verdict::Ok, Verdict::Ok),
        ("6.4.3", Verdict::Ok, Verdict::Ok),
        ("6.4.10", Verdict::Failed, Verdict::Ok),
        ("7.1.6", Verdict::Informational, Verdict::Ok),
        ("20.1", Verdict::Failed, Verdict::Failed),
    ]);
    let autobahn = report(&[
        ("1.1.1", Verdict::Ok, Verdict::Failed),
        ("6.4.3", Verdict::NonStrict, Verdict::Ok),
        ("6.4.10", Verdict::Ok, Verdict::Ok),
        ("7.1.6", Verdict::Informational, Verdict::Informational),
        ("9.1.1", Verdict::Failed, Verdict::Ok),
    ]);
    let differences = compare(&native, &autobahn);
    let lines: Vec<_> = differences.iter().map(Difference::to_string).collect();
    assert_eq!(
        lines,
        [
            "6.4.3: native OK, Autobahn NON-STRICT",
            "6.4.10: native FAILED, Autobahn OK"
        ]
    );
    assert_eq!(n_compared(&native, &autobahn), 4);
}

#[test]
fn suites_that_agree_have_no_differences() {
    let report = report(&[("1.1.1", Verdict::Ok, Verdict::Ok)]);
    assert_eq!(compare(&report, &report), []);
    assert_eq!(compare(&report, &BTreeMap::new()), []);
}
