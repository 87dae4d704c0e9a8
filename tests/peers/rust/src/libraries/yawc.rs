//! yawc, over hyper on the server's side.
//!
//! It leaves UTF-8 unchecked unless asked to check it, and both its limits exclude the number given.
//! A client that does not offer its own window's size declines every server that wants it smaller.

use futures_util::{SinkExt, StreamExt};
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use yawc::close::CloseCode;
use yawc::{Frame, OpCode, Options, TcpWebSocket, WebSocket};

use crate::library::{Library, Outcome, Settings};

#[derive(Clone, Copy)]
pub(crate) struct Yawc(pub(crate) Settings);

impl Library for Yawc {
    async fn serve(self, stream: TcpStream) -> Outcome {
        let service = service_fn(async |request| self.answer(request));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        Ok(connection.with_upgrades().await?)
    }

    async fn echo(self, url: String) -> Outcome {
        echo(self.connect(&url).await?).await
    }

    async fn ask(self, url: String) -> Outcome<String> {
        let mut socket = self.connect(&url).await?;
        let message = socket.next().await.ok_or("closed without an answer")?;
        let text = std::str::from_utf8(message.payload())?.to_owned();
        socket.send(Frame::close(CloseCode::Normal, [])).await?;
        Ok(text)
    }

    async fn visit(self, url: String) -> Outcome {
        let mut socket = self.connect(&url).await?;
        Ok(socket.send(Frame::close(CloseCode::Normal, [])).await?)
    }
}

impl Yawc {
    /// Answers one request: with an upgrade, or not at all where the library sees none in it.
    fn answer(self, mut request: Request<Incoming>) -> yawc::Result<Response<Empty<Bytes>>> {
        let (response, upgraded) = WebSocket::upgrade_with_options(&mut request, self.options())?;
        tokio::spawn(async move { echo(upgraded.await?).await });
        Ok(response)
    }

    async fn connect(self, url: &str) -> Outcome<TcpWebSocket> {
        let mut options = self.options();
        if self.0.deflate {
            options = options.with_client_max_window_bits(15);
        }
        Ok(WebSocket::connect(url.parse()?)
            .with_options(options)
            .await?)
    }

    fn options(self) -> Options {
        let limit = self.0.max_message_bytes.saturating_add(1);
        let options = Options::default()
            .with_limits(limit, limit)
            .with_utf8()
            .with_no_delay();
        match self.0.deflate {
            true => options.with_balanced_compression(),
            false => options.without_compression(),
        }
    }
}

async fn echo(mut socket: WebSocket<impl AsyncRead + AsyncWrite + Unpin>) -> Outcome {
    while let Some(frame) = socket.next().await {
        if matches!(frame.opcode(), OpCode::Text | OpCode::Binary) {
            socket.send(frame).await?;
        }
    }
    Ok(())
}
