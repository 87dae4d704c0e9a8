//! Offers and answers, legal and not (RFC 7692 §7.1).

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::client::{accept_answer, client_offer_header};
use crate::codec::Direction;
use crate::deflate::negotiation::{Agreed, Wishes};
use crate::deflate::parameters::{ClientWindow, Parameters};
use crate::{
    ClientExtension, NegotiationError, Offer, PermessageDeflate, ServerExtension, WindowBits,
    format_extensions, negotiate, parse_extensions,
};

fn window(bits: u8) -> WindowBits {
    WindowBits::new(bits).expect("8 to 15")
}

fn element(parameters: &str) -> Offer {
    format!("permessage-deflate{parameters}")
        .parse()
        .expect("well-formed")
}

fn read(parameters: &str) -> Parameters {
    Parameters::read(&element(parameters)).expect("legal")
}

/// Takes over everything, with the largest windows.
fn most() -> PermessageDeflate {
    PermessageDeflate::default().context_takeover()
}

/// The server's answer to the offer, without the name.
#[track_caller]
fn check_answer(server: PermessageDeflate, offer: &str, expected: Option<&str>) {
    let answer = ServerExtension::negotiate(&server, &element(offer));
    let answer = answer.map(|(answer, _)| answer.to_string());
    let expected = expected.map(|parameters| format!("permessage-deflate{parameters}"));
    assert_eq!(answer, expected, "{offer}");
}

#[test]
fn a_server_without_wishes_answers_what_it_is_asked() {
    for (offer, answer) in [
        ("", ""),
        ("; client_max_window_bits", ""),
        ("; client_max_window_bits=15", "; client_max_window_bits=15"),
        ("; client_max_window_bits=8", "; client_max_window_bits=8"),
        ("; server_max_window_bits=8", "; server_max_window_bits=8"),
        ("; server_max_window_bits=15", "; server_max_window_bits=15"),
        (
            "; server_no_context_takeover",
            "; server_no_context_takeover",
        ),
        (
            "; client_no_context_takeover",
            "; client_no_context_takeover",
        ),
        (
            "; client_max_window_bits=9; server_max_window_bits=\"1\\0\"; \
             client_no_context_takeover; server_no_context_takeover",
            "; server_no_context_takeover; client_no_context_takeover; \
             server_max_window_bits=10; client_max_window_bits=9",
        ),
    ] {
        check_answer(most(), offer, Some(answer));
    }
}

#[test]
fn a_server_with_wishes_answers_them_as_far_as_the_offer_allows() {
    let server = most()
        .server_max_window_bits(window(11))
        .client_max_window_bits(window(10));
    for (offer, answer) in [
        ("", "; server_max_window_bits=11"),
        (
            "; client_max_window_bits",
            "; server_max_window_bits=11; client_max_window_bits=10",
        ),
        (
            "; client_max_window_bits=12; server_max_window_bits=12",
            "; server_max_window_bits=11; client_max_window_bits=10",
        ),
        (
            "; client_max_window_bits=9; server_max_window_bits=9",
            "; server_max_window_bits=9; client_max_window_bits=9",
        ),
    ] {
        check_answer(server, offer, Some(answer));
    }
    check_answer(
        PermessageDeflate::default(),
        "",
        Some("; server_no_context_takeover; client_no_context_takeover"),
    );
    check_answer(
        most().server_context_takeover(false),
        "",
        Some("; server_no_context_takeover"),
    );
    check_answer(
        most().client_context_takeover(false),
        "",
        Some("; client_no_context_takeover"),
    );
}

/// Values of a window that are none (RFC 7692 §7.1.2.1), as they stand in the header.
const NO_WINDOWS: [&str; 18] = [
    "0",
    "1",
    "7",
    "16",
    "08",
    "015",
    "009",
    "+9",
    "-9",
    "150",
    "8.0",
    "0x8",
    "1e1",
    "a",
    "99",
    "256",
    "264",
    "99999999999999999999",
];

