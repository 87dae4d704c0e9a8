//! What both sides agreed on for permessage-deflate: offers and the answer (RFC 6455 §9.1,
//! RFC 7692 §7.1).

use crate::Role;
use crate::script::Needs;
use crate::wire::{Deflater, Extension, Head, Inflater, Parameters};

/// What came of the offers of one side and the answer of the other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Settled {
    /// No extension.
    Nothing,
    /// permessage-deflate.
    Deflate(Agreed),
    /// Another extension, which was offered; the suite does not speak it.
    Unspoken,
    /// The suite has given an answer that cannot be; who takes it may compress.
    Wrong,
}

/// Parameters of the two directions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Agreed {
    ours: Direction,
    theirs: Direction,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Direction {
    window_bits: u8,
    no_context_takeover: bool,
}

impl Settled {
    /// Reads what `answer` says to `offers`; both may have more than this.
    ///
    /// The error is why there can be no such answer, as a clause.
    pub(crate) fn read(subject: Role, offers: &Head, answer: &Head) -> Result<Self, String> {
        let answers = Extension::read_all(answer.values(FIELD))?;
        let offers = match Extension::read_all(offers.values(FIELD)) {
            Ok(offers) => offers,
            Err(_) if answers.is_empty() => return Ok(Self::Nothing),
            Err(fault) => return Err(format!("it agrees to offers that are malformed: {fault}")),
        };
        for Extension { name, .. } in &answers {
            if !offers
                .iter()
                .any(|offer| offer.name.eq_ignore_ascii_case(name))
            {
                return Err(format!("the extension {name:?} was not offered"));
            }
        }
        let mut ours = answers
            .iter()
            .filter(|answer| answer.name == Parameters::NAME);
        match (ours.next(), ours.next()) {
            (None, _) if answers.is_empty() => Ok(Self::Nothing),
            (None, _) => Ok(Self::Unspoken),
            (Some(_), Some(_)) => Err("permessage-deflate stands in the answer twice".into()),
            (Some(answer), None) => {
                let answer = Parameters::of_answer(answer)?;
                let is_ours = |offer: &&Extension| {
                    // Whether case matters in names is open: who takes them so may answer so.
                    offer.name.eq_ignore_ascii_case(Parameters::NAME)
                };
                let offers: Vec<_> = offers.iter().filter(is_ours).collect();
                fitting_offer(&offers, &answer)?;
                match answers.len() {
                    1 => Ok(Self::Deflate(Agreed::new(subject, &answer))),
                    _ => Ok(Self::Unspoken),
                }
            }
        }
    }
}

/// Looks for an offer that allows the answer; the error is about the last.
fn fitting_offer(offers: &[&Extension], answer: &Parameters) -> Result<(), String> {
    let mut why = "permessage-deflate was not offered".to_owned();
    for offer in offers {
        let allowed = match Parameters::of_offer(offer) {
            Ok(offer) => offer.allows(answer),
            Err(fault) => Err(format!("agreed to an offer in which {fault}")),
        };
        match allowed {
            Ok(()) => return Ok(()),
            Err(fault) => why = fault,
        }
    }
    Err(why)
}

impl Agreed {
    fn new(subject: Role, answer: &Parameters) -> Self {
        let server = Direction {
            window_bits: answer.server_max_window_bits.unwrap_or(15),
            no_context_takeover: answer.server_no_context_takeover,
        };
        let client = Direction {
            window_bits: answer.client_max_window_bits.flatten().unwrap_or(15),
            no_context_takeover: answer.client_no_context_takeover,
        };
        let (ours, theirs) = match subject {
            Role::Server => (client, server),
            Role::Client => (server, client),
        };
        Self { ours, theirs }
    }

    /// Whether a case can do what it is about; the error is what is missing, as a clause.
    pub(crate) fn meets(self, needs: Needs) -> Result<(), String> {
        let Direction {
            window_bits,
            no_context_takeover,
        } = self.ours;
        match needs {
            Needs::Nothing => Ok(()),
            Needs::Context if no_context_takeover || window_bits < 15 => {
                Err("no context takeover with a window of 15 bits is agreed on".into())
            }
            Needs::NoContext if !no_context_takeover => Err("context takeover is agreed on".into()),
            Needs::Window(wanted) if window_bits != wanted => Err(format!(
                "a window of {window_bits} bits is agreed on, not {wanted}"
            )),
            Needs::Context | Needs::NoContext | Needs::Window(_) => Ok(()),
        }
    }

    pub(crate) fn deflater(self) -> Deflater {
        // zlib has no raw streams with a window of 8 bits, and its distances with one of 9 bits are
        // below 256.
        let window_bits = self.ours.window_bits.max(9);
        Deflater::new(window_bits, self.ours.no_context_takeover)
    }

    pub(crate) fn inflater(self) -> Inflater {
        Inflater::new(self.theirs.window_bits, self.theirs.no_context_takeover)
    }
}

pub(super) const FIELD: &str = "Sec-WebSocket-Extensions";

#[cfg(test)]
mod tests {
    use super::*;

    fn head(value: &str) -> Head {
        let field = match value {
            "" => String::new(),
            value => format!("{FIELD}: {value}\r\n"),
        };
        let (head, _) = Head::read(format!("start\r\n{field}\r\n").as_bytes()).unwrap();
        head
    }

    fn read(offers: &str, answer: &str) -> Result<Settled, String> {
        Settled::read(Role::Server, &head(offers), &head(answer))
    }

    #[test]
    fn parameters_belong_to_a_direction() {
        let offer = "permessage-deflate; client_max_window_bits";
        let answer =
            "permessage-deflate; server_no_context_takeover; client_max_window_bits=\"10\"";
        let Ok(Settled::Deflate(agreed)) = read(offer, answer) else {
            panic!("nothing agreed on");
        };
        assert!(agreed.theirs.no_context_takeover);
        assert_eq!(agreed.ours.window_bits, 10);
        let settled = Settled::read(Role::Client, &head(offer), &head(answer));
        let Ok(Settled::Deflate(agreed)) = settled else {
            panic!("nothing agreed on");
        };
        assert!(agreed.ours.no_context_takeover);
        assert_eq!(agreed.theirs.window_bits, 10);
    }

    #[test]
    fn one_of_the_offers_must_allow_the_answer() {
        let offers = "permessage-deflate; server_max_window_bits=9, x, permessage-deflate";
        assert!(matches!(
            read(offers, "permessage-deflate"),
            Ok(Settled::Deflate(_))
        ));
        assert_eq!(read(offers, ""), Ok(Settled::Nothing));
        assert_eq!(read(offers, "x"), Ok(Settled::Unspoken));
        for answer in [
            "y",
            "permessage-deflate, permessage-deflate",
            "permessage-deflate; client_max_window_bits=10",
            "permessage-deflate; y",
            "permessage-deflate; server_max_window_bits",
        ] {
            assert!(read(offers, answer).is_err(), "{answer}");
        }
        assert!(read("permessage-deflate; y", "permessage-deflate").is_err());
        assert!(read("permessage-deflate;", "permessage-deflate").is_err());
    }
}
