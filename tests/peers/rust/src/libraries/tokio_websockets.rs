//! tokio-websockets.
//!
//! After an error it has a Close frame ready that says why, and sends it when the application closes.

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_websockets::{ClientBuilder, Limits, MaybeTlsStream, ServerBuilder, WebSocketStream};

use crate::library::{Library, Outcome, Settings};

#[derive(Clone, Copy)]
pub(crate) struct TokioWebsockets(pub(crate) Settings);

impl Library for TokioWebsockets {
    async fn serve(self, stream: TcpStream) -> Outcome {
        let server = ServerBuilder::new().limits(self.limits());
        let (_request, socket) = server.accept(stream).await?;
        echo(socket).await
    }

    async fn echo(self, url: String) -> Outcome {
        echo(self.connect(&url).await?).await
    }

    async fn ask(self, url: String) -> Outcome<String> {
        let mut socket = self.connect(&url).await?;
        let message = socket.next().await.ok_or("closed without an answer")??;
        let text = message.as_text().ok_or("the answer is no text")?.to_owned();
        socket.close().await?;
        Ok(text)
    }

    async fn visit(self, url: String) -> Outcome {
        let mut socket = self.connect(&url).await?;
        Ok(socket.close().await?)
    }
}

impl TokioWebsockets {
    async fn connect(self, url: &str) -> Outcome<WebSocketStream<MaybeTlsStream<TcpStream>>> {
        let client = ClientBuilder::new().uri(url)?.limits(self.limits());
        let (socket, _response) = client.connect().await?;
        // Without the library's TLS features there is no other kind.
        let MaybeTlsStream::Plain(stream) = socket.get_ref();
        stream.set_nodelay(true)?;
        Ok(socket)
    }

    fn limits(self) -> Limits {
        Limits::default().max_payload_len(Some(self.0.max_message_bytes))
    }
}

async fn echo(mut socket: WebSocketStream<impl AsyncRead + AsyncWrite + Unpin>) -> Outcome {
    while let Some(Ok(message)) = socket.next().await {
        if message.is_text() || message.is_binary() {
            socket.send(message).await?;
        }
    }
    Ok(socket.close().await?)
}
