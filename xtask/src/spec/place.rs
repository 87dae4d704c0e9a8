//! Places in the code, as requirements name them: `path: name`.
//!
//! A name rather than a line, which would change with every edit above it.

use std::fmt;
use std::fs;
use std::path::Path;

/// A place that exists.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Place {
    path: String,
    line: usize,
    name: String,
}

/// Finds what a reference names.
///
/// # Errors
///
/// A sentence on what does not exist.
pub(super) fn find(root: &Path, reference: &str) -> Result<Place, String> {
    look_up(root, reference).map(|(place, _)| place)
}

/// Finds the test that a reference names.
///
/// # Errors
///
/// A sentence on what does not exist, or is no test.
pub(super) fn find_test(root: &Path, reference: &str) -> Result<Place, String> {
    let (place, text) = look_up(root, reference)?;
    let above: Vec<_> = text.lines().take(place.line - 1).collect();
    let attributes = above
        .iter()
        .rev()
        .map(|line| line.trim_start())
        .take_while(|line| line.starts_with('#') || line.starts_with("//"));
    let has_attribute = attributes
        .filter(|line| line.starts_with('#'))
        .any(|line| line.contains("test"));
    match has_attribute || is_listed(root, &place) {
        true => Ok(place),
        false => Err(format!("`{reference}` is no test")),
    }
}

/// What a reference names, and the text of its file.
fn look_up(root: &Path, reference: &str) -> Result<(Place, String), String> {
    let (path, name) =
        split(reference).ok_or_else(|| format!("`{reference}` is no `path: name`"))?;
    let text = fs::read_to_string(root.join(path)).map_err(|_| format!("there is no {path}"))?;
    let line = line_of(&text, name).ok_or_else(|| format!("there is no `{name}` in {path}"))?;
    let place = Place {
        path: path.to_owned(),
        line,
        name: name.to_owned(),
    };
    Ok((place, text))
}

/// Whether it is one that the module above lists, to run it on every runtime.
fn is_listed(root: &Path, place: &Place) -> bool {
    let Some((folder, _)) = place.path.rsplit_once('/') else {
        return false;
    };
    let list = fs::read_to_string(root.join(format!("{folder}.rs"))).unwrap_or_default();
    let entry = format!("{},", place.name);
    list.contains("macro_rules! on_every_") && list.lines().any(|line| line.trim() == entry)
}

/// The path and the name in a reference.
pub(super) fn split(reference: &str) -> Option<(&str, &str)> {
    reference.rsplit_once(": ")
}

/// The line on which `name` is declared.
fn line_of(text: &str, name: &str) -> Option<usize> {
    let declares = |line: &str| {
        let words: Vec<_> = line
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .collect();
        words
            .windows(2)
            .any(|pair| DECLARATIONS.contains(&pair[0]) && pair[1] == name)
    };
    let is_comment = |line: &str| line.trim_start().starts_with("//");
    let mut lines = (1..).zip(text.lines());
    lines
        .find(|(_, line)| !is_comment(line) && declares(line))
        .map(|(number, _)| number)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, name } = self;
        write!(f, "{path}:{line}: {name}")
    }
}

const DECLARATIONS: [&str; 5] = ["fn", "struct", "enum", "const", "type"];
