//! What the two sides of a connection do with it: the same, each by its own chance.
//!
//! Whatever can be called is called, the futures of all that are dropped at any poll, and some sides
//! read slowly, leave without a word, or panic.

use std::future::{Future, poll_fn};
use std::mem;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use sockeye_connection::{CloseOutcome, Message, MessageKind, PreparedMessage, SendOptions, State};
use sockeye_driver::{
    Error, PongReply, Receiver, Sender, Spawn, Transport, TrySendError, WebSocket,
};
use sockeye_frame::CloseCode;
use tokio::sync::oneshot;

use super::bounds::{expect, unread_excess};
use super::clock::sleep;
use super::ledger::Sent;
use super::life::{Part, message};
use super::network::{Side, SimulatedTransport};
use super::runtime::Simulated;
use super::tasks::Deliberate;

/// Longer than any time limit of a connection.
const FOR_EVER: Duration = Duration::from_secs(300);

/// Uses a WebSocket to its end.
pub(super) async fn live(ws: WebSocket<SimulatedTransport>, mut part: Part) {
    part.open(ws.get_ref().writes());
    match part.random.below(3) {
        0 => whole(ws, part).await,
        _ => in_halves(ws, part).await,
    }
}

/// One task that sends and receives by turns.
async fn whole(mut ws: WebSocket<SimulatedTransport>, mut part: Part) {
    for _ in 0..part.random.below(20) {
        let went_well = match part.random.below(2) {
            0 => say(&mut ws, &mut part).await,
            _ => hear(&mut ws, &mut part, true).await,
        };
        weigh(&ws, &part);
        if !went_well {
            break;
        }
    }
    match Ending::choose(&mut part) {
        Ending::Close => close(&mut ws, &mut part).await,
        Ending::Wait => while hear(&mut ws, &mut part, false).await {},
        Ending::Leave => part.note(|fared| fared.has_left = true),
        Ending::HalfClose => return half_close(ws, part).await,
        Ending::Abort => {
            part.note(|fared| fared.has_left = true);
            ws.abort();
            part.note(|fared| fared.is_over = true);
            return;
        }
        Ending::Panic => panic(&part),
    }
    part.note(|fared| {
        fared.outcome = fared.outcome.take().or_else(|| ws.close_outcome());
        fared.is_over = true;
    });
}

/// A task that receives, and another that sends.
async fn in_halves(ws: WebSocket<SimulatedTransport>, mut part: Part) {
    let (mut sender, mut receiver) = ws.split();
    let (done, is_done) = oneshot::channel();
    let mut sending = part.clone();
    sending.random = super::life::random();
    Simulated::spawn(Box::pin(async move {
        let part = &mut sending;
        let mut is_open = true;
        for _ in 0..part.random.below(20) {
            is_open = is_open && say(&mut sender, part).await;
            weigh(&sender, part);
        }
        match Ending::choose(part) {
            Ending::Close => close(&mut sender, part).await,
            Ending::Wait => {}
            Ending::Leave | Ending::HalfClose | Ending::Abort => {
                part.note(|fared| fared.has_left = true);
                sender.abort();
            }
            Ending::Panic => {
                part.note(|fared| fared.has_left = true);
                sender.abort();
                panic(part);
            }
        }
        let _ = done.send(());
    }));
    while hear(&mut receiver, &mut part, false).await {
        if part.random.below(4) == 0 {
            let pause = part.pause(2000);
            sleep(pause).await;
        }
    }
    let _ = is_done.await;
    part.note(|fared| {
        fared.outcome = fared.outcome.take().or_else(|| receiver.close_outcome());
        fared.is_over = true;
    });
}

/// How a side ends a connection that the other has not ended before.
enum Ending {
    Close,
    /// For the other to end it.
    Wait,
    /// By dropping it.
    Leave,
    /// By the end of what it sends, without a Close frame; it reads on. Halves leave instead.
    HalfClose,
    Abort,
    Panic,
}

impl Ending {
    fn choose(part: &mut Part) -> Self {
        let number = part.random.below(20);
        match (part.side, number) {
            (_, 0) if !part.is_calm => Self::Leave,
            (_, 1) if !part.is_calm => Self::Abort,
            (Side::Server, 2) if !part.is_calm => Self::Panic,
            (Side::Client, 2 | 3) if !part.is_calm => Self::HalfClose,
            (Side::Server, 9) if !part.is_calm => Self::HalfClose,
            // Somebody has to end it, or it would go on for ever.
            (Side::Client, _) => Self::Close,
            (Side::Server, 3..=8) => Self::Close,
            (Side::Server, _) => Self::Wait,
        }
    }
}

