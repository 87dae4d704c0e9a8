//! Heads around `Sec-WebSocket-Extensions`, and questions about that field.

use crate::script::{Check, REQUEST, RESPONSE};
use crate::wire::{Extension, Parameters};

const FIELD: &str = "Sec-WebSocket-Extensions";

/// A request with these field values.
pub(super) fn request(offers: &[&[u8]]) -> Vec<u8> {
    head(REQUEST, offers)
}

/// A 101 with these field values.
pub(super) fn response(answers: &[&[u8]]) -> Vec<u8> {
    head(RESPONSE, answers)
}

fn head(start: &str, values: &[&[u8]]) -> Vec<u8> {
    let mut head = start.as_bytes().to_vec();
    for value in values {
        head.extend_from_slice(FIELD.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value);
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// permessage-deflate is among the extensions.
pub(super) fn has_deflate() -> Check {
    Check::new(|head| {
        let extensions = Extension::read_all(head.values(FIELD))?;
        let mut names = extensions.iter().map(|extension| &extension.name);
        match names.any(|name| name.eq_ignore_ascii_case(Parameters::NAME)) {
            true => Ok(()),
            false => Err("permessage-deflate is not among its extensions".into()),
        }
    })
}

/// There is no extension.
pub(super) fn has_none() -> Check {
    Check::new(|head| match head.first(FIELD) {
        "" => Ok(()),
        value => Err(format!("it has the extension {value:?}")),
    })
}

/// There are not two that would use the same bit of a frame (RFC 7692 §5.1).
pub(super) fn has_one_at_most() -> Check {
    Check::new(|head| match &Extension::read_all(head.values(FIELD))?[..] {
        [] | [_] => Ok(()),
        more => Err(format!("it has {} extensions", more.len())),
    })
}

/// permessage-deflate is offered, and a limit of the client's window with it.
pub(super) fn offers_client_window() -> Check {
    Check::new(|head| {
        let offers = Extension::read_all(head.values(FIELD))?;
        let has_window = offers.iter().filter_map(|offer| {
            let parameters = Parameters::of_offer(offer).ok()?;
            (offer.name == Parameters::NAME).then_some(parameters.client_max_window_bits)
        });
        match has_window.flatten().next() {
            Some(_) => Ok(()),
            None => Err("client_max_window_bits is not offered".into()),
        }
    })
}
