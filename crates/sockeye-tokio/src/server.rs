//! The driver's server and its handle on tokio, under short names.
//!
//! What they do is documented where they are defined, in `sockeye-driver`; the examples are here,
//! where there are sockets to run them on.

use crate::runtime::Tokio;

/// A WebSocket server on tokio's sockets, with a task for each connection.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use sockeye_tokio::Server;
///
/// let server = Server::bind("127.0.0.1:0").await?;
/// let url = format!("ws://{}", server.local_addr()?);
/// let handle = server.handle();
/// let serving = tokio::spawn(server.serve(|mut ws| async move {
///     while let Some(message) = ws.recv().await? {
///         ws.send(message).await?;
///     }
///     Ok(())
/// }));
///
/// let mut ws = sockeye_tokio::connect(&url).await?;
/// ws.send("hello").await?;
/// assert_eq!(ws.recv().await?, Some("hello".into()));
///
/// drop(ws);
/// let report = handle.drain(std::time::Duration::from_secs(5)).await;
/// assert_eq!(report.aborted, 0);
/// serving.await??;
/// # Ok(())
/// # }
/// ```
///
/// # Plain HTTP on the same port
///
/// ```
/// # use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use bytes::Bytes;
/// use http::{Request, Response, StatusCode};
/// use sockeye_tokio::Server;
///
/// async fn page(request: Request<()>) -> Response<Bytes> {
///     let (status, body) = match request.uri().path() {
///         "/health" => (StatusCode::OK, "well"),
///         _ => (StatusCode::NOT_FOUND, "no such page"),
///     };
///     let mut response = Response::new(Bytes::from_static(body.as_bytes()));
///     *response.status_mut() = status;
///     response
/// }
///
/// let server = Server::bind("127.0.0.1:0").await?.http(page);
/// # let addr = server.local_addr()?;
/// # tokio::spawn(server.serve(|_ws| async { Ok(()) }));
/// # let mut tcp = tokio::net::TcpStream::connect(addr).await?;
/// # tcp.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").await?;
/// # let mut answer = String::new();
/// # tcp.read_to_string(&mut answer).await?;
/// # assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("well"), "{answer}");
/// # Ok(())
/// # }
/// ```
///
/// # A log of what goes wrong
///
/// ```
/// # use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use sockeye_tokio::Server;
///
/// # let (told, mut lines) = tokio::sync::mpsc::unbounded_channel();
/// # let log = move |line: String| told.send(line).unwrap();
/// let server = Server::bind("127.0.0.1:0").await?;
/// let server = server.on_failure(move |failure| log(failure.to_string()));
/// # let addr = server.local_addr()?;
/// # tokio::spawn(server.serve(|_ws| async { Ok(()) }));
/// # let mut tcp = tokio::net::TcpStream::connect(addr).await?;
/// # tcp.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await?;
/// # tcp.read_to_end(&mut Vec::new()).await?;
/// # let line = lines.recv().await.unwrap();
/// // 127.0.0.1:50412: no websocket: client was refused with 426 Upgrade Required
/// # assert!(line.ends_with(": no websocket: client was refused with 426 Upgrade Required"), "{line}");
/// # Ok(())
/// # }
/// ```
///
/// # Who may come in
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use http::StatusCode;
/// use sockeye_handshake::{Acceptance, Refusal};
/// use sockeye_tokio::{Client, Server};
///
/// let server = Server::bind("127.0.0.1:0").await?.accept_with(|upgrade| {
///     let cookie = upgrade.request().headers().get("cookie").cloned();
///     async move {
///         match cookie {
///             Some(cookie) if cookie == "session=42" => Ok(Acceptance::new()),
///             _ => Err(Refusal::new(StatusCode::UNAUTHORIZED, "log in first")),
///         }
///     }
/// });
///
/// let url = format!("ws://{}", server.local_addr()?);
/// tokio::spawn(server.serve(|_ws| async { Ok(()) }));
/// assert!(Client::new().header("cookie", "session=42").connect(&url).await.is_ok());
/// let error = Client::new().connect(&url).await.unwrap_err();
/// assert_eq!(error.response().map(|response| response.status().as_u16()), Some(401));
/// # Ok(())
/// # }
/// ```
///
/// # Behind a proxy
///
/// ```
/// # use tokio::io::AsyncWriteExt;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use sockeye_tokio::{ClientAddr, Server, TrustedPeers};
///
/// let proxies = TrustedPeers::new(["127.0.0.1", "10.0.0.0/8"])?;
/// let server = Server::bind("127.0.0.1:0").await?.forwarded_for(proxies);
/// # let addr = server.local_addr()?;
/// # let (told, mut clients) = tokio::sync::mpsc::unbounded_channel();
/// let serving = server.serve_requests(move |ws, request| {
///     let client = request.extensions().get::<ClientAddr>().copied();
///     # told.send(client.map(|client| client.ip)).unwrap();
///     async move {
///         // Who it is, whatever proxy the connection comes from.
///         # drop((ws, client));
///         Ok(())
///     }
/// });
/// # tokio::spawn(serving);
/// # let request = sockeye_tokio::Client::new().header("X-Forwarded-For", "192.0.2.7");
/// # let _ws = request.connect(format!("ws://{addr}")).await?;
/// # assert_eq!(clients.recv().await, Some(Some("192.0.2.7".parse()?)));
/// # Ok(())
/// # }
/// ```
pub type Server = sockeye_driver::Server<Tokio>;

/// A remote control for one [`Server`]: counts its connections, and ends them with grace.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use std::time::Duration;
///
/// use sockeye_tokio::Server;
///
/// # let (interrupt, interrupted) = tokio::sync::oneshot::channel::<()>();
/// # let ctrl_c = || interrupted;
/// # /* What a program has instead of the two lines above:
/// use tokio::signal::ctrl_c;
/// # */
/// let server = Server::bind("127.0.0.1:0").await?;
/// # let url = format!("ws://{}", server.local_addr()?);
/// let handle = server.handle();
/// let ending = tokio::spawn(async move {
///     ctrl_c().await?;
///     let report = handle.drain(Duration::from_secs(6)).await;
///     println!("{} connections closed, {} cut off", report.closed, report.aborted);
/// #   assert_eq!((report.closed, report.aborted), (1, 0));
///     Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
/// });
/// # let client = tokio::spawn(async move {
/// #     let mut ws = sockeye_tokio::connect(&url).await?;
/// #     ws.send("hello").await?;
/// #     assert_eq!(ws.recv().await?, Some("hello".into()));
/// #     let _ = interrupt.send(());
/// #     assert_eq!(ws.recv().await?, None);
/// #     Ok::<_, sockeye_driver::Error>(ws.close_outcome().map(|outcome| u16::from(outcome.code())))
/// # });
/// server
///     .serve(|mut ws| async move {
///         while let Some(message) = ws.recv().await? {
///             ws.send(message).await?;
///         }
///         Ok(())
///     })
///     .await?; // returns when the last connection has ended
/// ending.await??;
/// # assert_eq!(client.await??, Some(1001));
/// # Ok(())
/// # }
/// ```
pub type ServerHandle = sockeye_driver::ServerHandle<Tokio>;

#[cfg(test)]
mod tests;