/// Ends what this side sends as the programs do that know nothing of Close frames.
async fn half_close(mut ws: WebSocket<SimulatedTransport>, part: Part) {
    part.note(|fared| fared.has_left = true);
    let flushed = give_up((usize::MAX, FOR_EVER), ws.flush()).await;
    // Whoever is closing already has sent a Close frame.
    let is_silent = matches!(flushed, Some(Ok(()))) && ws.state() == State::Open;
    if is_silent {
        part.record().sent_by(part.side).flush();
        part.note(|fared| fared.has_half_closed = true);
    }
    part.tell(|| format!("half-closes: {flushed:?}"));
    let (mut transport, _) = ws.into_inner();
    let mut buf = BytesMut::new();
    let shut = poll_fn(|cx| transport.poll_shutdown(cx)).await;
    while shut.is_ok()
        && let Ok(1..) = poll_fn(|cx| transport.poll_read(cx, &mut buf, 65_536)).await
    {
        buf.clear();
    }
    part.note(|fared| fared.is_over = true);
}

/// Ends this task as a program with a mistake in it would.
fn panic(part: &Part) {
    part.note(|fared| {
        fared.has_left = true;
        fared.is_over = true;
    });
    std::panic::resume_unwind(Box::new(Deliberate));
}

/// What sends: a WebSocket, or the half of one.
trait Speaker: Send {
    fn send(&mut self, message: Message) -> impl Future<Output = Result<(), Error>> + Send;
    fn send_secret(&mut self, message: Message) -> impl Future<Output = Result<(), Error>> + Send;
    fn feed(&mut self, message: Message) -> impl Future<Output = Result<(), Error>> + Send;
    fn flush(&mut self) -> impl Future<Output = Result<(), Error>> + Send;
    fn try_send(&mut self, message: Message) -> Result<(), TrySendError>;
    fn send_prepared(
        &mut self,
        message: &PreparedMessage,
    ) -> impl Future<Output = Result<(), Error>> + Send;
    fn stream(
        &mut self,
        kind: MessageKind,
        pieces: Vec<Bytes>,
    ) -> impl Future<Output = Result<(), Error>> + Send;
    fn ping(&mut self) -> impl Future<Output = Result<PongReply, Error>> + Send;
    fn close(
        &mut self,
        code: CloseCode,
    ) -> impl Future<Output = Result<CloseOutcome, Error>> + Send;
    /// How many bytes of frames have been decoded, while the connection is open.
    fn n_decoded(&self) -> Option<u64>;
}

macro_rules! speaker {
    ($name:ident) => {
        impl Speaker for $name<SimulatedTransport> {
            async fn send(&mut self, message: Message) -> Result<(), Error> {
                $name::send(self, message).await
            }
            async fn send_secret(&mut self, message: Message) -> Result<(), Error> {
                let secret = SendOptions {
                    secret: true,
                    ..SendOptions::default()
                };
                $name::send_with(self, message, secret).await
            }
            async fn feed(&mut self, message: Message) -> Result<(), Error> {
                $name::feed(self, message).await
            }
            async fn flush(&mut self) -> Result<(), Error> {
                $name::flush(self).await
            }
            fn try_send(&mut self, message: Message) -> Result<(), TrySendError> {
                $name::try_send(self, message)
            }
            async fn send_prepared(&mut self, message: &PreparedMessage) -> Result<(), Error> {
                $name::send_prepared(self, message).await
            }
            async fn stream(&mut self, kind: MessageKind, pieces: Vec<Bytes>) -> Result<(), Error> {
                let mut writer = $name::send_streaming(self, kind).await?;
                for piece in pieces {
                    writer.write(piece).await?;
                }
                writer.finish().await
            }
            async fn ping(&mut self) -> Result<PongReply, Error> {
                $name::ping(self).await
            }
            async fn close(&mut self, code: CloseCode) -> Result<CloseOutcome, Error> {
                $name::close(self, code, "the end").await
            }
            fn n_decoded(&self) -> Option<u64> {
                (self.state() == State::Open).then(|| self.stats().received.wire_bytes)
            }
        }
    };
}
speaker!(WebSocket);
speaker!(Sender);

/// What receives: a WebSocket, or the half of one.
trait Listener: Send {
    fn recv(&mut self) -> impl Future<Output = Result<Option<Message>, Error>> + Send;
    /// Receives a message in pieces, which are there as well when the future is dropped.
    fn recv_pieces(
        &mut self,
        pieces: &mut Pieces,
    ) -> impl Future<Output = Result<Option<Message>, Error>> + Send;
}

