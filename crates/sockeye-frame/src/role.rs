//! Which end of the connection an endpoint is (RFC 6455 §1.2).
//!
//! The role decides who masks (§5.1) and nothing else at this layer; who closes the
//! transport first (§7.1.1) is the connection's business.

use core::fmt;

/// The part an endpoint plays in a connection.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Role {
    /// Opened the connection; masks every frame it sends.
    Client,
    /// Accepted the connection; masks none.
    Server,
}

impl Role {
    /// Whether an endpoint in this role masks the frames it sends.
    ///
    /// Source: RFC 6455 §5.1.
    #[inline]
    #[must_use]
    pub const fn masks(self) -> bool {
        // RFC 6455 §5.1: a client MUST mask all frames that it sends to the server
        // RFC 6455 §5.1: a server MUST NOT mask any frames that it sends to the client
        matches!(self, Self::Client)
    }

    /// The role at the other end.
    #[inline]
    #[must_use]
    pub const fn peer(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::Role;

    #[test]
    fn clients_mask_and_servers_do_not() {
        assert!(Role::Client.masks());
        assert!(!Role::Server.masks());
        assert_eq!(Role::Client.peer(), Role::Server);
        assert_eq!(Role::Server.peer(), Role::Client);
    }

    #[test]
    fn roles_are_shown_by_name() {
        let shown = [Role::Client, Role::Server].map(|role| role.to_string());
        assert_eq!(shown, ["client", "server"]);
    }
}