/// Parameters that neither an offer nor an answer may have.
fn illegal() -> Vec<(String, NegotiationError)> {
    use NegotiationError::{DuplicateParameter, InvalidParameter, UnknownParameter};
    let mut illegal = Vec::new();
    for name in ["server_max_window_bits", "client_max_window_bits"] {
        for value in NO_WINDOWS {
            illegal.push((format!("; {name}={value}"), InvalidParameter));
            illegal.push((format!("; {name}=\"{value}\""), InvalidParameter));
        }
        let twice = format!("; {name}=10; {name}=10");
        illegal.push((twice, DuplicateParameter));
        let apart = format!("; {name}=10; client_no_context_takeover; {name}=9");
        illegal.push((apart, DuplicateParameter));
    }
    for name in ["server_no_context_takeover", "client_no_context_takeover"] {
        illegal.push((format!("; {name}=1"), InvalidParameter));
        illegal.push((format!("; {name}=true"), InvalidParameter));
        illegal.push((format!("; {name}; {name}"), DuplicateParameter));
    }
    illegal.push(("; server_max_window_bits".into(), InvalidParameter));
    let twice = "; client_max_window_bits; client_max_window_bits=10";
    illegal.push((twice.into(), DuplicateParameter));
    for name in [
        "unknown",
        "unknown=1",
        "Server_No_Context_Takeover",
        "server_no_context_takeover_",
        "max_window_bits=10",
        "no_context_takeover",
    ] {
        illegal.push((format!("; {name}"), UnknownParameter));
        illegal.push((
            format!("; client_no_context_takeover; {name}"),
            UnknownParameter,
        ));
    }
    illegal
}

#[test]
fn a_server_declines_every_illegal_offer() {
    for (parameters, _) in illegal() {
        check_answer(most(), &parameters, None);
        check_answer(PermessageDeflate::default(), &parameters, None);
    }
}

/// Settings that lead to every pair of offers.
fn clients() -> Vec<PermessageDeflate> {
    let wishes = [most(), PermessageDeflate::default()];
    let with_windows = wishes.into_iter().flat_map(|client| {
        let small = client.server_max_window_bits(window(10));
        [client, small, small.client_max_window_bits(window(10))]
    });
    with_windows
        .flat_map(|client| [client, client.insist(true)])
        .collect()
}

#[test]
fn a_client_fails_on_every_illegal_answer() {
    for client in clients() {
        for (parameters, error) in illegal() {
            let accepted = client.accept(&element(&parameters));
            assert_eq!(accepted.map(drop), Err(error), "{parameters}");
        }
        // RFC 7692 §7.1.2.2: in an answer the parameter has a value
        let accepted = client.accept(&element(
            "; server_no_context_takeover; server_max_window_bits=8; client_max_window_bits",
        ));
        let invalid = NegotiationError::InvalidParameter;
        assert_eq!(accepted.map(drop), Err(invalid));
    }
}

#[track_caller]
fn check_offers(client: PermessageDeflate, expected: &str) {
    let client: [Arc<dyn ClientExtension>; 1] = [Arc::new(client)];
    assert_eq!(client_offer_header(&client).as_deref(), Some(expected));
}

#[test]
fn a_client_offers_what_it_wants_and_then_what_it_takes() {
    check_offers(most(), "permessage-deflate; client_max_window_bits");
    check_offers(
        PermessageDeflate::default().insist(true),
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
         client_max_window_bits",
    );
    check_offers(
        PermessageDeflate::default(),
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
         client_max_window_bits, \
         permessage-deflate; client_no_context_takeover; client_max_window_bits",
    );
    check_offers(
        most()
            .server_max_window_bits(window(8))
            .client_max_window_bits(window(9)),
        "permessage-deflate; server_max_window_bits=8; client_max_window_bits=9, \
         permessage-deflate; client_max_window_bits=9",
    );
}

