//! Parameters of permessage-deflate in offers and answers (RFC 7692 §7.1).

use super::extensions::Extension;

/// The parameters of one offer or answer.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Parameters {
    /// The server forgets after each message what it has compressed (§7.1.1.1).
    pub server_no_context_takeover: bool,
    /// The client does (§7.1.1.2).
    pub client_no_context_takeover: bool,
    /// The greatest window of the server (§7.1.2.1).
    pub server_max_window_bits: Option<u8>,
    /// That of the client (§7.1.2.2); in an offer it may have no value.
    pub client_max_window_bits: Option<Option<u8>>,
}

impl Parameters {
    /// The name of the extension.
    pub const NAME: &str = "permessage-deflate";

    /// Reads an offer.
    ///
    /// # Errors
    ///
    /// Why a server MUST decline it, as a clause (§7.1).
    pub fn of_offer(extension: &Extension) -> Result<Self, String> {
        Self::read(extension)
    }

    /// Reads an answer.
    ///
    /// # Errors
    ///
    /// Why a client MUST fail the connection, as a clause (§7.1).
    pub fn of_answer(extension: &Extension) -> Result<Self, String> {
        match Self::read(extension)? {
            Self {
                client_max_window_bits: Some(None),
                ..
            } => Err("client_max_window_bits has no value".into()),
            parameters => Ok(parameters),
        }
    }

    /// Whether `answer` may be given to this offer.
    ///
    /// # Errors
    ///
    /// What it lacks or has too much, as a clause.
    pub fn allows(&self, answer: &Self) -> Result<(), String> {
        // §7.1.1.1: the server accepts the parameter by including it.
        if self.server_no_context_takeover && !answer.server_no_context_takeover {
            return Err("server_no_context_takeover is missing in the answer".into());
        }
        // §7.1.2.1: the same or a smaller value.
        if let Some(wanted) = self.server_max_window_bits {
            match answer.server_max_window_bits {
                None => return Err("server_max_window_bits is missing in the answer".into()),
                Some(bits) if bits > wanted => {
                    return Err(format!("server_max_window_bits={bits} is above {wanted}"));
                }
                Some(_) => {}
            }
        }
        // §7.1.2.2: not in the answer to an offer without it.
        if answer.client_max_window_bits.is_some() && self.client_max_window_bits.is_none() {
            return Err("client_max_window_bits was not offered".into());
        }
        Ok(())
    }

    fn read(extension: &Extension) -> Result<Self, String> {
        let mut parameters = Self::default();
        let mut names = Vec::new();
        for (name, value) in &extension.parameters {
            if names.contains(&name) {
                return Err(format!("{name} stands there twice"));
            }
            names.push(name);
            match (name.as_str(), value) {
                ("server_no_context_takeover", None) => {
                    parameters.server_no_context_takeover = true;
                }
                ("client_no_context_takeover", None) => {
                    parameters.client_no_context_takeover = true;
                }
                ("server_max_window_bits", Some(value)) => {
                    parameters.server_max_window_bits = Some(bits(name, value)?);
                }
                ("client_max_window_bits", None) => {
                    parameters.client_max_window_bits = Some(None);
                }
                ("client_max_window_bits", Some(value)) => {
                    parameters.client_max_window_bits = Some(Some(bits(name, value)?));
                }
                ("server_max_window_bits", None) => {
                    return Err("server_max_window_bits has no value".into());
                }
                ("server_no_context_takeover" | "client_no_context_takeover", Some(_)) => {
                    return Err(format!("{name} has a value"));
                }
                _ => return Err(format!("the parameter {name:?} is unknown")),
            }
        }
        Ok(parameters)
    }
}

/// §7.1.2: a decimal integer without leading zeros between 8 and 15.
fn bits(name: &str, value: &str) -> Result<u8, String> {
    match value {
        "8" => Ok(8),
        "9" => Ok(9),
        "10" => Ok(10),
        "11" => Ok(11),
        "12" => Ok(12),
        "13" => Ok(13),
        "14" => Ok(14),
        "15" => Ok(15),
        _ => Err(format!("{name} has the value {value:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extension(parameters: &str) -> Extension {
        let value = match parameters {
            "" => Parameters::NAME.to_owned(),
            parameters => format!("{}; {parameters}", Parameters::NAME),
        };
        Extension::read_all([&*value]).unwrap().remove(0)
    }

    #[test]
    fn what_an_answer_must_not_have_is_an_error() {
        for parameters in [
            "x",
            "server_max_window_bits",
            "client_max_window_bits",
            "client_max_window_bits=7",
            "server_max_window_bits=16",
            "server_max_window_bits=08",
            "server_max_window_bits=+9",
            "server_no_context_takeover=1",
            "client_no_context_takeover; client_no_context_takeover",
        ] {
            assert!(Parameters::of_answer(&extension(parameters)).is_err());
        }
        assert!(Parameters::of_offer(&extension("client_max_window_bits")).is_ok());
    }

    #[track_caller]
    fn check(offer: &str, answer: &str, is_allowed: bool) {
        let offer = Parameters::of_offer(&extension(offer)).unwrap();
        let answer = Parameters::of_answer(&extension(answer)).unwrap();
        assert_eq!(offer.allows(&answer).is_ok(), is_allowed);
    }

    #[test]
    fn answers_fit_their_offers() {
        check("", "", true);
        check(
            "",
            "server_no_context_takeover; server_max_window_bits=9",
            true,
        );
        check("", "client_no_context_takeover", true);
        check("", "client_max_window_bits=15", false);
        check(
            "client_max_window_bits",
            "client_max_window_bits=\"10\"",
            true,
        );
        check("server_no_context_takeover", "", false);
        check("server_max_window_bits=10", "", false);
        check(
            "server_max_window_bits=10",
            "server_max_window_bits=11",
            false,
        );
        check(
            "server_max_window_bits=10",
            "server_max_window_bits=8",
            true,
        );
    }
}
