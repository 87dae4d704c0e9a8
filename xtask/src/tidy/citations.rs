//! Names that the documents cite, such as those of tests that prove something, are in the code.
//!
//! A document cannot be compiled, and a test that was renamed leaves a proof of nothing behind.

use std::collections::HashSet;

use super::finding::Finding;

/// The names that occur in Rust files and manifests.
pub(super) struct Names<'a>(HashSet<&'a str>);

impl<'a> Names<'a> {
    pub(super) fn of(files: &'a [(String, String)]) -> Self {
        let code = files.iter().filter(|(path, _)| {
            [".rs", ".toml", ".json"]
                .iter()
                .any(|end| path.ends_with(end))
        });
        Self(code.flat_map(|(_, text)| words(text)).collect())
    }

    /// Looks at one file, if it is a document.
    pub(super) fn check(&self, path: &str, text: &str) -> Vec<Finding> {
        let is_document = path.ends_with(".md") && !path.ends_with("CHANGELOG.md");
        if !is_document {
            return Vec::new();
        }
        let lines = text.lines().enumerate();
        let cited = lines.flat_map(|(at, line)| {
            let quoted = line.split('`').skip(1).step_by(2);
            quoted.map(move |name| (at + 1, name))
        });
        let missing = cited.filter(|(_, name)| is_sentence(name) && !self.0.contains(name));
        missing
            .map(|(line, name)| Finding::at(path, line, format!("nothing is called {name:?}")))
            .collect()
    }
}

/// Whether it is a name of three words or more: shorter ones may be words of a protocol or a tool.
fn is_sentence(name: &str) -> bool {
    let is_word = |word: &str| {
        let mut bytes = word.bytes();
        !word.is_empty() && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.split('_').count() >= 3 && name.split('_').all(is_word)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_ascii_alphanumeric() && char != '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_is_cited_and_gone_is_found() {
        let code = ("src/a.rs".to_owned(), "fn it_is_here() {}".to_owned());
        let files = [code];
        let names = Names::of(&files);
        let cite = |name: &str| names.check("docs/a.md", &format!("\n| `{name}` |")).len();
        assert_eq!(cite("it_is_here"), 0);
        assert_eq!(cite("it_was_here"), 1);
        assert_eq!(cite("two_words"), 0);
        assert_eq!(names.check("src/a.rs", "`it_was_here`").len(), 0);
    }
}