/// What a client makes of the answer.
#[track_caller]
fn check_accept(
    client: PermessageDeflate,
    answer: &str,
    expected: Result<[(bool, u8); 2], NegotiationError>,
) {
    let direction = |(takeover, bits)| Direction {
        takeover,
        window: window(bits),
    };
    let expected = expected.map(|[server, client]| Agreed {
        server: direction(server),
        client: direction(client),
    });
    assert_eq!(client.wishes().accept(&read(answer)), expected, "{answer}");
}

#[test]
fn a_client_does_with_less_than_agreed_but_not_with_more() {
    use NegotiationError::{InvalidParameter, MissingParameter};
    check_accept(most(), "", Ok([(true, 15), (true, 15)]));
    // What the server may add whatever was offered.
    let added = "; server_no_context_takeover; client_no_context_takeover; \
                 server_max_window_bits=9; client_max_window_bits=8";
    check_accept(most(), added, Ok([(false, 9), (false, 8)]));
    // The client keeps to its own wishes, whatever the answer says.
    let small = most()
        .client_context_takeover(false)
        .client_max_window_bits(window(11));
    check_accept(small, "", Ok([(true, 15), (false, 11)]));
    check_accept(
        small,
        "; client_max_window_bits=11",
        Ok([(true, 15), (false, 11)]),
    );
    check_accept(
        small,
        "; client_max_window_bits=8",
        Ok([(true, 15), (false, 8)]),
    );
    // RFC 7692 §7.1.2.2: no larger than offered
    check_accept(small, "; client_max_window_bits=12", Err(InvalidParameter));

    let wishful = PermessageDeflate::default().server_max_window_bits(window(10));
    let fulfilled = "; server_no_context_takeover; server_max_window_bits=10";
    check_accept(wishful, fulfilled, Ok([(false, 10), (false, 15)]));
    check_accept(wishful, "", Ok([(true, 15), (false, 15)]));
    check_accept(
        wishful,
        "; server_max_window_bits=12",
        Ok([(true, 12), (false, 15)]),
    );
    let insisting = wishful.insist(true);
    check_accept(insisting, fulfilled, Ok([(false, 10), (false, 15)]));
    let smaller = "; server_no_context_takeover; server_max_window_bits=8";
    check_accept(insisting, smaller, Ok([(false, 8), (false, 15)]));
    check_accept(insisting, "", Err(MissingParameter));
    check_accept(
        insisting,
        "; server_max_window_bits=10",
        Err(MissingParameter),
    );
    check_accept(
        insisting,
        "; server_no_context_takeover",
        Err(MissingParameter),
    );
    let larger = "; server_no_context_takeover; server_max_window_bits=11";
    check_accept(insisting, larger, Err(InvalidParameter));
}

#[test]
fn an_answer_goes_with_an_offer_only_as_the_rfc_says() {
    use crate::deflate::negotiation::goes_with;
    let bits = [None, Some(8), Some(9), Some(15)];
    let windows = bits.map(|bits| bits.map(window));
    let client_windows = |any| {
        let values = windows.map(|window| window.map(ClientWindow::AtMost));
        values.into_iter().chain(any)
    };
    let mut n_going = 0;
    for offer_server_takeover in [false, true] {
        for answer_server_takeover in [false, true] {
            for offer_server in windows {
                for answer_server in windows {
                    for offer_client in client_windows(Some(Some(ClientWindow::Any))) {
                        for answer_client in client_windows(None) {
                            let offered = Parameters {
                                server_no_context_takeover: offer_server_takeover,
                                server_max_window_bits: offer_server,
                                client_max_window_bits: offer_client,
                                ..Parameters::default()
                            };
                            let answer = Parameters {
                                server_no_context_takeover: answer_server_takeover,
                                server_max_window_bits: answer_server,
                                client_max_window_bits: answer_client,
                                ..Parameters::default()
                            };
                            let server_takeover = answer_server_takeover || !offer_server_takeover;
                            let server = offer_server.is_none_or(|most| {
                                answer_server.is_some_and(|window| window <= most)
                            });
                            let client = match (offer_client, answer_client) {
                                (_, None) => true,
                                (Some(ClientWindow::Any), Some(_)) => true,
                                (
                                    Some(ClientWindow::AtMost(most)),
                                    Some(ClientWindow::AtMost(window)),
                                ) => window <= most,
                                _ => false,
                            };
                            let expected = server_takeover && server && client;
                            let goes = goes_with(&offered, &answer).is_ok();
                            assert_eq!(goes, expected, "{offered:?} {answer:?}");
                            n_going += usize::from(goes);
                        }
                    }
                }
            }
        }
    }
    assert!(n_going > 100);
}

