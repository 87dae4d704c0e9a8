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
    let (path, name) =
        split(reference).ok_or_else(|| format!("`{reference}` is no `path: name`"))?;
    let text = fs::read_to_string(root.join(path)).map_err(|_| format!("there is no {path}"))?;
    let line = line_of(&text, name).ok_or_else(|| format!("there is no `{name}` in {path}"))?;
    Ok(Place {
        path: path.to_owned(),
        line,
        name: name.to_owned(),
    })
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
