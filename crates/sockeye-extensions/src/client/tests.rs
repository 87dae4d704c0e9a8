//! What a client offers and what it accepts as an answer.

use alloc::string::ToString;
use alloc::vec;
use std::mem::size_of;

use super::*;
use crate::grammar::parse_extensions;
use crate::testing::{RivalConfig, RunLengthConfig, XorConfig};

fn extensions() -> [Arc<dyn ClientExtension>; 3] {
    [
        Arc::new(RunLengthConfig),
        Arc::new(XorConfig { key: 7 }),
        Arc::new(RivalConfig),
    ]
}

#[track_caller]
fn check(answer: &str, expected: Result<&[&str], NegotiationError>) {
    let answer = parse_extensions([answer.as_bytes()]).expect("the answer is well-formed");
    let accepted = accept_answer(&extensions(), &answer);
    let names = accepted
        .as_ref()
        .map(|chain| chain.names().collect::<Vec<_>>());
    assert_eq!(
        names.map_err(|error| *error),
        expected.map(<[&str]>::to_vec)
    );
}

#[test]
fn all_offers_are_written_in_order_of_preference() {
    assert_eq!(
        client_offer_header(&extensions()).as_deref(),
        Some("x-run-length, x-xor; key=7, x-xor, x-rival, x-rival-by-another-name"),
    );
    assert_eq!(client_offer_header(&[]), None);
}

#[test]
fn an_extension_without_offers_is_not_offered() {
    #[derive(Debug)]
    struct Reluctant;

    impl ClientExtension for Reluctant {
        fn name(&self) -> &str {
            "x-reluctant"
        }

        fn offers(&self) -> Vec<Offer> {
            vec![]
        }

        fn accept(&self, _answer: &Offer) -> Result<Box<dyn Extension>, NegotiationError> {
            panic!("was not offered");
        }
    }

    let reluctant: [Arc<dyn ClientExtension>; 1] = [Arc::new(Reluctant)];
    assert_eq!(client_offer_header(&reluctant), None);
    let accepted = accept_answer(&reluctant, &[Offer::new("x-reluctant")]);
    assert_eq!(accepted.err(), Some(NegotiationError::NotOffered));
}

#[test]
fn the_server_may_accept_any_of_what_was_offered() {
    check("", Ok(&[]));
    check("x-run-length", Ok(&["x-run-length"]));
    check("x-xor; key=7", Ok(&["x-xor"]));
    check("x-xor; key=\"200\"", Ok(&["x-xor"]));
}

#[test]
fn the_chain_has_the_order_of_the_answer() {
    check("x-run-length, x-xor; key=7", Ok(&["x-run-length", "x-xor"]));
    check("x-xor; key=7, x-run-length", Ok(&["x-xor", "x-run-length"]));
}

#[test]
fn an_answer_that_was_not_offered_fails() {
    check("x-other", Err(NegotiationError::NotOffered));
    check("x-run-length, x-other", Err(NegotiationError::NotOffered));
    check("X-Run-Length", Err(NegotiationError::NotOffered));
    let answer = [Offer::new("x-run-length")];
    assert_eq!(
        accept_answer(&[], &answer).err(),
        Some(NegotiationError::NotOffered)
    );
}

#[test]
fn an_extension_answered_twice_fails() {
    check(
        "x-run-length, x-run-length",
        Err(NegotiationError::AnsweredTwice),
    );
    check(
        "x-xor; key=1, x-run-length, x-xor; key=2",
        Err(NegotiationError::AnsweredTwice),
    );
    check(
        "x-rival, x-rival-by-another-name",
        Err(NegotiationError::AnsweredTwice),
    );
}

#[test]
fn answers_that_claim_the_same_bit_fail() {
    let mut chain = Chain::default();
    assert_eq!(chain.push(Box::new(crate::testing::Xor::new(0))), Ok(()));
    let conflict = chain
        .push(Box::new(crate::testing::Xor::new(0)))
        .expect_err("the same bit");
    check(
        "x-xor; key=7, x-rival",
        Err(NegotiationError::Conflict(conflict)),
    );
    check(
        "x-rival, x-xor; key=7",
        Err(NegotiationError::Conflict(conflict)),
    );
}

#[test]
fn a_parameter_that_its_extension_refuses_fails() {
    check(
        "x-run-length; level=1",
        Err(NegotiationError::UnknownParameter),
    );
    check("x-xor", Err(NegotiationError::MissingParameter));
    check("x-xor; keys=1", Err(NegotiationError::UnknownParameter));
    check(
        "x-xor; key=1; key=1",
        Err(NegotiationError::DuplicateParameter),
    );
    for value in ["", "=256", "=-1", "=x", "=99999999999999999999"] {
        let answer = alloc::format!("x-xor; key{value}");
        check(&answer, Err(NegotiationError::InvalidParameter));
    }
    // The refusal of one fails the whole, also behind an answer that was fine.
    check(
        "x-run-length, x-xor; key",
        Err(NegotiationError::InvalidParameter),
    );
}

#[test]
fn the_error_is_small() {
    assert!(size_of::<NegotiationError>() < 32);
}

#[test]
fn errors_say_what_the_server_did() {
    let said = [
        NegotiationError::NotOffered,
        NegotiationError::AnsweredTwice,
        NegotiationError::UnknownParameter,
        NegotiationError::DuplicateParameter,
        NegotiationError::InvalidParameter,
        NegotiationError::MissingParameter,
    ]
    .map(|error| error.to_string());
    assert!(said.iter().all(|sentence| sentence.contains("server")));
    let different: std::collections::HashSet<_> = said.iter().collect();
    assert_eq!(different.len(), said.len());
}
