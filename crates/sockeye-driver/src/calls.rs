//! The asynchronous calls, written once for the WebSocket and its halves.

use std::task::{Context, ready};

use sockeye_connection::{Message, MessageKind, SendOptions};

use crate::access::Access;
use crate::core::Core;
use crate::sendable::Sendable;
use crate::{Error, Event, MessageReader, MessageWriter, PongReply, Transport, TrySendError};

pub(crate) async fn recv<T: Transport>(
    mut access: Access<'_, T>,
) -> Result<Option<Message>, Error> {
    access.wait(|core, cx| core.poll_message(cx)).await
}

pub(crate) async fn recv_event<T: Transport>(
    mut access: Access<'_, T>,
) -> Result<Option<Event>, Error> {
    access.wait(|core, cx| core.poll_event(cx)).await
}

pub(crate) async fn recv_streaming<T: Transport>(
    mut access: Access<'_, T>,
) -> Result<Option<MessageReader<'_, T>>, Error> {
    let first = access.wait(|core, cx| core.poll_first_piece(cx)).await?;
    Ok(first.map(|(kind, piece)| MessageReader::new(access, kind, piece)))
}

pub(crate) async fn send<T: Transport>(
    mut access: Access<'_, T>,
    message: impl Sendable,
) -> Result<(), Error> {
    let mut message = Some(message);
    let send = |core: &mut Core<T>, cx: &mut Context<'_>| {
        ready!(core.poll_turn(cx));
        core.poll_send(cx, &mut message)
    };
    access.wait(send).await
}

pub(crate) async fn feed<T: Transport>(
    mut access: Access<'_, T>,
    message: impl Sendable,
) -> Result<(), Error> {
    let mut message = Some(message);
    let feed = |core: &mut Core<T>, cx: &mut Context<'_>| {
        ready!(core.poll_turn(cx));
        core.poll_feed(cx, &mut message)
    };
    access.wait(feed).await
}

pub(crate) fn try_send<T: Transport>(
    mut access: Access<'_, T>,
    message: impl Sendable,
) -> Result<(), TrySendError> {
    access.with(|core, cx| {
        let mut message = Some(message);
        match core.poll_send(cx, &mut message) {
            std::task::Poll::Ready(result) => result.map_err(TrySendError::Failed),
            std::task::Poll::Pending => match message {
                Some(message) => Err(TrySendError::Full(message.into_message())),
                None => Ok(()),
            },
        }
    })
}

pub(crate) async fn send_streaming<T: Transport>(
    mut access: Access<'_, T>,
    kind: MessageKind,
    options: SendOptions,
) -> Result<MessageWriter<'_, T>, Error> {
    access.wait(|core, cx| core.poll_begin_message(cx)).await?;
    Ok(MessageWriter::new(access, kind, options))
}

pub(crate) async fn ping<T: Transport>(mut access: Access<'_, T>) -> Result<PongReply, Error> {
    let ping = |core: &mut Core<T>, cx: &mut Context<'_>| {
        ready!(core.poll_turn(cx));
        core.poll_ping(cx)
    };
    access.wait(ping).await
}
