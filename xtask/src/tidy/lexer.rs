//! Tells code from comments and from the insides of literals.
//!
//! Both halves keep the lines and columns of the file, so that what is found in one can be shown
//! in the other. Knows nested comments, raw strings, and quotes that are lifetimes.

use std::iter::Peekable;
use std::str::Chars;

/// Splits a file into its code and its comments, each as long as the file in lines.
pub(super) fn separate(text: &str) -> (String, String) {
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

#[cfg(test)]
mod tests;
