//! A Rust file as the rules read it: code without comments, comments without code.
//!
//! A small lexer instead of a parser: the rules look for words, attributes and line counts, and
//! need only to know what is code, what is comment, what is inside a literal, and which lines are
//! tests. It does not expand macros and does not check syntax: the compiler does.

use std::iter::Peekable;
use std::str::Chars;

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
        let (code, comments) = separate(text);
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

/// Splits a file into its code and its comments, each as long as the file in lines.
fn separate(text: &str) -> (String, String) {
    let mut halves = Halves::default();
    let mut chars = text.chars().peekable();
    let mut last = ' ';
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('/', Some('/')) => {
                halves.comment(c);
                while let Some(c) = chars.next_if(|c| *c != '\n') {
                    halves.comment(c);
                }
            }
            ('/', Some('*')) => block_comment(&mut chars, &mut halves),
            ('"', _) => string(&mut chars, &mut halves),
            ('r', Some('"' | '#')) if is_prefix(last) => raw_string(&mut chars, &mut halves),
            ('\'', _) => quote(&mut chars, &mut halves),
            _ => halves.code(c),
        }
        last = c;
    }
    (halves.code, halves.comments)
}

/// Whether an `r` after this character may start a raw string: not inside a word, but `br`, `cr`.
fn is_prefix(last: char) -> bool {
    !(last.is_alphanumeric() || last == '_') || last == 'b' || last == 'c'
}

/// A block comment after its first sign; they nest.
fn block_comment(chars: &mut Peekable<Chars<'_>>, halves: &mut Halves) {
    halves.comment('/');
    chars.next().inspect(|c| halves.comment(*c));
    let mut depth = 1;
    while depth > 0
        && let Some(c) = chars.next()
    {
        halves.comment(c);
        match (c, chars.peek()) {
            ('*', Some('/')) => depth -= 1,
            ('/', Some('*')) => depth += 1,
            _ => continue,
        }
        chars.next().inspect(|c| halves.comment(*c));
    }
}

fn string(chars: &mut Peekable<Chars<'_>>, halves: &mut Halves) {
    halves.code('"');
    while let Some(c) = chars.next() {
        match c {
            '"' => return halves.code('"'),
            '\\' => {
                halves.inside(c);
                chars.next().inspect(|c| halves.inside(*c));
            }
            _ => halves.inside(c),
        }
    }
}

/// A raw string, or a raw identifier such as `r#type`, after its `r`.
fn raw_string(chars: &mut Peekable<Chars<'_>>, halves: &mut Halves) {
    halves.code('r');
    let mut hashes = 0;
    while chars.next_if_eq(&'#').is_some() {
        halves.code('#');
        hashes += 1;
    }
    if chars.next_if_eq(&'"').is_none() {
        return;
    }
    halves.code('"');
    let mut closing = None;
    for c in chars.by_ref() {
        closing = match (c, closing) {
            ('"', _) => Some(0),
            ('#', Some(seen)) => Some(seen + 1),
            _ => None,
        };
        halves.inside(c);
        if closing == Some(hashes) {
            return;
        }
    }
}

/// A character literal, or the quote of a lifetime.
fn quote(chars: &mut Peekable<Chars<'_>>, halves: &mut Halves) {
    halves.code('\'');
    let mut ahead = chars.clone();
    match (ahead.next(), ahead.next()) {
        (Some('\\'), _) => {
            // The escaped sign may be a quote itself.
            chars.by_ref().take(2).for_each(|c| halves.inside(c));
            for c in chars.by_ref() {
                match c {
                    '\'' => return halves.code('\''),
                    _ => halves.inside(c),
                }
            }
        }
        (Some(_), Some('\'')) => chars.by_ref().take(2).for_each(|c| halves.inside(c)),
        _ => {}
    }
}

/// The two texts that [`separate`] builds, kept alike in lines and columns.
#[derive(Default)]
struct Halves {
    code: String,
    comments: String,
}

impl Halves {
    fn code(&mut self, c: char) {
        self.code.push(c);
        self.comments.push(blank(c));
    }

    fn comment(&mut self, c: char) {
        self.code.push(blank(c));
        self.comments.push(c);
    }

    /// The inside of a literal, which is neither.
    fn inside(&mut self, c: char) {
        self.code.push(blank(c));
        self.comments.push(blank(c));
    }
}

fn blank(c: char) -> char {
    if c == '\n' { c } else { ' ' }
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