#[test]
fn every_client_and_server_agree_and_keep_to_both_wishes() {
    let takeovers = [false, true];
    let windows = [8, 9, 15].map(window);
    let mut wishes: Vec<Wishes> = Vec::new();
    for server_takeover in takeovers {
        for client_takeover in takeovers {
            for server_window in windows {
                for client_window in windows {
                    let config = PermessageDeflate::default()
                        .server_context_takeover(server_takeover)
                        .client_context_takeover(client_takeover)
                        .server_max_window_bits(server_window)
                        .client_max_window_bits(client_window)
                        .insist(true);
                    wishes.push(*config.wishes());
                }
            }
        }
    }
    for client in &wishes {
        for server in &wishes {
            let offered = client.offers()[0];
            let offered = Parameters::read(&offered.to_element()).expect("legal");
            let (answer, by_server) = server.answer(&offered);
            let answer = Parameters::read(&answer.to_element()).expect("legal");
            let by_client = client.accept(&answer).expect("what was asked for");
            assert_eq!(by_client, by_server, "{client:?} {server:?}");
            for (agreed, wanted) in [
                (by_client.server, client.server),
                (by_client.server, server.server),
                (by_client.client, client.client),
                (by_client.client, server.client),
            ] {
                assert!(agreed.window <= wanted.window);
                assert!(!agreed.takeover || wanted.takeover);
            }
        }
    }
}

#[test]
fn the_first_legal_offer_is_answered() {
    let server: [Arc<dyn ServerExtension>; 1] = [Arc::new(most())];
    for (offers, expected) in [
        (
            "permessage-deflate; server_max_window_bits=16, permessage-deflate; unknown, \
             permessage-deflate; server_max_window_bits=10, permessage-deflate",
            Some("permessage-deflate; server_max_window_bits=10"),
        ),
        // RFC 7692 §7.1.3: the example of offers with a fallback
        (
            "permessage-deflate; client_max_window_bits; server_max_window_bits=10, \
             permessage-deflate; client_max_window_bits",
            Some("permessage-deflate; server_max_window_bits=10"),
        ),
        ("Permessage-Deflate, permessage-deflat", None),
        ("permessage-deflate; a, permessage-deflate; b", None),
    ] {
        let offers = parse_extensions([offers.as_bytes()]).expect("well-formed");
        let (answer, chain) = negotiate(&server, &offers);
        assert_eq!(format_extensions(&answer).as_deref(), expected);
        assert_eq!(chain.is_empty(), expected.is_none());
    }
}

#[test]
fn an_answer_counts_once_and_only_for_what_was_offered() {
    let client: [Arc<dyn ClientExtension>; 1] = [Arc::new(PermessageDeflate::default())];
    let accept = |answer: &str| {
        let answer = parse_extensions([answer.as_bytes()]).expect("well-formed");
        accept_answer(&client, &answer).map(|chain| chain.is_empty())
    };
    assert_eq!(accept(""), Ok(true));
    assert_eq!(accept("permessage-deflate"), Ok(false));
    let twice = accept("permessage-deflate, permessage-deflate");
    assert_eq!(twice, Err(NegotiationError::AnsweredTwice));
    let other = accept("x-webkit-deflate-frame");
    assert_eq!(other, Err(NegotiationError::NotOffered));
    let boxed: Box<dyn ClientExtension> = Box::new(most());
    assert_eq!(boxed.name(), "permessage-deflate");
}