/// What has come of a message in pieces, and of which kind it is; nothing before it begins.
type Pieces = Option<(MessageKind, Vec<u8>)>;

macro_rules! listener {
    ($name:ident) => {
        impl Listener for $name<SimulatedTransport> {
            async fn recv(&mut self) -> Result<Option<Message>, Error> {
                $name::recv(self).await
            }
            async fn recv_pieces(&mut self, pieces: &mut Pieces) -> Result<Option<Message>, Error> {
                let Some(mut reader) = $name::recv_streaming(self).await? else {
                    return Ok(None);
                };
                let (kind, payload) = pieces.insert((reader.kind(), Vec::new()));
                while let Some(piece) = reader.next().await? {
                    payload.extend_from_slice(&piece);
                }
                let payload = mem::take(payload);
                Ok(Some(match kind {
                    MessageKind::Binary => Message::from(payload),
                    MessageKind::Text => Message::from(String::from_utf8(payload).expect("text")),
                }))
            }
        }
    };
}
listener!(WebSocket);
listener!(Receiver);

/// Does one of the things that a sender can do; `false` when there is no more to be done.
async fn say(speaker: &mut impl Speaker, part: &mut Part) -> bool {
    let what = part.random.below(12);
    match what {
        0 => {
            let pause = part.pause(3000);
            sleep(pause).await;
            return true;
        }
        1 => {
            let n_before = part.record().sent_by(part.side).n_sent();
            let pinged = give_up(part.patience(), speaker.ping()).await;
            let pinged = pinged.map(|pinged| pinged.map(|reply| await_pong(part, n_before, reply)));
            return judge(part, pinged);
        }
        2 => {
            let flushed = give_up(part.patience(), speaker.flush()).await;
            if matches!(flushed, Some(Ok(()))) {
                part.record().sent_by(part.side).flush();
            }
            return judge(part, flushed);
        }
        _ => {}
    }
    let prepared = Arc::clone(&part.prepared);
    let (message, prepared) = match part.random.below(prepared.len() + 1).checked_sub(1) {
        Some(which) if what == 5 => (prepared[which].0.clone(), Some(&prepared[which].1)),
        _ => (message(&mut part.random), None),
    };
    let side = part.side;
    let number = part.record().sent_by(side).send(message.clone());
    if let Some(pipe) = part.record().fared(side).writes {
        expect(pipe, message.as_bytes().len());
    }
    part.tell(|| {
        format!(
            "says number {number} by {what}, {} bytes",
            message.as_bytes().len()
        )
    });
    let patience = part.patience();
    let said = match what {
        3 => give_up(patience, speaker.feed(message)).await,
        4 => match speaker.try_send(message) {
            Ok(()) => Some(Ok(())),
            Err(TrySendError::Full(_)) => {
                part.record().sent_by(side).sent(number, Sent::Never);
                return true;
            }
            Err(TrySendError::Failed(error)) => Some(Err(error)),
            Err(_) => unreachable!("there are two ways to fail"),
        },
        5 => {
            let of_its_own = PreparedMessage::new(message);
            let prepared = prepared.unwrap_or(&of_its_own);
            give_up(patience, speaker.send_prepared(prepared)).await
        }
        6 => give_up(patience, speaker.send_secret(message)).await,
        7 => {
            let kind = message.kind();
            let mut rest = message.into_bytes();
            let mut pieces = Vec::new();
            while rest.len() > 1 && pieces.len() < 5 {
                pieces.push(rest.split_to(1 + part.random.below(rest.len() - 1)));
            }
            pieces.push(rest);
            // Half a message ends the connection, as documented.
            let patience = part.patience_with_halves(patience);
            give_up(patience, speaker.stream(kind, pieces)).await
        }
        _ => give_up(patience, speaker.send(message)).await,
    };
    let sent = match &said {
        Some(Ok(())) => Sent::Surely,
        Some(Err(Error::Closed)) if what != 7 => Sent::Never,
        None if what == 7 => Sent::InPart,
        Some(Err(_)) | None => Sent::Perhaps,
    };
    part.tell(|| format!("said number {number}: {said:?}"));
    part.record().sent_by(side).sent(number, sent);
    judge(part, said)
}

/// Takes note of what a ping went behind, once it is answered.
fn await_pong(part: &Part, n_before: usize, reply: PongReply) {
    let part = part.clone();
    Simulated::spawn(Box::pin(async move {
        if reply.await.is_ok() {
            part.record().sent_by(part.side).answer(n_before);
        }
    }));
}

