//! Writing and reading single elements.

use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use std::panic::catch_unwind;

use super::*;
use crate::GrammarError;

#[track_caller]
fn check(offer: &Offer, written: &str) {
    assert_eq!(offer.to_string(), written);
    assert_eq!(written.parse(), Ok(offer.clone()));
}

#[test]
fn an_element_is_written_as_it_is_read() {
    check(&Offer::new("foo"), "foo");
    check(&Offer::new("foo").flag("bar"), "foo; bar");
    check(&Offer::new("foo").param("bar", "1"), "foo; bar=1");
    check(
        &Offer::new("a!#$%&'*+-.^_`|~Z9")
            .param("0", "~")
            .flag("0")
            .param("0", "-1"),
        "a!#$%&'*+-.^_`|~Z9; 0=~; 0; 0=-1",
    );
    // RFC 7692 §7.1: the examples of offers
    check(
        &Offer::new("permessage-deflate")
            .flag("client_max_window_bits")
            .param("server_max_window_bits", "10"),
        "permessage-deflate; client_max_window_bits; server_max_window_bits=10",
    );
}

#[test]
fn a_quoted_value_is_written_without_quotes() {
    let offer: Offer = r#"foo; bar="1\5""#.parse().expect("a quoted token");
    check(&offer, "foo; bar=15");
}

#[test]
fn names_and_values_are_in_the_order_of_the_header() {
    let offer = Offer::new("foo").param("b", "1").flag("a").flag("b");
    assert_eq!(offer.name(), "foo");
    let params: Vec<_> = offer
        .params()
        .iter()
        .map(|p| (p.name(), p.value()))
        .collect();
    assert_eq!(params, vec![("b", Some("1")), ("a", None), ("b", None)]);
    let written: Vec<_> = offer.params().iter().map(ToString::to_string).collect();
    assert_eq!(written, ["b=1", "a", "b"]);
}

#[test]
fn text_that_is_not_one_element_is_not_parsed() {
    let check = |text: &str, error| assert_eq!(text.parse::<Offer>(), Err(error), "{text:?}");
    check("", GrammarError::MissingToken);
    check(" , ", GrammarError::MissingToken);
    check("foo, bar", GrammarError::UnexpectedByte(b','));
    check("foo;", GrammarError::MissingToken);
    check("föö", GrammarError::UnexpectedByte(0xC3));
}

#[test]
fn an_element_that_would_break_the_header_cannot_be_built() {
    for text in [
        "", " ", "a b", "a,b", "a;b", "a=b", "\"a\"", "a\r\nb", "ä", "a\0",
    ] {
        assert!(catch_unwind(|| Offer::new(text)).is_err(), "name {text:?}");
        assert!(
            catch_unwind(|| Offer::new("x").flag(text)).is_err(),
            "flag {text:?}"
        );
        assert!(
            catch_unwind(|| Offer::new("x").param(text, "1")).is_err(),
            "param {text:?}"
        );
        assert!(
            catch_unwind(|| Offer::new("x").param("y", text)).is_err(),
            "value {text:?}"
        );
    }
}
