//! What a client asks a server for, and holds its certificate against.

use std::io;

use rustls::pki_types::ServerName;

/// The host of a URI as TLS names it: an address of IPv6 without its brackets.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`]: it is neither a name nor an address.
pub fn server_name(host: &str) -> io::Result<ServerName<'static>> {
    let host = host.trim_matches(['[', ']']).to_owned();
    ServerName::try_from(host).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))
}

#[cfg(test)]
mod tests;
