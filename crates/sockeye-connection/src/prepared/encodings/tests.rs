//! The list and its bound.

use alloc::string::ToString;

use super::*;
use crate::Message;

fn keep(encodings: &Encodings, name: &str, key: u64) {
    let frame = SharedFrame::plain(&Message::from(name));
    encodings.keep(name.into(), key, Some(frame));
}

#[test]
fn names_and_keys_are_told_apart() {
    let encodings = Encodings::default();
    assert!(encodings.get("a", 1).is_none());
    keep(&encodings, "a", 1);
    encodings.keep("b".into(), 1, None);
    assert!(matches!(encodings.get("a", 1), Some(Some(_))));
    assert!(matches!(encodings.get("b", 1), Some(None)));
    assert!(encodings.get("a", 2).is_none());
    assert!(encodings.get("ab", 1).is_none());
}

#[test]
fn whoever_comes_first_is_kept() {
    let encodings = Encodings::default();
    encodings.keep("a".into(), 1, None);
    keep(&encodings, "a", 1);
    assert!(matches!(encodings.get("a", 1), Some(None)));
    assert_eq!(encodings.nodes().count(), 1);
}

#[test]
fn sixty_four_are_kept_and_no_more() {
    let encodings = Encodings::default();
    for key in 0..64 {
        keep(&encodings, &key.to_string(), key);
    }
    for key in 0..64 {
        assert!(encodings.get(&key.to_string(), key).is_some());
    }
    keep(&encodings, "one past", 64);
    assert!(encodings.get("one past", 64).is_none());
    assert_eq!(encodings.nodes().count(), 64);
}
