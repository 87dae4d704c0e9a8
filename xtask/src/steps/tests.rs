//! Failing and left-out steps.

use super::*;

#[test]
fn a_failing_step_fails_the_whole_and_stops_nothing() {
    let mut steps = Steps::default();
    let mut is_reached = false;
    steps.run("first", || Err(Failure::new("no")));
    steps.run("second", || {
        is_reached = true;
        Ok(())
    });
    assert!(is_reached);
    assert!(steps.finish().is_err());
}

#[test]
fn what_is_left_out_fails_nothing_and_is_shown() {
    let mut steps = Steps::default();
    steps.run("first", || Ok(()));
    steps.leave_out("second one", "nothing to do it with");
    let table = steps.table();
    assert!(
        table[0].starts_with("first     ") && table[0].ends_with(" s  ok"),
        "{table:?}"
    );
    assert!(
        table[1].ends_with("left out: nothing to do it with"),
        "{table:?}"
    );
    assert!(steps.finish().is_ok());
}
