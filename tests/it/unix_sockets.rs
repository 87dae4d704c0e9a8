//! Clients and servers on Unix sockets, on every runtime.

use std::io;
use std::path::Path;
use std::time::Duration;

use sockeye::async_std::{AsyncIo, AsyncIoUnix, AsyncStd};
use sockeye::blocking::Threads;
use sockeye::driver::{Client, ConnectUnix, Listen, Server};
use sockeye::smol::Smol;
use sockeye::tokio::{Tokio, TokioUnix};
use sockeye::{ErrorKind, Stage};
use sockeye_tests::{AsyncShell, Shell, spawn, within};

/// A shell that has Unix sockets.
trait UnixShell: AsyncShell + ConnectUnix {
    type Unix: Listen;

    fn listen_at(path: &Path) -> <Self::Unix as Listen>::Listener;
}

impl UnixShell for Tokio {
    type Unix = TokioUnix;

    fn listen_at(path: &Path) -> <TokioUnix as Listen>::Listener {
        tokio::net::UnixListener::bind(path).unwrap()
    }
}

impl UnixShell for AsyncIo<AsyncStd> {
    type Unix = AsyncIoUnix<AsyncStd>;

    fn listen_at(path: &Path) -> <Self::Unix as Listen>::Listener {
        smol::Async::<std::os::unix::net::UnixListener>::bind(path).unwrap()
    }
}

impl UnixShell for AsyncIo<Smol> {
    type Unix = AsyncIoUnix<Smol>;

    fn listen_at(path: &Path) -> <Self::Unix as Listen>::Listener {
        smol::Async::<std::os::unix::net::UnixListener>::bind(path).unwrap()
    }
}

impl UnixShell for AsyncIo<Threads> {
    type Unix = AsyncIoUnix<Threads>;

    fn listen_at(path: &Path) -> <Self::Unix as Listen>::Listener {
        smol::Async::<std::os::unix::net::UnixListener>::bind(path).unwrap()
    }
}

/// The client says which host it means, and the server may close.
async fn both_ends_are_as_on_tcp<S: UnixShell>() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sock");
    let server = Server::<S::Unix>::from_listener(S::listen_at(&path));
    let handle = server.handle();
    let serving = spawn::<S, _>(server.serve_requests(|mut ws, request| async move {
        let host = request.headers()["host"].to_str()?.to_owned();
        ws.send(format!("{host}{}", request.uri())).await?;
        while let Some(message) = ws.recv().await? {
            ws.send(message).await?;
        }
        Ok(())
    }));
    let client = Client::<S>::new();
    let connecting = client.connect_unix(&path, "ws://chat.example:81/room?x");
    let (mut ws, response) = within("a connection", connecting).await.unwrap();
    assert_eq!(response.status(), 101);
    let first = within("the host", ws.recv()).await.unwrap();
    assert_eq!(first, Some("chat.example:81/room?x".into()));
    let long = "long ".repeat(100_000);
    ws.send(long.as_str()).await.unwrap();
    let echo = within("an echo", ws.recv()).await.unwrap();
    assert_eq!(echo, Some(long.into()));
    let draining = handle.drain(Duration::from_secs(10));
    let (report, end) = tokio::join!(draining, within("the end", ws.recv()));
    assert_eq!(end.unwrap(), None);
    assert_eq!((report.closed, report.aborted), (1, 0));
    within("the server", serving).await.unwrap().unwrap();
}

async fn a_path_on_which_nobody_listens_is_an_error_of_connecting<S: UnixShell>() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none");
    let client = Client::<S>::new();
    let result = client.connect_unix(&path, "ws://chat.example/").await;
    let error = result.map(drop).unwrap_err();
    assert_eq!(error.stage(), Some(Stage::Connect));
    assert_eq!(error.kind(), ErrorKind::Io);
    let source = match error {
        sockeye::Error::Connect { source, .. } => source,
        other => panic!("{other:?}"),
    };
    assert_eq!(source.kind(), io::ErrorKind::NotFound);
}

async fn a_server_that_says_nothing_is_given_up<S: UnixShell>() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sock");
    let _listener = S::listen_at(&path);
    let client = Client::<S>::new().handshake_timeout(Duration::from_millis(50));
    let connecting = client.connect_unix(&path, "ws://chat.example/");
    let result = within("an end of patience", connecting).await;
    let error = result.map(drop).unwrap_err();
    assert_eq!(error.stage(), Some(Stage::Handshake));
    assert!(error.is_timeout(), "{error:?}");
}

macro_rules! on_every_shell {
    ($($name:ident: $shell:ty,)+) => {$(
        mod $name {
            use super::*;

            #[test]
            fn both_ends_are_as_on_tcp() {
                <$shell>::run(super::both_ends_are_as_on_tcp::<$shell>());
            }

            #[test]
            fn a_path_on_which_nobody_listens_is_an_error_of_connecting() {
                let test = super::a_path_on_which_nobody_listens_is_an_error_of_connecting::<$shell>();
                <$shell>::run(test);
            }

            #[test]
            fn a_server_that_says_nothing_is_given_up() {
                <$shell>::run(super::a_server_that_says_nothing_is_given_up::<$shell>());
            }
        }
    )+};
}

on_every_shell! {
    on_tokio: Tokio,
    on_async_std: AsyncIo<AsyncStd>,
    on_smol: AsyncIo<Smol>,
    on_threads: AsyncIo<Threads>,
}
