//! The rule on foreign types in the public API: a few, each on purpose.
//!
//! A type of another crate in a signature makes that crate's next major version ours as well. The
//! rule reads words, not types: it looks for names of crates that are details, and for what was
//! imported from them, in the signatures of public items and in `impl` headers.

use super::finding::Finding;
use super::source::{Source, has_word};

/// No public signature names a crate that is a detail of the implementation.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    if !source.path.starts_with("crates/") || !source.path.contains("/src/") {
        return Vec::new();
    }
    let imported = imported_details(source);
    let mut findings = Vec::new();
    for (line, signature) in signatures(source) {
        let is_path = |name: &&str| signature.contains(&format!("{name}::"));
        let named = DETAILS
            .iter()
            .find(|name| is_path(name))
            .map(|name| (*name).to_owned());
        let named = named.or_else(|| {
            imported
                .iter()
                .find(|name| has_word(&signature, name))
                .cloned()
        });
        if let Some(name) = named {
            let message = format!(
                "`{name}` in a public signature: bytes, http, futures-core, futures-sink and the \
                 shell's runtime are all that users should see"
            );
            findings.push(Finding::at(&source.path, line, message));
        }
    }
    findings
}

/// Names that the file imports from the crates that are details.
fn imported_details(source: &Source) -> Vec<String> {
    let code: Vec<_> = source.product_code().map(|(_, line)| line.trim()).collect();
    let code = code.join(" ");
    let imports = code.split(';').filter_map(|item| {
        let path = item.rsplit_once("use ")?.1;
        let (root, names) = path.split_once("::")?;
        DETAILS.contains(&root).then_some(names)
    });
    let words = imports.flat_map(|names| {
        names.split(['{', '}', ',']).filter_map(|name| {
            // `a::B as C` is known as `C`, `a::B` as `B`.
            let name = name.rsplit([' ', ':']).find(|word| !word.is_empty())?;
            name.starts_with(char::is_uppercase)
                .then(|| name.to_owned())
        })
    });
    words.collect()
}

/// Public items up to their body, public fields, and `impl` headers, with their first line.
fn signatures(source: &Source) -> Vec<(usize, String)> {
    let mut signatures = Vec::new();
    let mut pending: Option<(usize, String)> = None;
    for (number, line) in source.product_code() {
        let line = line.trim();
        let starts = line.starts_with("pub ") || line.starts_with("impl");
        let (first, mut signature) = match pending.take() {
            Some(pending) => pending,
            None if starts => (number, String::new()),
            None => continue,
        };
        signature.push_str(line);
        signature.push(' ');
        let is_whole = ['{', ';'].iter().any(|end| line.contains(*end)) || line.ends_with(',');
        // A comma ends a field, but not the arguments of a function spread over lines.
        match is_whole && !is_open(&signature) {
            true => signatures.push((first, signature)),
            false => pending = Some((first, signature)),
        }
    }
    signatures
}

/// Whether a round bracket is still to be closed.
fn is_open(signature: &str) -> bool {
    signature.matches('(').count() > signature.matches(')').count()
}

/// Crates that users need not know of.
const DETAILS: [&str; 14] = [
    "base64",
    "cookie_store",
    "flate2",
    "futures_util",
    "getrandom",
    "httparse",
    "idna",
    "ipnet",
    "percent_encoding",
    "ppp",
    "sha1",
    "simdutf8",
    "url",
    "zlib_rs",
];

#[cfg(test)]
mod tests;
