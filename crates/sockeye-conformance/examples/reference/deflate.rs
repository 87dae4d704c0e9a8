//! permessage-deflate: what to agree to, and messages under it (RFC 7692).

use sockeye_conformance::Role;
use sockeye_conformance::wire::{Deflater, Head, Inflater};

use crate::fault::Fault;

/// Both directions of an agreed extension.
#[derive(Debug)]
pub(crate) struct Deflate {
    deflater: Deflater,
    inflater: Inflater,
    forgets: bool,
    bits: u8,
}

/// Parameters by name; `None` where the list has one that may not be there.
#[derive(Clone, Copy, Debug, Default)]
struct Parameters {
    server_takes_over_not: bool,
    client_takes_over_not: bool,
    server_bits: Option<u8>,
    /// `Some(None)` is the name without a value.
    client_bits: Option<Option<u8>>,
}

impl Deflate {
    /// The server's half: the first offer that can be agreed to, and the answer.
    pub(crate) fn choose(request: &Head, fault: Option<Fault>) -> Option<(Self, String)> {
        let offers = request.list("Sec-WebSocket-Extensions");
        let parameters = offers.iter().find_map(|offer| {
            let read = Parameters::read(offer);
            match fault {
                Some(Fault::AnyExtension) => Some(read.unwrap_or_default()),
                _ => read,
            }
        })?;
        let mut answer = "permessage-deflate".to_owned();
        if parameters.server_takes_over_not {
            answer += "; server_no_context_takeover";
        }
        if let Some(bits) = parameters.server_bits {
            answer += &format!("; server_max_window_bits={bits}");
        }
        // What a client offers for its own direction are hints; this server needs none of them.
        let parameters = Parameters {
            client_takes_over_not: false,
            client_bits: None,
            ..parameters
        };
        Some((Self::new(Role::Server, parameters, fault), answer))
    }

    /// The client's half: what the server has answered, or why that is no answer.
    pub(crate) fn take(response: &Head, fault: Option<Fault>) -> Result<Option<Self>, ()> {
        let answers = response.list("Sec-WebSocket-Extensions");
        let parameters = match &answers[..] {
            [] => return Ok(None),
            [answer] => Parameters::read(answer).filter(|read| read.client_bits != Some(None)),
            _ => None,
        };
        match (parameters, fault) {
            (Some(parameters), _) => Ok(Some(Self::new(Role::Client, parameters, fault))),
            (None, Some(Fault::AnyExtension | Fault::AnyHead)) => Ok(None),
            (None, _) => Err(()),
        }
    }

    fn new(role: Role, parameters: Parameters, fault: Option<Fault>) -> Self {
        let server = (
            parameters.server_bits.unwrap_or(15),
            parameters.server_takes_over_not,
        );
        let client = (
            parameters.client_bits.flatten().unwrap_or(15),
            parameters.client_takes_over_not,
        );
        let (ours, theirs) = match role {
            Role::Server => (server, client),
            Role::Client => (client, server),
        };
        let forgets_not = ours.1 && fault != Some(Fault::KeptWindow);
        Self {
            deflater: Deflater::new(ours.0, forgets_not),
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

impl Parameters {
    fn read(extension: &str) -> Option<Self> {
        let mut parts = extension.split(';').map(str::trim);
        if parts.next()? != "permessage-deflate" {
            return None;
        }
        let mut read = Self::default();
        for part in parts {
            let (name, value) = match part.split_once('=') {
                Some((name, value)) => (name.trim(), Some(unquoted(value.trim()))),
                None => (part, None),
            };
            let is_new = match (name, value) {
                ("server_no_context_takeover", None) => {
                    !std::mem::replace(&mut read.server_takes_over_not, true)
                }
                ("client_no_context_takeover", None) => {
                    !std::mem::replace(&mut read.client_takes_over_not, true)
                }
                ("server_max_window_bits", Some(value)) => {
                    read.server_bits.replace(bits(value)?).is_none()
                }
                ("client_max_window_bits", None) => read.client_bits.replace(None).is_none(),
                ("client_max_window_bits", Some(value)) => {
                    read.client_bits.replace(Some(bits(value)?)).is_none()
                }
                _ => return None,
            };
            if !is_new {
                return None;
            }
        }
        // zlib has no raw streams with a window of 8 bits.
        (read.server_bits != Some(8)).then_some(read)
    }
}

fn bits(value: &str) -> Option<u8> {
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit()) && !value.starts_with('0');
    let bits = value.parse().ok().filter(|_| is_number)?;
    (8..=15).contains(&bits).then_some(bits)
}

fn unquoted(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .unwrap_or(value)
}
