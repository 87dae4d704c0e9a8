//! Lives in which everything has to go well.

use std::time::Duration;

use sockeye::tokio::{Receiver, Sender, WebSocket};
use sockeye::{CloseCode, CloseOutcome};
use sockeye_tests::Random;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::Result;
use crate::clients::{Ground, some_of};
use crate::life::Life;
use crate::message;

/// How a life ended in which nothing was wrong.
pub(crate) type End = &'static str;

/// The connection of a life.
pub(crate) struct Conversation<'a> {
    life: Life,
    ground: &'a Ground,
    sender: Sender<TcpStream>,
    receiver: Receiver<TcpStream>,
    n_sent: u32,
    n_acknowledged: u32,
}

/// Opens, sends and compares some bursts of messages with silence between them, and closes.
pub(crate) async fn live(life: Life, ground: &Ground, random: &mut Random) -> Result<End> {
    let Some(mut conversation) = Conversation::open(life, ground).await? else {
        return Ok(TURNED_AWAY);
    };
    for _ in 0..=random.below(6) {
        let burst = u32::try_from(1 + random.below(8))?;
        let silence = some_of(ground.orders.pace, random);
        if !conversation.exchange(burst, Duration::ZERO).await?
            || !conversation.wait(silence).await?
        {
            return conversation.drained();
        }
    }
    conversation.close().await
}

/// The same, once, with a pause before each message is taken.
pub(crate) async fn read_slowly(life: Life, ground: &Ground) -> Result<End> {
    let Some(mut conversation) = Conversation::open(life, ground).await? else {
        return Ok(TURNED_AWAY);
    };
    if !conversation
        .exchange(20, Duration::from_millis(100))
        .await?
    {
        return conversation.drained();
    }
    conversation.close().await
}

impl<'a> Conversation<'a> {
    /// `None` if the server is going away.
    pub(crate) async fn open(life: Life, ground: &'a Ground) -> Result<Option<Self>> {
        let opened = async {
            let stream = ground.dial().await?;
            ground.open(life, stream).await
        };
        match opened.await {
            Ok(ws) => Ok(Some(Self::new(life, ground, ws))),
            Err(_) if ground.is_stopping() => Ok(None),
            Err(error) => Err(format!("opening: {error}").into()),
        }
    }

    pub(crate) fn new(life: Life, ground: &'a Ground, ws: WebSocket<TcpStream>) -> Self {
        let (sender, receiver) = ws.split();
        Self {
            life,
            ground,
            sender,
            receiver,
            n_sent: 0,
            n_acknowledged: 0,
        }
    }

    /// Sends messages and takes them back; `false` if the server closed instead.
    pub(crate) async fn exchange(&mut self, n: u32, pause: Duration) -> Result<bool> {
        let Self {
            life,
            sender,
            n_sent,
            ..
        } = self;
        let life = *life;
        let first = *n_sent;
        *n_sent += n;
        let sending = async {
            for number in first..first + n {
                sender.feed(message::nth(life, number)).await?;
            }
            sender.flush().await
        };
        let (receiver, record) = (&mut self.receiver, &self.ground.acknowledged);
        let (acknowledged, last) = (&mut self.n_acknowledged, *n_sent);
        let receiving = async {
            while *acknowledged < last {
                sleep(pause).await;
                match receiver.recv().await? {
                    Some(message) if message == message::nth(life, *acknowledged) => {
                        *acknowledged += 1;
                        record.note(life, *acknowledged)?;
                    }
                    Some(other) => {
                        return Err(format!("not message {acknowledged}: {other:?}").into());
                    }
                    None => return Ok(false),
                }
            }
            Ok(true)
        };
        let (sent, received) = tokio::join!(sending, receiving);
        match received {
            // Behind the server's Close nothing is sent.
            Ok(false) => Ok(false),
            Ok(true) => Ok(sent.map(|()| true)?),
            Err(error) => Err(error),
        }
    }

    /// Says nothing, and hears nothing; `false` if the server closed.
    async fn wait(&mut self, time: Duration) -> Result<bool> {
        match timeout(time, self.receiver.recv()).await {
            Err(_) => Ok(true),
            Ok(Ok(None)) => Ok(false),
            Ok(Ok(Some(message))) => Err(format!("nobody asked for {message:?}").into()),
            Ok(Err(error)) => Err(error.into()),
        }
    }

    async fn close(self) -> Result<End> {
        let Ok(mut ws) = self.receiver.unsplit(self.sender) else {
            return Err("two halves that do not fit".into());
        };
        let outcome = ws.close(CloseCode::NormalClosure, "").await?;
        let is_drained = self.ground.is_stopping() && is_going_away(&outcome);
        match outcome.clean {
            true if is_drained => Ok(DRAINED),
            true => Ok("closed"),
            false => Err(format!("not clean: {outcome:?}").into()),
        }
    }

    /// The server closed: because it goes, or something is wrong.
    fn drained(&self) -> Result<End> {
        match self.receiver.close_outcome() {
            Some(outcome)
                if outcome.clean && is_going_away(&outcome) && self.ground.is_stopping() =>
            {
                Ok(DRAINED)
            }
            outcome => Err(format!("closed by the server: {outcome:?}").into()),
        }
    }
}

fn is_going_away(outcome: &CloseOutcome) -> bool {
    let received = outcome.received.as_ref();
    received.is_some_and(|frame| frame.code == CloseCode::GoingAway)
}

/// The server closed with 1001 because it was told to drain.
pub(crate) const DRAINED: End = "closed by the server with 1001";

/// The server was going away already.
pub(crate) const TURNED_AWAY: End = "not accepted any more";
