//! Names that the documents cite, such as those of tests that prove something, are in the code.
//!
//! A document cannot be compiled, and a test that was renamed leaves a proof of nothing behind. A name
//! behind that of a Rust file, in the same sentence, is a function of that file or of its tests; any
//! other is somewhere.

use std::collections::HashSet;

use super::finding::Finding;

/// The Rust files, and the names that occur in them and in manifests.
pub(super) struct Names<'a> {
    rust: Vec<(&'a str, &'a str)>,
    words: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    pub(super) fn of(files: &'a [(String, String)]) -> Self {
        let files = files.iter().map(|(path, text)| (&**path, &**text));
        let is_code = |path: &str| {
            [".rs", ".toml", ".json"]
                .iter()
                .any(|end| path.ends_with(end))
        };
        let code = files.clone().filter(|(path, _)| is_code(path));
        Self {
            rust: files.filter(|(path, _)| path.ends_with(".rs")).collect(),
            words: code.flat_map(|(_, text)| words(text)).collect(),
        }
    }

    /// Looks at one file, if it is a document.
    pub(super) fn check(&self, path: &str, text: &str) -> Vec<Finding> {
        let is_document = path.ends_with(".md") && !path.ends_with("CHANGELOG.md");
        if !is_document {
            return Vec::new();
        }
        let lines = text.lines().enumerate();
        let missing = lines.flat_map(|(at, line)| {
            let missing = self.missing(line).into_iter();
            missing.map(move |message| Finding::at(path, at + 1, message))
        });
        missing.collect()
    }

    /// What a line cites and is not there.
    fn missing(&self, line: &str) -> Vec<String> {
        let mut missing = Vec::new();
        let mut place = None;
        let mut file = None;
        let mut parts = line.split('`');
        while let Some(prose) = parts.next() {
            let last = prose.split(' ').rfind(|word| !word.is_empty());
            if prose.contains(". ") {
                file = None;
            }
            place = last.filter(|word| is_place(word)).or(place);
            let Some(quoted) = parts.next() else {
                break;
            };
            if quoted.ends_with(".rs") {
                file = Some(quoted);
            } else if is_sentence(quoted) {
                match file {
                    Some(file) if !self.is_function(place, file, quoted) => {
                        missing.push(format!("no function of {file:?} is called {quoted:?}"));
                    }
                    None if !self.words.contains(quoted) => {
                        missing.push(format!("nothing is called {quoted:?}"));
                    }
                    Some(_) | None => {}
                }
            }
        }
        missing
    }

    /// Whether such a file, of the crate or folder where one was named, has such a function.
    fn is_function(&self, place: Option<&str>, file: &str, name: &str) -> bool {
        let paths = match place {
            Some("it") => vec![format!("tests/it/{file}")],
            Some("memory") => vec![format!("tests/memory/{file}")],
            Some("tests") => vec![format!("tests/src/{file}"), format!("tests/it/{file}")],
            Some(of) => vec![
                format!("crates/sockeye-{of}/src/{file}"),
                format!("crates/sockeye-{of}/{file}"),
            ],
            None => Vec::new(),
        };
        let is_cited = |path: &str| match paths[..] {
            [] => path == file || path.ends_with(&format!("/{file}")),
            _ => paths.iter().any(|it| it == path),
        };
        let is_it = |path: &str| {
            let own = path.strip_suffix("/tests.rs").map(|of| format!("{of}.rs"));
            is_cited(path) || own.is_some_and(|path| is_cited(&path))
        };
        let heads = [format!("fn {name}("), format!("fn {name}<")];
        let mut files = self.rust.iter().filter(|(path, _)| is_it(path));
        files.any(|(_, text)| heads.iter().any(|head| text.contains(head)))
    }
}

/// Whether documents call a crate or a folder of tests so, in front of a file of it.
fn is_place(word: &str) -> bool {
    let places = [
        "async-std",
        "blocking",
        "conformance",
        "connection",
        "driver",
        "extensions",
        "frame",
        "handshake",
        "it",
        "memory",
        "tests",
        "tls",
        "tokio",
    ];
    places.contains(&word)
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

    #[test]
    fn a_name_behind_a_file_is_a_function_of_it() {
        let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let files = [
            file("crates/sockeye-frame/src/a/tests.rs", "fn it_is_here() {}"),
            file("crates/sockeye-tls/src/a/tests.rs", "// it_is_a_note"),
            file("tests/it/b.rs", "async fn it_has_a_shell<S>() {}"),
        ];
        let names = Names::of(&files);
        let cite = |line: &str| names.check("docs/a.md", line).len();
        assert_eq!(cite("frame `a/tests.rs` `it_is_here`"), 0);
        assert_eq!(cite("by `a/tests.rs` `it_is_here`"), 0);
        assert_eq!(cite("tls `a/tests.rs` `it_is_here`"), 1);
        assert_eq!(cite("tls `a/tests.rs` `it_is_a_note`"), 1);
        assert_eq!(
            cite("| frame `a/tests.rs` `it_is_here`; it `b.rs` `it_has_a_shell` |"),
            0
        );
        assert_eq!(
            cite("| frame `a/tests.rs` `it_is_here`, `it_has_a_shell` |"),
            1
        );
        assert_eq!(cite("frame `a.rs` `it_is_here`"), 0);
        assert_eq!(cite("tls `a/tests.rs`. And `it_is_a_note`"), 0);
    }
}
