//! Which names can be registered, and what is offered and accepted under them.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec;

use super::*;
use crate::client::NegotiationError;
use crate::extension::Extension;
use crate::offer::Offer;
use crate::testing::{RivalConfig, RunLengthConfig, XorConfig};
use crate::{client_offer_header, format_extensions, negotiate, parse_extensions};

#[track_caller]
fn check(prefixes: &[&str], expected: Result<&str, RegistryError>) {
    let registry = Registry::default().both(RunLengthConfig, prefixes);
    let offered = registry
        .as_ref()
        .map(|registry| client_offer_header(registry.clients()).expect("it is offered"));
    let expected = expected.map(ToString::to_string);
    assert_eq!(offered.map_err(|error| *error), expected);
}

#[test]
fn the_names_are_the_own_one_and_that_behind_each_prefix() {
    check(&[], Ok("x-run-length"));
    check(&["x-webkit-"], Ok("x-run-length, x-webkit-x-run-length"));
    check(
        &["x-a-", "-"],
        Ok("x-run-length, x-a-x-run-length, -x-run-length"),
    );
}

#[test]
fn a_prefix_is_a_token_that_ends_in_a_hyphen() {
    for prefix in [
        "",
        "x-webkit",
        "x webkit-",
        "x-webkit-;",
        "x-webkit\u{e9}-",
        "\"-",
    ] {
        check(&[prefix], Err(RegistryError::InvalidPrefix));
        check(&["x-webkit-", prefix], Err(RegistryError::InvalidPrefix));
    }
    check(&["x-webkit-", "x-webkit-"], Err(RegistryError::NameTaken));
}

/// An extension of a name that can be anything.
#[derive(Debug)]
struct Named(&'static str);

impl ClientExtension for Named {
    fn name(&self) -> &str {
        self.0
    }

    fn offers(&self) -> Vec<Offer> {
        vec![Offer::new(self.0)]
    }

    fn accept(&self, _answer: &Offer) -> Result<Box<dyn Extension>, NegotiationError> {
        Err(NegotiationError::InvalidParameter)
    }
}

impl ServerExtension for Named {
    fn name(&self) -> &str {
        self.0
    }

    fn negotiate(&self, _offer: &Offer) -> Option<(Offer, Box<dyn Extension>)> {
        None
    }
}

#[test]
fn a_name_is_a_token() {
    for name in ["", "a b", "a,b", "\u{e9}", "a=1"] {
        let both = Registry::default().both(Named(name), &["x-webkit-"]);
        assert_eq!(both.err(), Some(RegistryError::InvalidName));
    }
    // Whatever it begins with.
    for name in ["x-mine", "mine", "permessage-mine"] {
        assert!(Registry::default().both(Named(name), &[]).is_ok());
    }
}

#[test]
fn a_name_is_taken_once_whichever_way_it_came_about() {
    let check = |name: &'static str, prefixes: &[&str], is_free: bool| {
        let known = Registry::default()
            .both(Named("foo"), &["x-a-"])
            .expect("the first of its names");
        let server = known.clone().server(Arc::new(Named(name)), prefixes);
        let client = known.client(Arc::new(Named(name)), prefixes);
        let expected = (!is_free).then_some(RegistryError::NameTaken);
        assert_eq!(server.err(), expected, "{name} {prefixes:?}");
        assert_eq!(client.err(), expected, "{name} {prefixes:?}");
    };
    check("foo", &[], false);
    check("x-a-foo", &[], false);
    check("a-foo", &["x-"], false);
    check("bar", &["x-a-"], true);
    check("x-b-foo", &["x-c-"], true);
    // The roles do not get in each other's way.
    let server = Registry::default().server(Arc::new(Named("foo")), &[]);
    assert!(server.is_ok_and(|known| known.client(Arc::new(Named("foo")), &[]).is_ok()));
}

/// The answer to `offers`, and the names in use.
#[track_caller]
fn check_answer(registry: &Registry, offers: &str, expected: &str) {
    let offers = parse_extensions([offers.as_bytes()]).expect("the offers are well-formed");
    let (answer, chain) = negotiate(registry.servers(), &offers);
    assert_eq!(format_extensions(&answer).unwrap_or_default(), expected);
    assert!(chain.names().eq(answer.iter().map(Offer::name)));
}

