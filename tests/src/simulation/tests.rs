//! Some worlds in every run of the tests; `cargo xtask sim` has as many as one likes.

use super::*;

#[test]
fn nothing_is_lost_in_a_hundred_worlds() {
    let mut lived = Lived::default();
    for seed in 0..100 {
        lived += simulate(seed).unwrap_or_else(|failure| panic!("{failure}"));
    }
    assert!(lived.clean > 100, "most of it must happen: {lived:?}");
    assert!(lived.half_closed > 0, "{lived:?}");
    assert!(
        lived.connections > lived.opened,
        "and something break: {lived:?}"
    );
}

#[test]
fn a_seed_is_the_same_byte_for_byte() {
    for seed in [3, 14, 15, 92] {
        let first = simulate(seed).unwrap();
        let second = simulate(seed).unwrap();
        assert_ne!(first.digest, 0);
        assert_eq!((first.digest, first.time), (second.digest, second.time));
    }
}
