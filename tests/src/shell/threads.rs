//! The calls of the blocking shell, each made by a thread that waits in it.
//!
//! A task of a test is a thread here, as is each handler of a server: both make their calls
//! themselves, one after the other. The test itself may do several things at once, so each of its
//! calls gets a thread; one that is no longer waited for goes on to its end, since nobody can break
//! off a call.

use std::cell::Cell;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use http::{Request, Response};
use sockeye::blocking::{Client, Receiver, Sender, Server, ServerHandle, WebSocket};
use sockeye::driver::{BindAddress, DrainReport};
use sockeye::handshake::IntoClientRequest;
use sockeye::{
    Acceptance, Bytes, CloseCode, CloseOutcome, Error, Event, HandlerError, Message, MessageKind,
    Refusal, State, Stats, TrySendError, UpgradeRequest,
};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use super::{
    ClientCalls, HandleCalls, ReceiverCalls, SenderCalls, ServerCalls, Shell, WebSocketCalls,
};
use crate::secured::rustls_sides;

/// The blocking shell.
pub type Waiting = Threaded<false>;

/// The blocking shell with TLS on every connection.
pub type SecureWaiting = Threaded<true>;

/// The blocking shell, with TLS or without; has no values.
#[derive(Debug)]
pub enum Threaded<const IS_SECURE: bool> {}

impl<const IS_SECURE: bool> Threaded<IS_SECURE> {
    fn guard(server: Server) -> Server {
        match IS_SECURE {
            true => server.tls(rustls_sides().1.clone()),
            false => server,
        }
    }
}

impl<const IS_SECURE: bool> Shell for Threaded<IS_SECURE> {
    type Client = Client;
    type Server = Server;
    type Handle = ServerHandle;
    type WebSocket = Lent<WebSocket>;

    const IS_SECURE: bool = IS_SECURE;
    const TRUSTS_BY_DEFAULT: bool = false;

    fn client() -> Client {
        match IS_SECURE {
            true => Client::new().tls(rustls_sides().0.clone()),
            false => Client::new(),
        }
    }

    async fn bind(address: impl Into<BindAddress> + Send) -> io::Result<Server> {
        let address = address.into();
        call(move || Server::bind(address).map(Self::guard)).await
    }

    fn serve_on(socket: TcpListener) -> Server {
        Self::guard(Server::from_listener(socket).expect("there are descriptors"))
    }

    fn run(test: impl Future<Output = ()>) {
        tokio().block_on(test);
    }

    fn start(work: impl Future<Output = ()> + Send + 'static) {
        thread::spawn(move || complete(work));
    }
}

/// Makes a call: in this thread if it is there to wait, otherwise in another.
async fn call<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    if MAY_WAIT.get() {
        return work();
    }
    let (result, receiver) = oneshot::channel();
    thread::spawn(move || {
        let _ = result.send(work());
    });
    receiver.await.expect("no panic in a call")
}

/// Does `work` in this thread, which waits whenever a call in it does.
fn complete<T>(work: impl Future<Output = T>) -> T {
    let before = MAY_WAIT.replace(true);
    let result = tokio().block_on(work);
    MAY_WAIT.set(before);
    result
}

thread_local! {
    static MAY_WAIT: Cell<bool> = const { Cell::new(false) };
}

/// What raw peers and time limits of tests run on; never shut down, as threads of a test may
/// outlive it.
fn tokio() -> &'static Runtime {
    static TOKIO: OnceLock<Runtime> = OnceLock::new();
    TOKIO.get_or_init(|| {
        let mut tokio = tokio::runtime::Builder::new_multi_thread();
        let tokio = tokio.worker_threads(2).enable_all().build();
        tokio.expect("there are threads and descriptors")
    })
}

/// Something that is lent to the thread that makes a call on it.
///
/// When the call is no longer waited for, it is gone with the call.
#[derive(Debug)]
pub struct Lent<T>(Option<T>);

impl<T: Send + 'static> Lent<T> {
    fn new(it: T) -> Self {
        Self(Some(it))
    }

    async fn call<R: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut T) -> R + Send + 'static,
    ) -> R {
        let mut it = self.0.take().expect(ONE_CALL);
        let (it, result) = call(move || {
            let result = work(&mut it);
            (it, result)
        })
        .await;
        self.0 = Some(it);
        result
    }

    fn get(&self) -> &T {
        self.0.as_ref().expect(ONE_CALL)
    }

    fn into_inner(self) -> T {
        self.0.expect(ONE_CALL)
    }
}

const ONE_CALL: &str = "no call was left before its end";

impl ClientCalls for Client {
    type WebSocket = Lent<WebSocket>;

    fn resolver<F>(self, resolver: impl Fn(String, u16) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'static,
    {
        self.resolver(move |host, port| complete(resolver(host, port)))
    }

    async fn connect(
        &self,
        request: impl IntoClientRequest + Send,
    ) -> Result<(Self::WebSocket, Response<()>), Error> {
        let client = self.clone();
        let request = request.into_client_request()?;
        let connected = call(move || client.connect(request)).await;
        connected.map(|(ws, response)| (Lent::new(ws), response))
    }
}

impl ServerCalls for Server {
    type WebSocket = Lent<WebSocket>;
    type Handle = ServerHandle;

