//! What a server rides over, told to whoever wants to know.
//!
//! Nobody does by default: then a connection carries an empty pointer, and nothing is asked of its
//! socket.

use std::any::Any;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::{fmt, io, mem};

use super::connection::HandlerError;
use crate::{Error, Stage};

/// Something that went wrong while a [`Server`](crate::Server) served, and concerned one connection.
///
/// Displayed, it is a line for a log: `127.0.0.1:50412: no websocket: client was refused with 403
/// Forbidden`. Control characters in the text of an error or a panic are escaped.
#[derive(Debug)]
#[non_exhaustive]
pub struct Failure {
    /// Where the connection comes from; behind a proxy, that one's address. `None` where no connection
    /// came about, on Unix sockets, and when the peer was gone at once.
    pub peer: Option<SocketAddr>,
    /// What went wrong.
    pub cause: FailureCause,
}

/// What went wrong on a connection of a server.
#[derive(Debug)]
#[non_exhaustive]
pub enum FailureCause {
    /// A connection could not be accepted, or the process has no room for one; accepting goes on,
    /// after a pause if need be.
    Accept(io::Error),
    /// The opening handshake was refused or failed; at [`Stage::Tls`](crate::Stage::Tls), that of TLS
    /// before it.
    ///
    /// Also of whoever connects and leaves, as health checks do.
    Handshake(Error),
    /// The handler returned this error.
    Handler(HandlerError),
    /// The handler panicked, or a hook of the handshake did, with this message.
    Panic(String),
}

/// What is called with each [`Failure`].
pub(super) type FailureHook = dyn Fn(Failure) + Send + Sync;

/// Tells the failures of one connection, if anybody wants to know.
#[derive(Default)]
pub(crate) struct Reporter {
    /// A box, since all connections have this and few an address to keep.
    to: Option<Box<(Arc<FailureHook>, Option<SocketAddr>)>>,
}

impl Reporter {
    /// `peer` is asked only if there is a hook.
    pub(super) fn new(
        hook: Option<&Arc<FailureHook>>,
        peer: impl FnOnce() -> Option<SocketAddr>,
    ) -> Self {
        Self {
            to: hook.map(|hook| Box::new((Arc::clone(hook), peer()))),
        }
    }

    pub(super) fn report(&self, cause: FailureCause) {
        if let Some(to) = &self.to {
            let (hook, peer) = &**to;
            tell(&**hook, Failure { peer: *peer, cause });
        }
    }

    /// Does `work`, and tells of a panic in it, which goes on.
    pub(super) fn watch<T>(&self, work: impl FnOnce() -> T) -> T {
        if self.to.is_none() {
            return work();
        }
        // What is broken behind a panic is not looked at: the task ends by it.
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
            self.report(FailureCause::Panic(message(&*panic)));
            resume_unwind(panic)
        })
    }
}

/// Calls a hook, whose panics are nobody else's: it is called by the accept loop too.
pub(super) fn tell(hook: &FailureHook, failure: Failure) {
    let told = catch_unwind(AssertUnwindSafe(|| hook(failure)));
    // What it panicked with may panic in its own `Drop`, and what that panics with too.
    if let Err(panic) = told
        && let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic)))
    {
        mem::forget(another);
    }
}

/// What `panic!` was given, where that was text.
fn message(panic: &(dyn Any + Send)) -> String {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(message), _) => (*message).to_owned(),
        (None, Some(message)) => message.clone(),
        (None, None) => "a panic without a message".to_owned(),
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.peer {
            Some(peer) => write!(f, "{peer}: {}", self.cause),
            None => self.cause.fmt(f),
        }
    }
}

impl fmt::Display for FailureCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;

        let mut f = Line(f);
        match self {
            Self::Accept(error) => write!(f, "accepting failed: {error}"),
            // It is the client that connects.
            Self::Handshake(Error::Connect {
                stage: Stage::Tls,
                source,
            }) => write!(f, "no websocket: TLS failed: {source}"),
            Self::Handshake(error) => write!(f, "no websocket: {error}"),
            Self::Handler(error) => write!(f, "handler failed: {error}"),
            Self::Panic(message) => write!(f, "handler or hook panicked: {message}"),
        }
    }
}

/// Escapes control characters: an error's text is foreign, and a line of a log is one line.
struct Line<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl fmt::Write for Line<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| match c.is_control() {
            true => write!(self.0, "{}", c.escape_default()),
            false => self.0.write_char(c),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn failure(peer: Option<&str>, cause: FailureCause) -> Failure {
        Failure {
            peer: peer.map(|peer| peer.parse().unwrap()),
            cause,
        }
    }

    #[test]
    fn a_failure_is_a_line_for_a_log() {
        let refused = Error::Refused(http::StatusCode::FORBIDDEN);
        let refused = failure(Some("127.0.0.1:9"), FailureCause::Handshake(refused));
        assert_eq!(
            refused.to_string(),
            "127.0.0.1:9: no websocket: client was refused with 403 Forbidden"
        );
        let source = io::Error::new(io::ErrorKind::InvalidData, "the client speaks no TLS");
        let stage = Stage::Tls;
        let cause = FailureCause::Handshake(Error::Connect { stage, source });
        assert_eq!(
            failure(None, cause).to_string(),
            "no websocket: TLS failed: the client speaks no TLS"
        );
        let handler = failure(None, FailureCause::Handler("too bad".into()));
        assert_eq!(handler.to_string(), "handler failed: too bad");
        let causes = [
            FailureCause::Handler("too\r\nbad".into()),
            FailureCause::Panic("too\r\nbad".to_owned()),
            FailureCause::Accept(io::Error::other("too\r\nbad")),
            FailureCause::Handshake(io::Error::other("too\r\nbad").into()),
        ];
        for cause in causes {
            let line = failure(Some("127.0.0.1:9"), cause).to_string();
            assert!(line.ends_with("too\\r\\nbad"), "{line}");
        }
    }

    #[test]
    fn a_panic_is_told_and_goes_on() {
        let told = Arc::<Mutex<Vec<String>>>::default();
        let tell = Arc::clone(&told);
        let hook: Arc<FailureHook> =
            Arc::new(move |failure| tell.lock().unwrap().push(failure.to_string()));
        let reporter = Reporter::new(Some(&hook), || None);
        let panicking = |message: &str| {
            let work = || reporter.watch(|| panic!("{message}"));
            assert!(catch_unwind(AssertUnwindSafe(work)).is_err());
        };
        panicking("this belongs to the test");
        assert_eq!(reporter.watch(|| 7), 7);
        let told = told.lock().unwrap();
        assert_eq!(
            *told,
            ["handler or hook panicked: this belongs to the test"]
        );
    }

    #[test]
    fn nor_is_what_it_panics_with() {
        struct Bomb;

        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("this belongs to the test");
            }
        }

        let hook: Arc<FailureHook> = Arc::new(|_| std::panic::panic_any(Bomb));
        let reporter = Reporter::new(Some(&hook), || None);
        reporter.report(FailureCause::Handler("too bad".into()));
    }

    #[test]
    fn a_hook_that_panics_is_nobody_elses_panic() {
        let hook: Arc<FailureHook> = Arc::new(|_| panic!("this belongs to the test"));
        let reporter = Reporter::new(Some(&hook), || None);
        reporter.report(FailureCause::Handler("too bad".into()));
    }
}
