//! permessage-deflate: what to agree to, and messages under it (RFC 7692).

use sockeye_conformance::Role;
use sockeye_conformance::wire::{Deflater, Extension, Head, Inflater, Parameters};

use crate::fault::Fault;

/// Both directions of an agreed extension.
#[derive(Debug)]
pub(crate) struct Deflate {
    deflater: Deflater,
    inflater: Inflater,
    forgets: bool,
    bits: u8,
}

impl Deflate {
    /// The server's half: the first offer that can be agreed to, and the answer; the error is that
    /// the offers are malformed.
    pub(crate) fn choose(
        request: &Head,
        fault: Option<Fault>,
    ) -> Result<Option<(Self, String)>, String> {
        let is_any = fault == Some(Fault::AnyExtension);
        let offers = Extension::read_all(request.values(FIELD));
        let offers = if is_any {
            offers.unwrap_or_default()
        } else {
            offers?
        };
        let wanted = offers.iter().find_map(|offer| {
            let read = match offer.name == Parameters::NAME {
                true => Parameters::of_offer(offer).ok(),
                false => None,
            };
            // zlib has no raw streams with a window of 8 bits.
            let read = read.filter(|read| read.server_max_window_bits != Some(8));
            read.or_else(|| is_any.then(Parameters::default))
        });
        let Some(wanted) = wanted else {
            return Ok(None);
        };
        // What clients offer for their own direction are hints; this server needs none of them.
        let agreed = Parameters {
            client_no_context_takeover: false,
            client_max_window_bits: None,
            ..wanted
        };
        let mut answer = Parameters::NAME.to_owned();
        if agreed.server_no_context_takeover {
            answer += "; server_no_context_takeover";
        }
        if let Some(bits) = agreed.server_max_window_bits {
            answer += &format!("; server_max_window_bits={bits}");
        }
        Ok(Some((Self::new(Role::Server, agreed, fault), answer)))
    }

    /// The client's half: what the server has answered, or why that is no answer.
    pub(crate) fn take(response: &Head, fault: Option<Fault>) -> Result<Option<Self>, String> {
        let taken = Extension::read_all(response.values(FIELD)).and_then(|answers| {
            let agreed = match &answers[..] {
                [] => return Ok(None),
                [answer] if answer.name == Parameters::NAME => Parameters::of_answer(answer)?,
                _ => return Err("an extension that was not offered".into()),
            };
            Ok(Some(Self::new(Role::Client, agreed, fault)))
        });
        match fault {
            Some(Fault::AnyExtension | Fault::AnyHead) => Ok(taken.unwrap_or(None)),
            _ => taken,
        }
    }

    fn new(role: Role, parameters: Parameters, fault: Option<Fault>) -> Self {
        let server = (
            parameters.server_max_window_bits.unwrap_or(15),
            parameters.server_no_context_takeover,
        );
        let client = (
            parameters.client_max_window_bits.flatten().unwrap_or(15),
            parameters.client_no_context_takeover,
        );
        let (ours, theirs) = match role {
            Role::Server => (server, client),
            Role::Client => (client, server),
        };
        let forgets_not = ours.1 && fault != Some(Fault::KeptWindow);
        Self {
            deflater: Deflater::new(ours.0.max(9), forgets_not),
            inflater: Inflater::new(theirs.0, theirs.1),
            forgets: fault == Some(Fault::ForgottenWindow),
            bits: theirs.0,
        }
    }

    pub(crate) fn deflate(&mut self, payload: &[u8]) -> Vec<u8> {
        self.deflater.message(payload)
    }

    pub(crate) fn inflate(&mut self, compressed: &[u8]) -> Result<Vec<u8>, String> {
        if self.forgets {
            self.inflater = Inflater::new(self.bits, false);
        }
        self.inflater.message(compressed)
    }
}

const FIELD: &str = "Sec-WebSocket-Extensions";
