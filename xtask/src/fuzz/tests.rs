//! What libFuzzer writes, and what is made of it.

use super::*;

const LOG: &str = "INFO: Seed: 1\nDone 4096 runs in 2 second(s)\n\
    stat::number_of_executed_units: 4096\nstat::average_exec_per_sec:     2048\n\
    stat::new_units_added:          7\nstat::slowest_unit_time_sec:    0\n\
    stat::peak_rss_mb:              46\n";

#[test]
fn figures_are_read() {
    let outcome = Outcome::new("header", LOG, true, None).unwrap();
    assert_eq!(
        outcome.to_string(),
        "header              4096 executions,     2048/s,   46 MiB, slowest 0 s, no findings"
    );
}

#[test]
fn a_target_that_fails_is_shown_with_its_words() {
    let log = "INFO: Seed: 1\nthread '<unnamed>' panicked at src/a.rs:1:1:\nno\n";
    let outcome = Outcome::new("header", log, false, Some("a/crash-12".into())).unwrap();
    let text = outcome.to_string();
    assert!(text.contains("CRASH"), "{text}");
    assert!(text.contains("panicked at src/a.rs"), "{text}");
}

#[test]
fn a_target_that_did_nothing_is_no_success() {
    assert!(Outcome::new("header", "nothing\n", true, None).is_err());
}

#[test]
fn each_target_has_seeds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let targets = targets(root).unwrap();
    assert!(targets.contains(&"header".to_owned()), "{targets:?}");
    for name in targets {
        let text = fs::read_to_string(root.join(format!("fuzz/seeds/{name}.txt"))).unwrap();
        assert!(!seeds::parse_seeds(&text).is_empty(), "{name}");
    }
}
