//! The driver's types over tokio streams, under short names.
//!
//! What they do is documented where they are defined, in `sockeye-driver`; the examples are here,
//! where there are sockets to run them on.

use crate::io::Io;
use crate::stream::Stream;

/// A WebSocket over a tokio stream: by default the one that [`connect`](crate::connect) and
/// [`Server`](crate::Server) make.
///
/// # To many at once
///
/// The sending half goes wherever there is something to send; the receiving half stays.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use sockeye_connection::Message;
/// use sockeye_tokio::{Server, WebSocket, connect};
/// use tokio::sync::broadcast;
///
/// let (news, _) = broadcast::channel::<Message>(64);
///
/// async fn member(ws: WebSocket, news: broadcast::Sender<Message>) -> Result<(), sockeye_driver::Error> {
///     let mut subscription = news.subscribe();
///     let (sender, mut receiver) = ws.split();
///     let forwarding = tokio::spawn(async move {
///         sender.send("welcome").await?;
///         // Ends too when this member was more than 64 messages behind.
///         while let Ok(message) = subscription.recv().await {
///             sender.send(message).await?; // bytes are shared, not copied
///         }
///         sender.start_close(sockeye_frame::CloseCode::TryAgainLater, "too slow")
///     });
///     let result = loop {
///         match receiver.recv().await {
///             Ok(Some(message)) => drop(news.send(message)),
///             Ok(None) => break Ok(()),
///             Err(error) => break Err(error),
///         }
///     };
///     forwarding.abort();
///     result
/// }
///
/// let server = Server::bind("127.0.0.1:0").await?;
/// let url = format!("ws://{}", server.local_addr()?);
/// tokio::spawn(server.serve(move |ws| {
///     let news = news.clone();
///     async move { Ok(member(ws, news).await?) }
/// }));
///
/// let (mut ann, mut bob) = (connect(&url).await?, connect(&url).await?);
/// for member in [&mut ann, &mut bob] {
///     assert_eq!(member.recv().await?, Some("welcome".into()));
/// }
/// ann.send("hello, all").await?;
/// for member in [&mut ann, &mut bob] {
///     assert_eq!(member.recv().await?, Some("hello, all".into()));
/// }
/// # Ok(())
/// # }
/// ```
///
/// # In pieces
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use sockeye_connection::MessageKind;
/// use sockeye_tokio::{Server, connect};
///
/// let server = Server::bind("127.0.0.1:0").await?;
/// # let url = format!("ws://{}", server.local_addr()?);
/// tokio::spawn(server.serve(|mut ws| async move {
///     let mut n_bytes = 0;
///     if let Some(mut message) = ws.recv_streaming().await? {
///         while let Some(piece) = message.next().await? {
///             n_bytes += piece.len(); // or write it to a file; only this piece is in memory
///         }
///     }
///     ws.send(format!("{n_bytes} bytes")).await?;
///     ws.recv().await?;
///     Ok(())
/// }));
///
/// let mut ws = connect(&url).await?;
/// let mut message = ws.send_streaming(MessageKind::Binary).await?;
/// for chunk in [&b"of a length "[..], b"nobody knew"] {
///     message.write(chunk).await?;
/// }
/// message.finish().await?;
/// assert_eq!(ws.recv().await?, Some("23 bytes".into()));
/// # Ok(())
/// # }
/// ```
///
/// # Many small messages
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use sockeye_connection::ApiMisuse;
/// use sockeye_driver::Burst;
/// use sockeye_tokio::{Server, connect};
///
/// /// All that one read brings is answered in one write.
/// fn echo(burst: &mut Burst<'_>) -> Result<(), ApiMisuse> {
///     while let Some(message) = burst.next_message() {
///         burst.send(&message)?;
///     }
///     Ok(())
/// }
///
/// let server = Server::bind("127.0.0.1:0").await?;
/// # let url = format!("ws://{}", server.local_addr()?);
/// tokio::spawn(server.serve(|mut ws| async move {
///     let mut answered = Ok(());
///     while ws.burst(|burst| answered = echo(burst)).await? {
///         answered?;
///     }
///     Ok(())
/// }));
///
/// let mut ws = connect(&url).await?;
/// ws.feed("one").await?;
/// ws.feed("two").await?;
/// ws.flush().await?;
/// assert_eq!(ws.recv().await?, Some("one".into()));
/// assert_eq!(ws.recv().await?, Some("two".into()));
/// # Ok(())
/// # }
/// ```
pub type WebSocket<S = Stream> = sockeye_driver::WebSocket<Io<S>>;

/// The sending half of a [`WebSocket`] that was split.
pub type Sender<S = Stream> = sockeye_driver::Sender<Io<S>>;

/// The receiving half of a [`WebSocket`] that was split.
pub type Receiver<S = Stream> = sockeye_driver::Receiver<Io<S>>;
