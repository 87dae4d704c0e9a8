//! What a server answers to offers.

use alloc::string::String;
use alloc::{format, vec};

use sockeye_frame::Rsv;

use super::*;
use crate::client::{ClientExtension, accept_answer, client_offer_header};
use crate::extension::{DecodeError, EncodeError, FrameStart, FrameToSend};
use crate::grammar::{format_extensions, parse_extensions};
use crate::testing::{RivalConfig, RunLengthConfig, WHOLE, WHOLE_TO_SEND, XorConfig};

fn extensions() -> [Arc<dyn ServerExtension>; 3] {
    [
        Arc::new(XorConfig { key: 7 }),
        Arc::new(RunLengthConfig),
        Arc::new(RivalConfig),
    ]
}

/// The answer to `offers`, empty when there is none, and checks that the chain is the same.
#[track_caller]
fn answer(extensions: &[Arc<dyn ServerExtension>], offers: &str) -> String {
    let offers = parse_extensions([offers.as_bytes()]).expect("the offers are well-formed");
    let (answer, chain) = negotiate(extensions, &offers);
    assert_eq!(chain.names().count(), answer.len());
    assert_eq!(chain.is_empty(), answer.is_empty());
    format_extensions(&answer).unwrap_or_default()
}

#[track_caller]
fn check(offers: &str, expected: &str) {
    assert_eq!(answer(&extensions(), offers), expected);
}

#[test]
fn what_the_server_does_not_have_is_declined() {
    check("", "");
    check("x-other", "");
    check("X-Run-Length", "");
    check("x-other; a=1, x-run-length, x-other", "x-run-length");
    assert_eq!(answer(&[], "x-run-length"), "");
}

#[test]
fn an_offer_that_its_extension_declines_is_left_out() {
    check("x-run-length; level=1", "");
    check("x-xor; key=8", "");
    check("x-xor; key=7; key=7", "");
}

#[test]
fn the_first_acceptable_offer_of_each_name_is_used() {
    check("x-xor; key=8, x-xor; key=7, x-xor", "x-xor; key=7");
    check("x-xor; key=8, x-xor", "x-xor; key=7");
    check(
        "x-run-length; a, x-xor; key, x-xor, x-run-length",
        "x-xor; key=7, x-run-length",
    );
    check("x-run-length, x-run-length", "x-run-length");
}

#[test]
fn the_order_of_the_offers_decides_not_that_of_the_server() {
    check("x-run-length, x-xor", "x-run-length, x-xor; key=7");
    check("x-xor, x-run-length", "x-xor; key=7, x-run-length");
}

#[test]
fn an_offer_that_claims_a_taken_bit_is_declined() {
    check("x-xor, x-rival", "x-xor; key=7");
    check("x-rival, x-xor", "x-rival");
    check(
        "x-rival, x-xor, x-rival, x-run-length",
        "x-rival, x-run-length",
    );
}

#[test]
fn two_extensions_of_one_name_are_tried_in_the_order_of_the_server() {
    let extensions: [Arc<dyn ServerExtension>; 2] = [
        Arc::new(XorConfig { key: 1 }),
        Arc::new(XorConfig { key: 2 }),
    ];
    assert_eq!(answer(&extensions, "x-xor"), "x-xor; key=1");
    assert_eq!(
        answer(&extensions, "x-xor; key=2, x-xor; key=1"),
        "x-xor; key=2"
    );
}

/// Accepts every offer of its name with an extension that claims no bit, so nothing conflicts.
#[derive(Debug)]
struct Unmarked;

impl ServerExtension for Unmarked {
    fn name(&self) -> &str {
        "x-unmarked"
    }

    fn negotiate(&self, offer: &Offer) -> Option<(Offer, Box<dyn Extension>)> {
        Some((offer.clone(), Box::new(Self)))
    }
}

impl Extension for Unmarked {
    fn name(&self) -> &str {
        "x-unmarked"
    }

    fn rsv(&self) -> Rsv {
        Rsv::NONE
    }

    fn begin_frame(&mut self, _frame: &FrameStart) -> Result<bool, DecodeError> {
        Ok(false)
    }

    fn decode(
        &mut self,
        _payload: &[u8],
        _end_of_frame: bool,
        _max_bytes: usize,
        _out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        Ok(())
    }

    fn encode(
        &mut self,
        _frame: &FrameToSend,
        _payload: &[u8],
        _out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        Ok(None)
    }
}

#[test]
fn an_extension_without_bits_is_accepted_once_too() {
    let extensions: [Arc<dyn ServerExtension>; 2] = [Arc::new(Unmarked), Arc::new(RivalConfig)];
    let offers = "x-unmarked; a, x-rival, x-unmarked; b";
    assert_eq!(answer(&extensions, offers), "x-unmarked; a, x-rival");
}

#[test]
fn many_offers_of_one_name_are_answered_once() {
    check(&vec!["x-xor"; 180].join(", "), "x-xor; key=7");
    let declined = vec!["x-xor; key=8"; 180].join(", ");
    check(&declined, "");
    check(&format!("{declined}, x-xor"), "x-xor; key=7");
    check(&vec!["x-xor, x-rival"; 180].join(", "), "x-xor; key=7");
}

#[test]
fn client_and_server_agree_and_understand_each_other() {
    let client_has: [Arc<dyn ClientExtension>; 2] =
        [Arc::new(RunLengthConfig), Arc::new(XorConfig { key: 9 })];
    let request = client_offer_header(&client_has).expect("there are offers");
    let offers = parse_extensions([request.as_bytes()]).expect("offers are well-formed");
    let (answer, mut server) = negotiate(&extensions(), &offers);
    let response = format_extensions(&answer).expect("offers are accepted");
    assert_eq!(response, "x-run-length, x-xor; key=7");
    let answer = parse_extensions([response.as_bytes()]).expect("the answer is well-formed");
    let mut client = accept_answer(&client_has, &answer).expect("the answer is acceptable");
    assert!(client.names().eq(server.names()));
    assert_eq!(client.rsv(), server.rsv());

    exchange(&mut client, &mut server);
    exchange(&mut server, &mut client);
}

#[track_caller]
fn exchange(from: &mut Chain, to: &mut Chain) {
    let mut wire = vec![];
    let rsv = from
        .encode(&WHOLE_TO_SEND, b"aaaaaaaabbbb", &mut wire)
        .expect("encodes")
        .expect("applies");
    assert_eq!(wire.len(), 4);
    assert_eq!(to.begin_frame(&FrameStart { rsv, ..WHOLE }), Ok(true));
    let mut received = vec![];
    assert_eq!(to.decode(&wire, true, 12, &mut received), Ok(()));
    assert_eq!(received, b"aaaaaaaabbbb");
}
