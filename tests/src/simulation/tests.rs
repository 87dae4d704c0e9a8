//! Some worlds in every run of the tests; `cargo xtask sim` has as many as one likes.

use std::sync::LazyLock;

use super::*;

/// What is lived in the first worlds.
static FIRST: LazyLock<Vec<Lived>> = LazyLock::new(|| {
    let worlds = 0..100;
    let lived = worlds.map(|seed| simulate(seed).unwrap_or_else(|failure| panic!("{failure}")));
    lived.collect()
});

#[test]
fn nothing_is_lost_in_a_hundred_worlds() {
    let mut lived = Lived::default();
    for world in FIRST.iter() {
        lived += *world;
    }
    assert!(lived.clean > 100, "most of it must happen: {lived:?}");
    assert!(lived.half_closed > 0, "{lived:?}");
    assert!(lived.given_up > 0, "{lived:?}");
    assert!(lived.halved > 0 && lived.cut > 0, "{lived:?}");
    assert!(lived.starved > 0, "{lived:?}");
    assert!(
        lived.connections > lived.opened,
        "and something break: {lived:?}"
    );
}

#[test]
fn a_seed_is_the_same_byte_for_byte() {
    for (seed, first) in (0..50).zip(FIRST.iter()) {
        let again = simulate(seed).unwrap();
        assert_ne!(first.digest, 0);
        assert_eq!(
            (first.digest, first.time),
            (again.digest, again.time),
            "seed {seed}"
        );
    }
}