/// Looks at how much was read and not decoded.
fn weigh(speaker: &impl Speaker, part: &Part) {
    let pipe = part.record().fared(part.side).writes;
    let (Some(pipe), Some(n_decoded)) = (pipe, speaker.n_decoded()) else {
        return;
    };
    if let Some(excess) = unread_excess(pipe, n_decoded) {
        part.note(|fared| fared.unread_excess = fared.unread_excess.max(Some(excess)));
    }
}

/// Receives once; `false` when there is no more to be received.
async fn hear(listener: &mut impl Listener, part: &mut Part, briefly: bool) -> bool {
    let in_pieces = !briefly && part.random.below(8) == 0;
    let mut patience = part.patience();
    if !briefly {
        patience.1 = FOR_EVER;
    }
    let mut pieces = None;
    let heard = match in_pieces {
        true => {
            let patience = part.patience_with_halves(patience);
            give_up(patience, listener.recv_pieces(&mut pieces)).await
        }
        false => give_up(patience, listener.recv()).await,
    };
    let side = part.side;
    part.tell(|| {
        let heard = heard.as_ref().map(|heard| {
            let heard = heard
                .as_ref()
                .map(|heard| heard.as_ref().map(|m| m.as_bytes().len()));
            format!("{heard:?}")
        });
        format!("heard {heard:?}")
    });
    match heard {
        None => {
            // The rest of a message that has begun is lost, as documented, and nothing else.
            if let Some((kind, bytes)) = pieces {
                let is_right = part
                    .record()
                    .sent_by(side.other())
                    .receive_part(kind, &bytes);
                note_nonsense(part, is_right, &bytes);
            }
            true
        }
        Some(Ok(Some(message))) => {
            let is_right = part.record().sent_by(side.other()).receive(&message);
            note_nonsense(part, is_right, message.as_bytes());
            true
        }
        Some(Ok(None)) => {
            part.note(|fared| {
                fared.has_heard_all = true;
                fared.has_heard_the_end = true;
            });
            false
        }
        Some(Err(error)) => {
            part.note(|fared| {
                fared.has_heard_all |= matches!(error, Error::ConnectionLost);
                fared.has_heard_the_end = true;
                fared.errors.push(error);
            });
            false
        }
    }
}

/// Writes bytes down that are not right.
fn note_nonsense(part: &Part, is_right: bool, bytes: &[u8]) {
    if !is_right {
        let start = bytes[..bytes.len().min(40)].escape_ascii();
        let len = bytes.len();
        part.note(|fared| {
            fared
                .nonsense
                .get_or_insert_with(|| format!("{len} bytes {start}"));
        });
    }
}

async fn close(speaker: &mut impl Speaker, part: &mut Part) {
    let code = part
        .random
        .pick(&[CloseCode::NormalClosure, CloseCode::GoingAway]);
    part.tell(|| "closes".to_owned());
    loop {
        let patience = (part.patience().0, FOR_EVER);
        match give_up(patience, speaker.close(code)).await {
            None => {}
            Some(Ok(outcome)) => return part.note(|fared| fared.outcome = Some(outcome)),
            Some(Err(error)) => return part.note(|fared| fared.errors.push(error)),
        }
    }
}

/// Writes an error down; `false` when there is no more to be done.
fn judge(part: &Part, said: Option<Result<(), Error>>) -> bool {
    match said {
        None | Some(Ok(())) => true,
        Some(Err(error)) => {
            part.note(|fared| fared.errors.push(error));
            false
        }
    }
}

/// Waits for `future` for at most so many polls and so long, and drops it then.
pub(super) async fn give_up<R>(
    patience: (usize, Duration),
    future: impl Future<Output = R>,
) -> Option<R> {
    let (mut n_polls, duration) = patience;
    let mut future = pin!(future);
    let mut time = pin!(sleep(duration));
    poll_fn(|cx| {
        if n_polls == 0 || time.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        n_polls -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(result) => Poll::Ready(Some(result)),
            Poll::Pending if n_polls == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

impl Part {
    /// How often something is polled, and how long it is waited for.
    fn patience(&mut self) -> (usize, Duration) {
        match self.random.below(3) {
            0 => (1 + self.random.below(5), Duration::from_secs(2)),
            _ => (usize::MAX, Duration::from_secs(2)),
        }
    }

    /// The same for what costs a message when it is dropped amid it: seldom less than all it takes.
    fn patience_with_halves(&mut self, patience: (usize, Duration)) -> (usize, Duration) {
        match self.random.below(3) {
            0 => patience,
            _ => (usize::MAX, FOR_EVER),
        }
    }
}
