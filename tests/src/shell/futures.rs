//! The calls of shells whose calls are futures: the driver's own types.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use http::{Request, Response};
use sockeye::driver::{
    BindAddress, Client, DrainReport, PongReply, Receiver, Runtime, Sender, Server, ServerHandle,
    WebSocket,
};
use sockeye::handshake::IntoClientRequest;
use sockeye::{
    Acceptance, Bytes, CloseCode, CloseOutcome, Error, Event, HandlerError, Message, MessageKind,
    Refusal, State, Stats, Transport, TrySendError, UpgradeRequest,
};

use super::{
    ClientCalls, HandleCalls, ReceiverCalls, SenderCalls, ServerCalls, Shell, WebSocketCalls,
};
use crate::AsyncShell;

impl<S: AsyncShell> Shell for S {
    type Client = Client<S>;
    type Server = Server<S>;
    type Handle = ServerHandle<S>;
    type WebSocket = WebSocket<S::Transport>;

    const IS_SECURE: bool = S::HAS_TLS;
    const TRUSTS_BY_DEFAULT: bool = <S as AsyncShell>::TRUSTS_BY_DEFAULT;

    fn client() -> Client<S> {
        Client::new()
    }

    async fn bind(address: impl Into<BindAddress> + Send) -> io::Result<Server<S>> {
        Server::bind(address).await.map(S::guard)
    }

    fn serve_on(socket: TcpListener) -> Server<S> {
        S::guard(Server::from_listener(S::listener(socket)))
    }

    fn run(test: impl Future<Output = ()>) {
        S::block_on(test);
    }

    fn start(work: impl Future<Output = ()> + Send + 'static) {
        let _task = S::spawn(Box::pin(work));
    }
}

impl<S: Runtime> ClientCalls for Client<S> {
    type WebSocket = WebSocket<S::Transport>;

    fn resolver<F>(self, resolver: impl Fn(String, u16) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'static,
    {
        self.resolver(resolver)
    }

    async fn connect(
        &self,
        request: impl IntoClientRequest + Send,
    ) -> Result<(Self::WebSocket, Response<()>), Error> {
        self.connect(request).await
    }
}

impl<S: Runtime> ServerCalls for Server<S> {
    type WebSocket = WebSocket<S::Transport>;
    type Handle = ServerHandle<S>;

    fn http<F>(self, hook: impl Fn(Request<()>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Response<Bytes>> + Send + 'static,
    {
        self.http(hook)
    }

    fn accept_with<F>(self, hook: impl Fn(&UpgradeRequest) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Acceptance, Refusal>> + Send + 'static,
    {
        self.accept_with(hook)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.local_addr()
    }

    fn handle(&self) -> ServerHandle<S> {
        self.handle()
    }

    async fn serve<F>(
        self,
        handler: impl Fn(Self::WebSocket) -> F + Send + Sync + 'static,
    ) -> io::Result<()>
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        self.serve(handler).await
    }

    async fn serve_requests<F>(
        self,
        handler: impl Fn(Self::WebSocket, Request<()>) -> F + Send + Sync + 'static,
    ) -> io::Result<()>
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        self.serve_requests(handler).await
    }
}

impl<S: Runtime> HandleCalls for ServerHandle<S> {
    fn connections(&self) -> usize {
        self.connections()
    }

    fn is_draining(&self) -> bool {
        self.is_draining()
    }

    async fn drain(&self, deadline: Duration) -> DrainReport {
        self.drain(deadline).await
    }
}

impl<T: Transport + 'static> WebSocketCalls for WebSocket<T> {
    type Sender = Sender<T>;
    type Receiver = Receiver<T>;
    type Pong = PongReply;

    async fn recv(&mut self) -> Result<Option<Message>, Error> {
        self.recv().await
    }

    async fn recv_event(&mut self) -> Result<Option<Event>, Error> {
        self.recv_event().await
    }

    async fn recv_pieces(&mut self) -> Result<Option<Vec<Bytes>>, Error> {
        let Some(mut message) = self.recv_streaming().await? else {
            return Ok(None);
        };
        let mut pieces = Vec::new();
        while let Some(piece) = message.next().await? {
            pieces.push(piece);
        }
        Ok(Some(pieces))
    }

    async fn send(&mut self, message: impl Into<Message> + Send) -> Result<(), Error> {
        self.send(message).await
    }

    async fn feed(&mut self, message: impl Into<Message> + Send) -> Result<(), Error> {
        self.feed(message).await
    }

    async fn send_fragments(
        &mut self,
        kind: MessageKind,
        fragments: Vec<Bytes>,
    ) -> Result<(), Error> {
        let mut message = self.send_streaming(kind).await?;
        for fragment in fragments {
            message.write(fragment).await?;
        }
        message.finish().await
    }

    async fn flush(&mut self) -> Result<(), Error> {
        self.flush().await
    }

    fn try_send(&mut self, message: impl Into<Message>) -> Result<(), TrySendError> {
        self.try_send(message)
    }

    async fn ping(&mut self) -> Result<PongReply, Error> {
        self.ping().await
    }

    async fn close(&mut self, code: CloseCode, reason: &str) -> Result<CloseOutcome, Error> {
        self.close(code, reason).await
    }

    fn abort(self) {
        self.abort();
    }

    fn state(&self) -> State {
        self.state()
    }

    fn stats(&self) -> Stats {
        self.stats()
    }

    fn close_outcome(&self) -> Option<CloseOutcome> {
        self.close_outcome()
    }

    fn subprotocol(&self) -> Option<&str> {
        self.subprotocol()
    }

    fn split(self) -> (Sender<T>, Receiver<T>) {
        self.split()
    }
}

impl<T: Transport + 'static> SenderCalls for Sender<T> {
    async fn send(&self, message: impl Into<Message> + Send) -> Result<(), Error> {
        self.send(message).await
    }

    async fn flush(&self) -> Result<(), Error> {
        self.flush().await
    }

    fn stats(&self) -> Stats {
        self.stats()
    }
}

impl<T: Transport + 'static> ReceiverCalls for Receiver<T> {
    type Sender = Sender<T>;
    type WebSocket = WebSocket<T>;

    async fn recv(&mut self) -> Result<Option<Message>, Error> {
        self.recv().await
    }

    fn unsplit(self, sender: Sender<T>) -> Result<WebSocket<T>, (Sender<T>, Self)> {
        self.unsplit(sender)
    }
}
