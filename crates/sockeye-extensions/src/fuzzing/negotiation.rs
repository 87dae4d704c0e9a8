//! Agreeing on extensions: any header, any settings.
//!
//! Any offer is answered with what goes with it, any answer is judged without a panic, and what a
//! server answers to a client of ours is understood: both then read what the other one sends.

use alloc::sync::Arc;
use alloc::vec::Vec;

use sockeye_frame::fuzzing::{Choices, bit};

use super::{WHOLE, exchange, window};
use crate::deflate::PermessageDeflate;
use crate::extension::{Compress, FrameToSend};
use crate::webkit::WebkitDeflateFrame;
use crate::{
    Offer, Registry, accept_answer, client_offer_header, format_extensions, negotiate,
    parse_extensions,
};

/// Ten bytes of settings, then a header.
///
/// # Panics
///
/// When a promise is broken.
pub fn negotiation(data: &[u8]) {
    let mut choices = Choices::new(data);
    let server = registry(&mut choices);
    let client = registry(&mut choices);
    let header = choices.rest;

    if let Ok(elements) = parse_extensions([header]) {
        check_written(&elements);
        check_answer(&server, &elements);
        // As an answer it is as a rule refused; here it only must not panic.
        let _ = accept_answer(client.clients(), &elements);
    }
    check_agreement(&client, &server, header);
}

/// permessage-deflate under two names, and the per-frame variant, with settings.
fn registry(choices: &mut Choices<'_>) -> Registry {
    let flags = choices.byte();
    let message = PermessageDeflate::default()
        .server_context_takeover(bit(flags, 0))
        .client_context_takeover(bit(flags, 1))
        .insist(bit(flags, 2))
        .server_max_window_bits(window(choices))
        .client_max_window_bits(window(choices));
    let frame = WebkitDeflateFrame::default()
        .own_context_takeover(bit(flags, 3))
        .peer_context_takeover(bit(flags, 4))
        .own_max_window_bits(window(choices))
        .peer_max_window_bits(window(choices));
    let prefixes: &[&str] = match bit(flags, 5) {
        true => &["x-webkit-"],
        false => &[],
    };
    let registry = match bit(flags, 6) {
        true => Registry::default().both(frame, &[]),
        false => Registry::default()
            .both(message, prefixes)
            .and_then(|registry| registry.both(frame, &[])),
    };
    registry.expect("the names are tokens and differ")
}

/// What was read is written so that it is read again.
fn check_written(elements: &[Offer]) {
    let written = format_extensions(elements).unwrap_or_default();
    assert_eq!(
        parse_extensions([written.as_bytes()]).as_deref(),
        Ok(elements)
    );
}

fn check_answer(server: &Registry, offers: &[Offer]) {
    let (answer, chain) = negotiate(server.servers(), offers);
    assert!(chain.names().eq(answer.iter().map(Offer::name)));
    // All of them mark frames with RSV1.
    assert!(answer.len() <= 1);
    for element in &answer {
        assert!(
            offers.iter().any(|offer| goes_with(offer, element)),
            "{element} answers nothing of {offers:?}"
        );
    }
}

/// Whether the answer is one to this offer (RFC 7692 §7.1, in words other than the server's own).
fn goes_with(offer: &Offer, answer: &Offer) -> bool {
    if offer.name() != answer.name() {
        return false;
    }
    if !offer.name().ends_with("permessage-deflate") {
        return true;
    }
    let has = |element: &Offer, name: &str| {
        let mut params = element.params().iter();
        params.any(|param| param.name() == name)
    };
    let number = |element: &Offer, name: &str| {
        let mut params = element.params().iter();
        let param = params.find(|param| param.name() == name)?;
        param.value()?.parse::<u8>().ok()
    };
    let server_keeps = [SERVER_NO_CONTEXT_TAKEOVER, SERVER_MAX_WINDOW_BITS]
        .into_iter()
        .all(|name| !has(offer, name) || has(answer, name));
    let is_within = |name| match (number(offer, name), number(answer, name)) {
        (Some(most), Some(window)) => window <= most,
        (Some(_) | None, None) | (None, Some(_)) => true,
    };
    let is_client_told = has(answer, CLIENT_MAX_WINDOW_BITS);
    server_keeps
        && is_within(SERVER_MAX_WINDOW_BITS)
        && is_within(CLIENT_MAX_WINDOW_BITS)
        && (!is_client_told || has(offer, CLIENT_MAX_WINDOW_BITS))
}

/// A client and a server of ours agree if they have a name in common, and then understand each
/// other.
fn check_agreement(client: &Registry, server: &Registry, payload: &[u8]) {
    let request = client_offer_header(client.clients()).expect("there is an offer");
    let offers = parse_extensions([request.as_bytes()]).expect("offers are well-formed");
    let (answer, mut server) = negotiate(server.servers(), &offers);
    check_written(&answer);
    let mut client =
        accept_answer(client.clients(), &answer).expect("the answer goes with the offer");
    // The per-frame variant is in all registries.
    assert!(!client.is_empty());
    assert!(client.names().eq(server.names()));
    assert_eq!(client.rsv(), server.rsv());

    let payload = &payload[..payload.len().min(MAX_PAYLOAD_BYTES)];
    let twice: Arc<[u8]> = [payload, payload].concat().into();
    let frames: Vec<FrameToSend> = [Compress::Always, Compress::Auto, Compress::Never]
        .into_iter()
        .flat_map(|compress| {
            [false, true].map(|alone| FrameToSend {
                compress,
                alone,
                ..WHOLE
            })
        })
        .collect();
    for (at, frame) in frames.iter().chain(&frames).enumerate() {
        exchange(&mut client, &mut server, frame, &twice, at + 1);
        exchange(&mut server, &mut client, frame, payload, usize::MAX);
    }
}

const SERVER_NO_CONTEXT_TAKEOVER: &str = "server_no_context_takeover";
const SERVER_MAX_WINDOW_BITS: &str = "server_max_window_bits";
const CLIENT_MAX_WINDOW_BITS: &str = "client_max_window_bits";

/// So that one run stays short.
const MAX_PAYLOAD_BYTES: usize = 1024;
