//! tokio-tungstenite.
//!
//! A frame may be as large as a message: the library's own limit on frames, 16 MiB, is lower. Its
//! stream ends after an error, without a Close frame of its own.

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, accept_async_with_config, connect_async_with_config,
};

use crate::library::{Library, Outcome, Settings};

#[derive(Clone, Copy)]
pub(crate) struct TokioTungstenite(pub(crate) Settings);

impl Library for TokioTungstenite {
    async fn serve(self, stream: TcpStream) -> Outcome {
        echo(accept_async_with_config(stream, Some(self.config())).await?).await
    }

    async fn echo(self, url: String) -> Outcome {
        echo(self.connect(url).await?).await
    }

    async fn ask(self, url: String) -> Outcome<String> {
        let mut socket = self.connect(url).await?;
        let message = socket.next().await.ok_or("closed without an answer")??;
        let text = message.to_text()?.to_owned();
        socket.close(None).await?;
        Ok(text)
    }

    async fn visit(self, url: String) -> Outcome {
        let mut socket = self.connect(url).await?;
        Ok(socket.close(None).await?)
    }
}

impl TokioTungstenite {
    async fn connect(self, url: String) -> Outcome<WebSocketStream<MaybeTlsStream<TcpStream>>> {
        let disable_nagle = true;
        let connecting = connect_async_with_config(url, Some(self.config()), disable_nagle);
        let (socket, _response) = connecting.await?;
        Ok(socket)
    }

    fn config(self) -> WebSocketConfig {
        WebSocketConfig::default()
            .max_message_size(Some(self.0.max_message_bytes))
            .max_frame_size(Some(self.0.max_message_bytes))
    }
}

async fn echo(mut socket: WebSocketStream<impl AsyncRead + AsyncWrite + Unpin>) -> Outcome {
    while let Some(message) = socket.next().await {
        let message = message?;
        if message.is_text() || message.is_binary() {
            socket.send(message).await?;
        }
    }
    Ok(())
}
