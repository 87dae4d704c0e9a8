//! The words about made-up reports.

use std::fs;

use super::*;

fn cases() -> BTreeMap<CaseId, Verdicts> {
    let cases = [
        ("6.4.3", Verdict::NonStrict, Verdict::Ok),
        ("7.1.6", Verdict::Informational, Verdict::Informational),
        ("7.3.1", Verdict::Ok, Verdict::Ok),
        ("7.3.2", Verdict::Ok, Verdict::Ok),
    ];
    let cases = cases.map(|(id, behavior, behavior_close)| {
        let verdicts = Verdicts {
            behavior,
            behavior_close,
            report_file: Some("words.json".into()),
        };
        (CaseId::parse(id).unwrap(), verdicts)
    });
    cases.into()
}

#[test]
fn verdicts_are_counted_by_group() {
    let table = table(&cases(), Selection::Quick);
    assert_eq!(table.len(), 8);
    assert_eq!(table[0], "   1 framing          none");
    assert_eq!(
        table[5],
        "   6 UTF-8            1 NON-STRICT but closing OK"
    );
    assert_eq!(table[6], "   7 closing          2 OK, 1 INFORMATIONAL");
}

#[test]
fn a_fault_is_told_with_the_words_of_the_suite() {
    let reports = tempfile::tempdir().unwrap();
    let path = reports.path().join("words.json");
    fs::write(&path, r#"{"result": "Too late."}"#).unwrap();
    let judgement = Judgement {
        n_passed: 3,
        differences: vec![(CaseId::parse("6.4.3").unwrap(), Verdict::Ok)],
        miscounts: vec![Miscount {
            group: 9,
            n_found: 0,
            n_expected: 54,
        }],
    };
    let lines = faults(Role::Client, &judgement, &cases(), reports.path());
    assert_eq!(
        lines,
        [
            "FAILED client 6.4.3: NON-STRICT but closing OK, expected OK",
            "    result: Too late.",
            &format!("    {}", path.display()),
            "FAILED client group 9: 0 cases reported, 54 expected",
        ]
    );
}
