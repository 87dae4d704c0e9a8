//! Lives that are none of an honest peer, and what the server has to do about each.

use std::time::Duration;

use socket2::SockRef;
use sockeye::Role;
use sockeye_tests::{Random, RawPeer, frame, header};
use tokio::time::{sleep, timeout};

use crate::Result;
use crate::clients::{Ground, some_of};
use crate::honest::{self, Conversation, End};
use crate::life::Life;

/// When the server has given up a peer that neither reads nor writes.
pub(crate) const GIVEN_UP_AFTER: Duration = Duration::from_secs(12);

/// Lives honestly for a moment, and resets the connection in the middle of it.
pub(crate) async fn reset(life: Life, ground: &Ground, random: &mut Random) -> Result<End> {
    let Ok(stream) = ground.dial().await else {
        return not_there(ground);
    };
    SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
    let moment = some_of(ground.orders.pace, random);
    let living = async {
        let ws = ground.open(life, stream).await?;
        let mut conversation = Conversation::new(life, ground, ws);
        while conversation.exchange(8, Duration::ZERO).await? {}
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
    };
    match timeout(moment, living).await {
        Err(_) => Ok("reset"),
        Ok(Ok(())) if ground.is_stopping() => Ok(honest::DRAINED),
        Ok(Err(_)) if ground.is_stopping() => Ok("broken off at the end"),
        Ok(ended) => Err(format!("ended by itself: {ended:?}").into()),
    }
}

/// Lives honestly for a moment, does nothing at all for a long time, and looks what was done.
pub(crate) async fn stall(life: Life, ground: &Ground, random: &mut Random) -> Result<End> {
    let Some(mut conversation) = Conversation::open(life, ground).await? else {
        return not_there(ground);
    };
    let n = u32::try_from(random.below(4))?;
    if !conversation.exchange(n, Duration::ZERO).await? {
        return Ok(honest::DRAINED);
    }
    sleep(GIVEN_UP_AFTER).await;
    match timeout(GIVEN_UP_AFTER, conversation.exchange(1, Duration::ZERO)).await {
        Ok(Ok(true)) => Err("the server has waited all the time".into()),
        Ok(Ok(false) | Err(_)) => Ok("given up"),
        Err(_) => Err("the connection has no end".into()),
    }
}

/// Sends what no client may.
pub(crate) async fn break_rules(ground: &Ground, random: &mut Random) -> Result<End> {
    let (address, choice) = (ground.orders.address, random.below(BROKEN.len() + 3));
    // A peer of bytes panics at what it does not expect.
    let breaking = tokio::spawn(async move {
        match BROKEN.get(choice) {
            Some((first_byte, payload, code)) => {
                let mut peer = RawPeer::open(address).await;
                peer.send(&frame(Role::Client, *first_byte, payload)).await;
                assert_eq!(peer.close_and_end("a broken frame").await, *code);
            }
            None if choice == BROKEN.len() => {
                let mut peer = RawPeer::open(address).await;
                peer.send(&frame(Role::Server, 0x82, b"not masked")).await;
                assert_eq!(peer.close_and_end("a frame without a mask").await, 1002);
            }
            None if choice == BROKEN.len() + 1 => {
                let mut peer = RawPeer::open(address).await;
                let len = (3u64 << 20).to_be_bytes();
                peer.send(&header(Role::Client, 0x82, 127, &len)).await;
                assert_eq!(peer.close_and_end("a frame that is too long").await, 1009);
            }
            None => {
                let mut peer = RawPeer::connect(address).await;
                peer.try_send(b"\x16\x03\x01\x02\x00 no request\r\n\r\n")
                    .await;
                // Where the answer meets more bytes of ours, the system may lose it.
                if let Ok(answer) = peer.rest().await {
                    let answer = String::from_utf8_lossy(&answer);
                    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
                }
            }
        }
    });
    match breaking.await {
        Ok(()) => Ok("caught"),
        Err(_) if ground.is_stopping() => Ok("broken off at the end"),
        Err(error) => Err(format!("case {choice}: {error}").into()),
    }
}

/// The server cannot be reached: because it goes, or something is wrong.
fn not_there(ground: &Ground) -> Result<End> {
    match ground.is_stopping() {
        true => Ok(honest::TURNED_AWAY),
        false => Err("no connection".into()),
    }
}

/// Frames that break a rule: their first byte, payload, and the code that they get.
const BROKEN: [(u8, &[u8], u16); 8] = [
    (0xc2, b"RSV1", 1002),
    (0x92, b"RSV3", 1002),
    (0x83, b"a reserved opcode", 1002),
    (0x09, b"a ping in fragments", 1002),
    (0x80, b"no message goes on", 1002),
    (0x88, &[0x03, 0xed], 1002),
    (0x89, &[0; 126], 1002),
    (0x81, b"\xff is no UTF-8", 1007),
];
