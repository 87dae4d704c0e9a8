//! The extensions of a program and the names that each goes by.
//!
//! Collects what a client offers and what a server accepts, with the vendors' prefixes that each
//! extension allows, and checks that every name is a token (RFC 6455 §9.1) and taken once.
//! What the names lead to is in `vendor.rs`; agreeing on them in `client.rs` and `server.rs`.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt::{self, Display, Formatter};

use crate::client::ClientExtension;
use crate::server::ServerExtension;
use crate::token::is_token;
use crate::vendor::Prefixed;

/// Extensions in order of preference, each under its own name and behind prefixes.
///
/// A prefix is a token that ends in a hyphen. With `x-webkit-`, an extension is offered as
/// `x-webkit-NAME` too, after its own name, and accepted by either name; the answer and the
/// extension in use bear the name that was agreed on. A server that is offered both accepts the
/// first, and a client that is answered both fails.
///
/// Private extensions are added in the same way; nothing but the grammar is asked of their names,
/// for which `x-` in front is the custom.
///
/// ```
/// # #[cfg(feature = "deflate")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sockeye_extensions::{
///     PermessageDeflate, Registry, WebkitDeflateFrame, format_extensions, negotiate,
///     parse_extensions,
/// };
///
/// let registry = Registry::default()
///     .both(PermessageDeflate::default().context_takeover(), &["x-webkit-"])?
///     .both(WebkitDeflateFrame::default().context_takeover(), &[])?;
///
/// for (offers, accepted) in [
///     ("permessage-deflate, x-webkit-permessage-deflate", "permessage-deflate"),
///     ("x-webkit-permessage-deflate", "x-webkit-permessage-deflate"),
///     ("x-webkit-deflate-frame", "x-webkit-deflate-frame"),
/// ] {
///     let offers = parse_extensions([offers.as_bytes()])?;
///     let (answer, chain) = negotiate(registry.servers(), &offers);
///     assert_eq!(format_extensions(&answer).as_deref(), Some(accepted));
///     assert!(chain.names().eq([accepted]));
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "deflate"))]
/// # fn main() {}
/// ```
#[derive(Clone, Debug, Default)]
pub struct Registry {
    clients: Vec<Arc<dyn ClientExtension>>,
    servers: Vec<Arc<dyn ServerExtension>>,
}

impl Registry {
    /// Adds an extension for both roles.
    ///
    /// # Errors
    ///
    /// Those of [`RegistryError`].
    pub fn both<E>(self, extension: E, prefixes: &[&str]) -> Result<Self, RegistryError>
    where
        E: ClientExtension + ServerExtension + 'static,
    {
        let extension = Arc::new(extension);
        self.client(extension.clone(), prefixes)?
            .server(extension, prefixes)
    }

    /// Adds an extension for clients to offer, after those that are there.
    ///
    /// # Errors
    ///
    /// Those of [`RegistryError`].
    pub fn client(
        mut self,
        extension: Arc<dyn ClientExtension>,
        prefixes: &[&str],
    ) -> Result<Self, RegistryError> {
        let names = prefixed(extension.name(), prefixes)?;
        let extension = Arc::new(Prefixed { extension, names });
        let mut offered = self.clients.iter().flat_map(|known| known.offers());
        let own = extension.offers();
        if offered.any(|known| own.iter().any(|offer| offer.name() == known.name())) {
            return Err(RegistryError::NameTaken);
        }
        self.clients.push(extension);
        Ok(self)
    }

    /// Adds an extension for servers to accept.
    ///
    /// # Errors
    ///
    /// Those of [`RegistryError`].
    pub fn server(
        mut self,
        extension: Arc<dyn ServerExtension>,
        prefixes: &[&str],
    ) -> Result<Self, RegistryError> {
        let names = prefixed(extension.name(), prefixes)?;
        let is_taken = |name: &str| self.servers.iter().any(|known| known.goes_by(name));
        if is_taken(extension.name()) || names.iter().any(|name| is_taken(name)) {
            return Err(RegistryError::NameTaken);
        }
        self.servers.push(Arc::new(Prefixed { extension, names }));
        Ok(self)
    }

    /// What a client offers, in order of preference.
    #[must_use]
    pub fn clients(&self) -> &[Arc<dyn ClientExtension>] {
        &self.clients
    }

    /// What a server accepts.
    #[must_use]
    pub fn servers(&self) -> &[Arc<dyn ServerExtension>] {
        &self.servers
    }
}

/// Why an extension cannot be registered: a mistake in the program.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum RegistryError {
    /// The extension's own name is not a token (RFC 9110 §5.6.2).
    InvalidName,
    /// A prefix is not a token that ends in a hyphen.
    InvalidPrefix,
    /// An extension registered before goes by one of the names, or a prefix is given twice.
    NameTaken,
}

impl Display for RegistryError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidName => "name of an extension is not a token",
            Self::InvalidPrefix => "prefix of an extension is not a token that ends in a hyphen",
            Self::NameTaken => "two extensions go by the same name",
        })
    }
}

impl Error for RegistryError {}

/// `name` behind each of the prefixes.
fn prefixed(name: &str, prefixes: &[&str]) -> Result<Vec<String>, RegistryError> {
    if !is_token(name.as_bytes()) {
        return Err(RegistryError::InvalidName);
    }
    let mut names: Vec<String> = Vec::with_capacity(prefixes.len());
    for prefix in prefixes {
        if !is_token(prefix.as_bytes()) || !prefix.ends_with('-') {
            return Err(RegistryError::InvalidPrefix);
        }
        let prefixed = [prefix, name].concat();
        if names.contains(&prefixed) {
            return Err(RegistryError::NameTaken);
        }
        names.push(prefixed);
    }
    Ok(names)
}

#[cfg(test)]
mod tests;
