//! Tests of the comparison: at the tolerance, one past it, and where there is none.

use super::*;
use crate::bench::counts::figures::Run;

fn figures(instructions: u64, allocations: u64, bytes: u64) -> BTreeMap<String, Figures> {
    let run = Run {
        subject: "a".into(),
        messages: 10,
        passes: 1,
        allocations,
        reallocations: 0,
        bytes,
    };
    [("a".to_owned(), Figures::new(&run, instructions))].into()
}

/// The differences from 1000 instructions, 10 allocations and 1000 bytes for ten messages.
#[track_caller]
fn check(counted: &BTreeMap<String, Figures>, expected: &[&str]) {
    let baseline = figures(10_000, 10, 1000);
    let differences = compare(&baseline, counted);
    let said: Vec<_> = differences.iter().map(ToString::to_string).collect();
    assert_eq!(said, expected);
}

#[test]
fn instructions_may_change_by_two_percent() {
    check(&figures(10_000, 10, 1000), &[]);
    check(&figures(10_200, 10, 1000), &[]);
    check(&figures(9_800, 10, 1000), &[]);
    check(
        &figures(10_201, 10, 1000),
        &["a: instructions rose from 1000 to 1020.1 (+2.0 %)"],
    );
    check(
        &figures(9_799, 10, 1000),
        &["a: instructions fell from 1000 to 979.9 (-2.0 %): better than the baseline, bless it"],
    );
}

#[test]
fn allocations_may_not_change_at_all() {
    check(
        &figures(10_000, 11, 1000),
        &["a: allocations rose from 1 to 1.1 (+10.0 %)"],
    );
    check(
        &figures(10_000, 9, 1000),
        &["a: allocations fell from 1 to 0.9 (-10.0 %): better than the baseline, bless it"],
    );
    check(&figures(10_000, 10, 1020), &[]);
    check(
        &figures(10_000, 10, 1021),
        &["a: bytes allocated rose from 100 to 102.1 (+2.1 %)"],
    );
}

#[test]
fn a_first_allocation_has_no_percentage() {
    let none = figures(10_000, 0, 0);
    let said: Vec<_> = compare(&none, &figures(10_000, 1, 0))
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(said, ["a: allocations rose from 0 to 0.1"]);
}

#[test]
fn subjects_that_come_and_go_are_told() {
    let mut counted = figures(10_000, 10, 1000);
    let (_, of_a) = counted.pop_first().unwrap();
    counted.insert("b".into(), of_a);
    check(
        &counted,
        &[
            "b: not in the baseline: bless it",
            "a: gone: bless the baseline",
        ],
    );
}

#[test]
fn on_another_machine_instructions_are_only_told() {
    let differences = compare(&figures(10_000, 10, 1000), &figures(20_000, 20, 1000));
    let counts = |are_comparable| {
        differences
            .iter()
            .map(|difference| difference.counts_against(are_comparable))
            .collect::<Vec<_>>()
    };
    assert_eq!(counts(true), [true, true]);
    assert_eq!(counts(false), [false, true]);
}
