//! A Rust file as the rules read it: lines of code, of comment, of tests, of header.
//!
//! No parser: the rules look for words, attributes and line counts, and `lexer` tells code from
//! comment for them. Macros are not expanded, and syntax is not checked: the compiler does.

use super::lexer;

/// One file of Rust source.
#[derive(Debug)]
pub(super) struct Source {
    /// Relative to the workspace root, with forward slashes.
    pub(super) path: String,
    /// The file with comments and the insides of literals replaced by spaces, line by line.
    code: Vec<String>,
    /// The file with all but its comments replaced by spaces, line by line.
    comments: Vec<String>,
    /// For each line, whether it stands in a `#[cfg(test)]` item.
    in_test: Vec<bool>,
    /// Whether the whole file is tests.
    is_test_file: bool,
    /// Names of modules declared as `#[cfg(test)] mod name;`: their files are tests.
    pub(super) test_modules: Vec<String>,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let (code, comments) = lexer::separate(text);
        let (in_test, test_modules) = find_tests(&code);
        let lines = |text: &str| text.lines().map(str::to_owned).collect();
        Self {
            path: path.to_owned(),
            code: lines(&code),
            comments: lines(&comments),
            in_test,
            is_test_file: is_test_path(path),
            test_modules,
        }
    }

    /// Marks the file as one of a `#[cfg(test)]` module.
    pub(super) fn mark_as_test(&mut self) {
        self.is_test_file = true;
    }

    pub(super) fn is_test_file(&self) -> bool {
        self.is_test_file
    }

    /// Numbered lines of code, tests included. Lines count from 1.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.code.iter().map(String::as_str))
    }

    /// Numbered lines of code outside tests.
    pub(super) fn product_code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code()
            .filter(|(line, _)| !self.is_test_file && !self.in_test[line - 1])
    }

    /// Numbered lines of comment, tests included; other lines are blank.
    pub(super) fn comments(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.comments.iter().map(String::as_str))
    }

    /// The `//!` lines the file opens with.
    pub(super) fn header(&self) -> impl Iterator<Item = &str> {
        self.comments
            .iter()
            .map(String::as_str)
            .take_while(|line| line.starts_with("//!"))
    }

    /// How many lines are no tests.
    pub(super) fn product_lines(&self) -> usize {
        self.product_code().count()
    }

    /// Attributes of the file with their line, without `#[` and `]`; tests included.
    pub(super) fn attributes(&self) -> Vec<(usize, String)> {
        let text = self.code.join("\n");
        let mut attributes = Vec::new();
        for (start, _) in text.match_indices('#') {
            let after = text[start + 1..].trim_start_matches('!');
            let Some(end) = after.starts_with('[').then(|| closing(after)).flatten() else {
                continue;
            };
            let line = text[..start].matches('\n').count() + 1;
            attributes.push((line, after[1..end].trim().to_owned()));
        }
        attributes
    }
}

/// Whether `line` contains `word` as a whole identifier.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(start, _)| {
        !line[..start].ends_with(is_part) && !line[start + word.len()..].starts_with(is_part)
    })
}

/// The offset of the bracket that closes the one `text` starts with.
///
/// Counts all three kinds together: in code that compiles they are nested properly.
pub(super) fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.char_indices().find_map(|(offset, c)| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        (depth == 0).then_some(offset)
    })
}

/// Whether a path is one of tests by its place: `tests.rs`, `tests/`, `benches/`.
fn is_test_path(path: &str) -> bool {
    path.split('/')
        .any(|part| matches!(part, "tests" | "tests.rs" | "benches"))
}

/// Finds the items under `#[cfg(test)]`: which lines they take, and which modules they declare.
fn find_tests(code: &str) -> (Vec<bool>, Vec<String>) {
    let mut in_test = vec![false; code.lines().count()];
    let mut modules = Vec::new();
    for (start, mark) in code.match_indices("#[cfg(test)]") {
        let item = skip_attributes(&code[start + mark.len()..]);
        let item_start = code.len() - item.len();
        let Some(sign) = item.find([';', '{']) else {
            continue;
        };
        let end = match item[sign..].starts_with('{') {
            true => sign + closing(&item[sign..]).unwrap_or(0),
            false => {
                modules.extend(item[..sign].trim().strip_prefix("mod ").map(str::to_owned));
                sign
            }
        };
        let line_of = |offset: usize| code[..offset].matches('\n').count();
        in_test[line_of(start)..=line_of(item_start + end)].fill(true);
    }
    (in_test, modules)
}

/// What follows the whitespace and attributes that `code` starts with.
fn skip_attributes(code: &str) -> &str {
    let code = code.trim_start();
    match code.strip_prefix('#').and_then(closing) {
        Some(end) => skip_attributes(&code[end + 2..]),
        None => code,
    }
}

#[cfg(test)]
mod tests;
