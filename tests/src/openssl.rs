//! OpenSSL's own client and server of TLS, with the test as the application above it.
//!
//! What the other end says comes out of the program, and what is written to the program goes to the
//! other end. When its input ends it says goodbye, as TLS wants it; killed, it does not.

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::process::Stdio;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::daemon::{free_address, listening};
use crate::{Certificate, Tool};

/// `openssl s_client` or `openssl s_server`, at work until it is dropped.
#[derive(Debug)]
pub struct OpenSsl {
    /// Where the server is, whichever end that is.
    pub address: SocketAddr,
    // Before its input, so that it is killed before that ends.
    child: Child,
    input: Option<ChildStdin>,
    output: ChildStdout,
}

impl OpenSsl {
    /// Starts a server with a certificate and more `arguments`; `None` when it was left out (see
    /// [`Tool::find`]). It has one client at a time.
    ///
    /// # Panics
    ///
    /// If it does not listen.
    pub async fn server(certificate: &Certificate, arguments: &[OsString]) -> Option<Self> {
        let program = Tool::Openssl.find()?;
        let address = free_address();
        let accept = ["s_server", "-quiet", "-accept", &address.to_string()].map(OsString::from);
        let shown = Self::showing(certificate);
        let mut openssl = Self::start(&program, address, &[&accept, &shown, arguments].concat());
        listening("s_server", address, &mut openssl.child, String::new).await;
        Some(openssl)
    }

    /// Starts a client of the server at `address`, with more `arguments`; `None` when it was left
    /// out.
    ///
    /// # Panics
    ///
    /// If it cannot be started.
    #[must_use]
    pub fn client(address: SocketAddr, arguments: &[OsString]) -> Option<Self> {
        let program = Tool::Openssl.find()?;
        let connect = ["s_client", "-quiet", "-connect", &address.to_string()].map(OsString::from);
        // `-quiet` would have it go on when its input ends.
        let goodbye = ["-no_ign_eof", "-verify_return_error"].map(OsString::from);
        let arguments = [&connect[..], &goodbye, arguments].concat();
        Some(Self::start(&program, address, &arguments))
    }

    /// The arguments by which either end shows a certificate.
    #[must_use]
    pub fn showing(certificate: &Certificate) -> [OsString; 4] {
        let (chain, key) = (&certificate.chain, &certificate.key);
        ["-cert".into(), chain.into(), "-key".into(), key.into()]
    }

    fn start(program: &Path, address: SocketAddr, arguments: &[OsString]) -> Self {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the program can be started");
        Self {
            address,
            input: child.stdin.take(),
            output: child.stdout.take().expect("standard output is piped"),
            child,
        }
    }
}

impl AsyncRead for OpenSsl {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().output).poll_read(cx, buf)
    }
}

impl AsyncWrite for OpenSsl {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().input {
            Some(input) => Pin::new(input).poll_write(cx, bytes),
            None => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().input {
            Some(input) => Pin::new(input).poll_flush(cx),
            None => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A pipe ends when it is closed, and only then.
        self.get_mut().input = None;
        Poll::Ready(Ok(()))
    }
}
