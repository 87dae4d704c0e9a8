//! TLS as clients and servers see it: something that a runtime puts around a connection.
//!
//! Which library does so and what it is told are the shell's matter; when it happens, in which
//! time, and at which stage it failed are said here.

use std::future::Future;
use std::io;
use std::time::Duration;

use super::Runtime;
use super::dial::in_time;
use super::time_limit::within;
use crate::{Error, Stage};

/// What a runtime without TLS knows of it; has no values.
#[derive(Clone, Copy, Debug)]
pub enum NoTls {}

/// What a client was told of TLS, or else what the runtime knows by itself.
///
/// Asked for before anything is dialed: what is missing will be missing later, too.
///
/// # Errors
///
/// [`Error::Connect`] at [`Stage::Tls`], for the most part with [`io::ErrorKind::Unsupported`]: there
/// is no TLS in this build.
pub(super) fn told_or_known<R: Runtime>(
    told: Option<&R::ClientTls>,
) -> Result<R::ClientTls, Error> {
    told.map_or_else(R::default_tls, |told| Ok(told.clone()))
        .map_err(failure)
}

/// Puts TLS around a connection to `host`.
///
/// # Errors
///
/// [`Error::Connect`] at [`Stage::Tls`]; with [`io::ErrorKind::PermissionDenied`], the server is not
/// who it should be.
pub(super) async fn secure<R: Runtime>(
    transport: R::Transport,
    host: &str,
    tls: &R::ClientTls,
    limit: Duration,
) -> Result<R::Transport, Error> {
    let securing = R::secure(transport, host, tls);
    in_time(within::<R, _>(limit, securing).await).map_err(failure)
}

fn failure(source: io::Error) -> Error {
    Error::Connect {
        stage: Stage::Tls,
        source,
    }
}

/// The error of a build that cannot do TLS.
pub(super) fn unsupported<T>() -> impl Future<Output = io::Result<T>> + Send
where
    T: Send,
{
    std::future::ready(Err(missing()))
}

/// Why there is no TLS, for `default_tls`.
pub(super) fn missing() -> io::Error {
    let message = "TLS is needed, and this build has none: turn on the feature \
                   `rustls-tls-webpki-roots`, `rustls-tls-native-roots` or \
                   `rustls-platform-verifier`, on tokio also `native-tls`, or `ring` with authorities \
                   of your own by `Client::tls`, or make the TLS stream yourself and hand it to \
                   `Client::connect_on`";
    io::Error::new(io::ErrorKind::Unsupported, message)
}
