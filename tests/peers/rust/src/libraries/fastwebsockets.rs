//! fastwebsockets, over hyper on both sides.
//!
//! Its limit is for each frame: it has none for a message of many. It sends no Close frame after an
//! error unless the application makes one, and its documentation's servers do not.

use std::future::Future;

use fastwebsockets::{
    FragmentCollector, Frame, OpCode, WebSocket, WebSocketError, handshake, upgrade,
};
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, HOST, UPGRADE};
use hyper::rt::Executor;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::Upgraded;
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::library::{Library, Outcome, Settings};

#[derive(Clone, Copy)]
pub(crate) struct Fastwebsockets(pub(crate) Settings);

impl Library for Fastwebsockets {
    async fn serve(self, stream: TcpStream) -> Outcome {
        let service = service_fn(async |request| self.answer(request));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        Ok(connection.with_upgrades().await?)
    }

    async fn echo(self, url: String) -> Outcome {
        self.echo_all(self.connect(&url).await?).await
    }

    async fn ask(self, url: String) -> Outcome<String> {
        let mut socket = FragmentCollector::new(self.connect(&url).await?);
        let message = socket.read_frame().await?;
        let text = String::from_utf8(message.payload.to_vec())?;
        socket.write_frame(Frame::close(1000, &[])).await?;
        Ok(text)
    }

    async fn visit(self, url: String) -> Outcome {
        let mut socket = self.connect(&url).await?;
        Ok(socket.write_frame(Frame::close(1000, &[])).await?)
    }
}

impl Fastwebsockets {
    /// Answers one request: with an upgrade, or not at all where the library sees none in it.
    fn answer(
        self,
        mut request: Request<Incoming>,
    ) -> Result<Response<Empty<Bytes>>, WebSocketError> {
        let (response, upgraded) = upgrade::upgrade(&mut request)?;
        tokio::spawn(async move { self.echo_all(upgraded.await?).await });
        Ok(response)
    }

    async fn connect(self, url: &str) -> Outcome<WebSocket<TokioIo<Upgraded>>> {
        let url: Uri = url.parse()?;
        let authority = url.authority().ok_or("a URL without a host")?.as_str();
        let path = url.path_and_query().map_or("/", |path| path.as_str());
        let stream = TcpStream::connect(authority).await?;
        stream.set_nodelay(true)?;
        let request = Request::builder()
            .method("GET")
            .uri(format!("http://{authority}{path}"))
            .header(HOST, authority)
            .header(UPGRADE, "websocket")
            .header(CONNECTION, "upgrade")
            .header("Sec-WebSocket-Key", handshake::generate_key())
            .header("Sec-WebSocket-Version", "13")
            .body(Empty::<Bytes>::new())?;
        let (socket, _response) = handshake::client(&SpawnExecutor, request, stream).await?;
        Ok(socket)
    }

    async fn echo_all(self, mut socket: WebSocket<TokioIo<Upgraded>>) -> Outcome {
        socket.set_max_message_size(self.0.max_message_bytes);
        let mut socket = FragmentCollector::new(socket);
        loop {
            let frame = socket.read_frame().await?;
            match frame.opcode {
                OpCode::Close => return Ok(()),
                OpCode::Text | OpCode::Binary => socket.write_frame(frame).await?,
                OpCode::Continuation | OpCode::Ping | OpCode::Pong => {}
            }
        }
    }
}

/// Lets hyper's client run on tokio, as the library's documentation does.
struct SpawnExecutor;

impl<F> Executor<F> for SpawnExecutor
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, future: F) {
        tokio::spawn(future);
    }
}