    fn http<F>(self, hook: impl Fn(Request<()>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Response<Bytes>> + Send + 'static,
    {
        self.http(move |request| complete(hook(request)))
    }

    fn accept_with<F>(self, hook: impl Fn(&UpgradeRequest) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Acceptance, Refusal>> + Send + 'static,
    {
        self.accept_with(move |request| complete(hook(request)))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.local_addr()
    }

    fn handle(&self) -> ServerHandle {
        self.handle()
    }

    async fn serve<F>(
        self,
        handler: impl Fn(Self::WebSocket) -> F + Send + Sync + 'static,
    ) -> io::Result<()>
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        call(move || self.serve(move |ws| complete(handler(Lent::new(ws))))).await
    }

    async fn serve_requests<F>(
        self,
        handler: impl Fn(Self::WebSocket, Request<()>) -> F + Send + Sync + 'static,
    ) -> io::Result<()>
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let handler = move |ws, request| complete(handler(Lent::new(ws), request));
        call(move || self.serve_requests(handler)).await
    }
}

impl HandleCalls for ServerHandle {
    fn connections(&self) -> usize {
        self.connections()
    }

    fn is_draining(&self) -> bool {
        self.is_draining()
    }

    async fn drain(&self, deadline: Duration) -> DrainReport {
        let handle = self.clone();
        call(move || handle.drain(deadline)).await
    }
}

impl WebSocketCalls for Lent<WebSocket> {
    type Sender = Sender;
    type Receiver = Lent<Receiver>;
    type Pong = Pin<Box<dyn Future<Output = Result<Duration, Error>> + Send>>;

    async fn recv(&mut self) -> Result<Option<Message>, Error> {
        self.call(WebSocket::recv).await
    }

    async fn recv_event(&mut self) -> Result<Option<Event>, Error> {
        self.call(WebSocket::recv_event).await
    }

    async fn recv_pieces(&mut self) -> Result<Option<Vec<Bytes>>, Error> {
        self.call(|ws| {
            let Some(mut message) = ws.recv_streaming()? else {
                return Ok(None);
            };
            let mut pieces = Vec::new();
            while let Some(piece) = message.next()? {
                pieces.push(piece);
            }
            Ok(Some(pieces))
        })
        .await
    }

    async fn send(&mut self, message: impl Into<Message> + Send) -> Result<(), Error> {
        let message = message.into();
        self.call(|ws| ws.send(message)).await
    }

    async fn feed(&mut self, message: impl Into<Message> + Send) -> Result<(), Error> {
        let message = message.into();
        self.call(|ws| ws.feed(message)).await
    }

    async fn send_fragments(
        &mut self,
        kind: MessageKind,
        fragments: Vec<Bytes>,
    ) -> Result<(), Error> {
        self.call(move |ws| {
            let mut message = ws.send_streaming(kind)?;
            for fragment in fragments {
                message.write(fragment)?;
            }
            message.finish()
        })
        .await
    }

    async fn flush(&mut self) -> Result<(), Error> {
        self.call(WebSocket::flush).await
    }

    fn try_send(&mut self, message: impl Into<Message>) -> Result<(), TrySendError> {
        self.0.as_mut().expect(ONE_CALL).try_send(message)
    }

    async fn ping(&mut self) -> Result<Self::Pong, Error> {
        let reply = self.call(WebSocket::ping).await?;
        Ok(Box::pin(call(move || reply.wait())))
    }

    async fn close(&mut self, code: CloseCode, reason: &str) -> Result<CloseOutcome, Error> {
        let reason = reason.to_owned();
        self.call(move |ws| ws.close(code, &reason)).await
    }

    fn abort(self) {
        self.into_inner().abort();
    }

    fn state(&self) -> State {
        self.get().state()
    }

    fn stats(&self) -> Stats {
        self.get().stats()
    }

    fn close_outcome(&self) -> Option<CloseOutcome> {
        self.get().close_outcome()
    }

    fn subprotocol(&self) -> Option<&str> {
        self.get().subprotocol()
    }

    fn split(self) -> (Self::Sender, Self::Receiver) {
        let (sender, receiver) = self.into_inner().split();
        (sender, Lent::new(receiver))
    }
}

impl SenderCalls for Sender {
    async fn send(&self, message: impl Into<Message> + Send) -> Result<(), Error> {
        let (sender, message) = (self.clone(), message.into());
        call(move || sender.send(message)).await
    }

    async fn flush(&self) -> Result<(), Error> {
        let sender = self.clone();
        call(move || sender.flush()).await
    }

    fn stats(&self) -> Stats {
        self.stats()
    }
}

impl ReceiverCalls for Lent<Receiver> {
    type Sender = Sender;
    type WebSocket = Lent<WebSocket>;

    async fn recv(&mut self) -> Result<Option<Message>, Error> {
        self.call(Receiver::recv).await
    }

    fn unsplit(self, sender: Sender) -> Result<Self::WebSocket, (Sender, Self)> {
        match self.into_inner().unsplit(sender) {
            Ok(ws) => Ok(Lent::new(ws)),
            Err((sender, receiver)) => Err((sender, Self::new(receiver))),
        }
    }
}
