//! Errors of the network with the name of whom they are about.

use std::error::Error;
use std::{fmt, io};

/// The same error, of the same kind, that says whom it is about.
///
/// Its source is the error as it was: that of the operating system, or what was within `error`.
pub(in crate::shell) fn named(name: impl fmt::Display, error: io::Error) -> io::Error {
    let kind = error.kind();
    let message = format!("{name}: {error}");
    let source = match error.get_ref() {
        Some(_) => error.into_inner(),
        None => Some(error.into()),
    };
    io::Error::new(kind, Named { message, source })
}

#[derive(Debug)]
struct Named {
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Named {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
