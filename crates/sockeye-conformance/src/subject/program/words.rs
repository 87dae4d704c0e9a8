//! Words of command lines and of what programs print.

/// A command line cut at white space; quotes keep words together.
pub(super) fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (Some(open), _) if open == c => quote = None,
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The first `ws://` or `wss://` address in a line.
pub(super) fn address_in(line: &str) -> Option<&str> {
    let schemes = ["ws://", "wss://"];
    let start = schemes
        .iter()
        .filter_map(|scheme| line.find(scheme))
        .min()?;
    line[start..].split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_words_together() {
        assert_eq!(split("  a 'b c'  \"d\"e '' "), ["a", "b c", "de", ""]);
        assert!(split("  ").is_empty());
    }

    #[test]
    fn addresses_are_found_in_lines() {
        let line = "listening on ws://127.0.0.1:9001 now";
        assert_eq!(address_in(line), Some("ws://127.0.0.1:9001"));
        assert_eq!(
            address_in("on wss://[::1]:1/ ws://a"),
            Some("wss://[::1]:1/")
        );
        assert_eq!(address_in("listening"), None);
    }
}
