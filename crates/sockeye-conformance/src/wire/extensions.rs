//! The list of extensions in `Sec-WebSocket-Extensions`, read strictly (RFC 6455 §9.1).
//!
//! An offer or an answer each are one element of the list. What its parameters mean is the
//! extension's affair.

use std::iter::Peekable;
use std::str::Chars;

/// An extension with its parameters, as it stands in the header field.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Extension {
    /// Its token, as it was written.
    pub name: String,
    /// Names and values in order; a quoted value without its quotes and escapes.
    pub parameters: Vec<(String, Option<String>)>,
}

impl Extension {
    /// Reads the lists of all fields of one head. Empty elements count for nothing (RFC 9110
    /// §5.6.1.2).
    ///
    /// # Errors
    ///
    /// What is against the grammar, as a clause.
    pub fn read_all<'a>(values: impl IntoIterator<Item = &'a str>) -> Result<Vec<Self>, String> {
        let mut extensions = Vec::new();
        let mut has_fields = false;
        for value in values {
            has_fields = true;
            let mut reader = Reader(value.chars().peekable());
            loop {
                if !reader.is_before_comma_or_end() {
                    extensions.push(reader.extension()?);
                }
                match reader.next_part() {
                    None => break,
                    Some(',') => {}
                    Some(other) => return Err(format!("{other:?} in the list of extensions")),
                }
            }
        }
        // RFC 6455 §9.1: extension-list = 1#extension.
        match has_fields && extensions.is_empty() {
            true => Err("there is no element in the list of extensions".into()),
            false => Ok(extensions),
        }
    }
}

struct Reader<'a>(Peekable<Chars<'a>>);

impl Reader<'_> {
    fn extension(&mut self) -> Result<Extension, String> {
        let mut extension = Extension {
            name: self.token()?,
            parameters: Vec::new(),
        };
        while self.take(';') {
            let name = self.token()?;
            let value = match self.take('=') {
                true => Some(self.value()?),
                false => None,
            };
            extension.parameters.push((name, value));
        }
        Ok(extension)
    }

    fn value(&mut self) -> Result<String, String> {
        if !self.take('"') {
            return self.token();
        }
        let mut value = String::new();
        loop {
            match self.0.next() {
                Some('"') => break,
                Some('\\') => value.extend(self.0.next()),
                Some(c) => value.push(c),
                None => return Err("a quoted value does not end".into()),
            }
        }
        // §9.1: the value after unescaping MUST conform to the `token` ABNF.
        match is_token(&value) {
            true => Ok(value),
            false => Err(format!("the quoted value {value:?} is no token")),
        }
    }

    fn token(&mut self) -> Result<String, String> {
        self.skip_space();
        let mut token = String::new();
        while let Some(c) = self.0.next_if(|&c| is_of_token(c)) {
            token.push(c);
        }
        match (token.is_empty(), self.0.peek()) {
            (false, _) => Ok(token),
            (true, Some(c)) => Err(format!("{c:?} in the place of a token")),
            (true, None) => Err("a token is missing at the end".into()),
        }
    }

    fn take(&mut self, wanted: char) -> bool {
        self.skip_space();
        self.0.next_if_eq(&wanted).is_some()
    }

    fn is_before_comma_or_end(&mut self) -> bool {
        self.skip_space();
        self.0.peek().is_none_or(|&c| c == ',')
    }

    fn next_part(&mut self) -> Option<char> {
        self.skip_space();
        self.0.next()
    }

    fn skip_space(&mut self) {
        while self.0.next_if(|c| matches!(c, ' ' | '\t')).is_some() {}
    }
}

/// Whether a text is a token (RFC 9110 §5.6.2).
#[must_use]
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_of_token)
}

fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read() {
        let values = ["a; b=1 ;c,, d,", "", "e ; f = \"1\\0\""];
        let extensions = Extension::read_all(values).unwrap();
        let names: Vec<_> = extensions
            .iter()
            .map(|extension| &*extension.name)
            .collect();
        assert_eq!(names, ["a", "d", "e"]);
        let parameters = [
            ("b".to_owned(), Some("1".to_owned())),
            ("c".to_owned(), None),
        ];
        assert_eq!(extensions[0].parameters, parameters);
        let parameters = [("f".to_owned(), Some("10".to_owned()))];
        assert_eq!(extensions[2].parameters, parameters);
    }

    #[test]
    fn a_head_without_the_field_has_no_list() {
        assert_eq!(Extension::read_all([]), Ok(Vec::new()));
    }

    #[test]
    fn what_is_against_the_grammar_is_an_error() {
        for value in [
            "",
            ", ,",
            "a;",
            ";a",
            "a b",
            "a; b=",
            "a; =b",
            "a; b c",
            "a; b=\"\"",
            "a/b",
            "a; b=\"c d\"",
            "a; b=\"c",
            "\"a\"",
            "a=b",
            "ä",
        ] {
            assert!(Extension::read_all([value]).is_err(), "{value:?}");
        }
    }
}
