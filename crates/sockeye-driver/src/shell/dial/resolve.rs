//! From the name of a host to its addresses, by the runtime or by a function of the caller's.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use super::named;
use crate::Runtime;

/// Who looks up names; the runtime by default.
#[derive(Clone, Default)]
pub(in crate::shell) struct Resolver {
    own: Option<Arc<Lookup>>,
}

type Lookup = dyn Fn(String, u16) -> BoxFuture<io::Result<Vec<SocketAddr>>> + Send + Sync;
type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl Resolver {
    pub(in crate::shell) fn new<F>(
        lookup: impl Fn(String, u16) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'static,
    {
        let lookup = move |host, port| -> BoxFuture<_> { Box::pin(lookup(host, port)) };
        Self {
            own: Some(Arc::new(lookup)),
        }
    }

    /// The addresses of `host`, one at least; it is asked of nobody when it is one itself.
    pub(super) async fn resolve<R: Runtime>(
        &self,
        host: &str,
        port: u16,
    ) -> io::Result<Vec<SocketAddr>> {
        if let Ok(ip) = host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(ip, port)]);
        }
        let addresses = match &self.own {
            Some(lookup) => lookup(host.to_owned(), port).await,
            None => R::lookup(host, port)
                .await
                .map_err(|error| named(host, error)),
        }?;
        if addresses.is_empty() {
            let message = format!("{host} has no address");
            return Err(io::Error::new(io::ErrorKind::NotFound, message));
        }
        Ok(addresses)
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.own {
            Some(_) => "Resolver(..)",
            None => "Resolver",
        })
    }
}