fn registry() -> Registry {
    Registry::default()
        .both(XorConfig { key: 7 }, &["x-webkit-", "x-moz-"])
        .and_then(|known| known.both(RunLengthConfig, &["x-webkit-"]))
        .and_then(|known| known.both(RivalConfig, &[]))
        .expect("the names differ")
}

#[test]
fn the_answer_bears_the_name_of_the_offer() {
    let registry = registry();
    let answers = [
        ("x-webkit-x-xor; key=7", "x-webkit-x-xor; key=7"),
        ("x-moz-x-xor", "x-moz-x-xor; key=7"),
        ("x-xor", "x-xor; key=7"),
        (
            "x-moz-x-run-length, x-webkit-x-run-length",
            "x-webkit-x-run-length",
        ),
        ("x-webkit-x-rival, x-other-x-xor, X-Webkit-x-xor", ""),
        ("x-webkit-x-webkit-x-xor, x-webkit-", ""),
        (
            "x-webkit-x-xor; key=8, x-moz-x-xor; key=7",
            "x-moz-x-xor; key=7",
        ),
    ];
    for (offers, expected) in answers {
        check_answer(&registry, offers, expected);
    }
}

#[test]
fn two_names_of_one_extension_are_answered_once() {
    let registry = registry();
    check_answer(
        &registry,
        "x-webkit-x-xor, x-xor, x-moz-x-xor, x-webkit-x-xor",
        "x-webkit-x-xor; key=7",
    );
    check_answer(&registry, "x-rival, x-webkit-x-xor", "x-rival");
    check_answer(
        &registry,
        "x-run-length, x-webkit-x-run-length, x-webkit-x-xor, x-rival",
        "x-run-length, x-webkit-x-xor; key=7",
    );
}

#[test]
fn a_client_offers_all_names_and_takes_one() {
    let registry = registry();
    let header = client_offer_header(registry.clients()).expect("there are offers");
    assert_eq!(
        header,
        "x-xor; key=7, x-xor, x-webkit-x-xor; key=7, x-webkit-x-xor, x-moz-x-xor; key=7, \
         x-moz-x-xor, x-run-length, x-webkit-x-run-length, x-rival, x-rival-by-another-name"
    );
    let accept = |answer: &str| {
        let answer = parse_extensions([answer.as_bytes()]).expect("the answer is well-formed");
        let chain = crate::accept_answer(registry.clients(), &answer)?;
        Ok(chain.names().map(ToString::to_string).collect::<Vec<_>>())
    };
    for one in [
        "x-xor; key=7",
        "x-webkit-x-xor; key=7",
        "x-moz-x-xor; key=9",
    ] {
        let name = one.split(';').next().unwrap_or_default();
        assert_eq!(accept(one), Ok(vec![name.to_string()]));
    }
    for two in [
        "x-xor; key=7, x-webkit-x-xor; key=7",
        "x-moz-x-xor; key=7, x-webkit-x-xor; key=7",
        "x-webkit-x-run-length, x-webkit-x-run-length",
    ] {
        assert_eq!(accept(two), Err(NegotiationError::AnsweredTwice));
    }
    assert_eq!(
        accept("x-webkit-x-rival"),
        Err(NegotiationError::NotOffered)
    );
    assert_eq!(
        accept("x-webkit-x-xor"),
        Err(NegotiationError::MissingParameter)
    );
    // What a server answers to all of it.
    check_answer(&registry, &header, "x-xor; key=7, x-run-length");
}

#[test]
fn errors_say_what_is_wrong() {
    assert_eq!(
        RegistryError::InvalidPrefix.to_string(),
        "prefix of an extension is not a token that ends in a hyphen"
    );
    assert_eq!(
        RegistryError::InvalidName.to_string(),
        "name of an extension is not a token"
    );
    assert_eq!(
        RegistryError::NameTaken.to_string(),
        "two extensions go by the same name"
    );
}
