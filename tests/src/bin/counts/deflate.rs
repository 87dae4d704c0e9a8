//! permessage-deflate (RFC 7692): by the chain alone, and through a connection that echoes.
//!
//! JSON of 1 KiB at the default level. Most of it is zlib's own; the echo next to the two others
//! shows what is not.

use std::hint::black_box;

use sockeye_connection::{Config, Connection, Event, Input, Pair, Timestamp};
use sockeye_extensions::{
    Chain, Compress, FrameStart, FrameToSend, Offer, PermessageDeflate, ServerExtension,
};
use sockeye_frame::{FrameHeader, MaskKey, Opcode, Role, Rsv};

use crate::encode::write;
use crate::frames;
use crate::subject::Subject;

pub(crate) fn subjects() -> Vec<Subject> {
    let of_both = [false, true].into_iter().flat_map(|takeover| {
        [
            compress(takeover),
            decompress(takeover),
            echo(takeover, LEN, 16),
            echo(takeover, SHORT_LEN, 64),
        ]
    });
    of_both.collect()
}

fn compress(takeover: bool) -> Subject {
    Subject::new(name("compress", takeover, LEN, 16), 16, move || {
        let texts = frames::json(LEN, 16);
        let mut chain = chain(takeover);
        let mut out = Vec::with_capacity(2 * LEN);
        move || {
            for text in &texts {
                out.clear();
                let encoded = chain.encode(&TO_SEND, black_box(text), &mut out);
                assert_eq!(encoded, Ok(Some(Rsv::RSV1)));
                black_box(&out);
            }
        }
    })
}

fn decompress(takeover: bool) -> Subject {
    Subject::new(name("decompress", takeover, LEN, 16), 16, move || {
        let payloads = compressed(takeover, &frames::json(LEN, 16));
        let mut chain = chain(takeover);
        let mut out = Vec::with_capacity(2 * LEN);
        move || {
            for payload in &payloads {
                out.clear();
                assert_eq!(chain.begin_frame(&RECEIVED), Ok(true));
                let decoded = chain.decode(black_box(payload), true, 1 << 20, &mut out);
                assert_eq!(decoded, Ok(()));
                assert_eq!(out.len(), LEN);
            }
        }
    })
}

fn echo(takeover: bool, len: usize, n_messages: usize) -> Subject {
    let name = name("echo", takeover, len, n_messages);
    Subject::new(name, n_messages, move || {
        let wire = wire(&compressed(takeover, &frames::json(len, n_messages)));
        let read = frames::aligned(&wire);
        let now = Timestamp::default();
        let config = Config::default();
        let entropy = Pair::entropy();
        let mut connection = Connection::new(Role::Server, config, chain(takeover), entropy, now);
        let mut buffer = None;
        move || {
            read.copy_from_slice(&wire);
            let mut input = Input::from(&mut *read);
            connection.lend_buffer(buffer.take().unwrap_or_default());
            let mut n_received = 0;
            while let Some(event) = connection.next_event(&mut input, now) {
                let Event::Message(message) = event else {
                    panic!("not a message: {event:?}");
                };
                let sent = connection.send_copy(message.kind(), message.as_bytes(), now);
                sent.expect("an open connection with room in its queue");
                n_received += 1;
            }
            assert_eq!(n_received, n_messages);
            assert!(write(&mut connection) < n_messages * len, "compressed");
            buffer = connection.take_buffer();
        }
    })
}

/// What a client sends for these texts, the first referring to nothing.
fn compressed(takeover: bool, texts: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut chain = chain(takeover);
    let compress = |text: &Vec<u8>| {
        let mut out = Vec::new();
        let encoded = chain.encode(&TO_SEND, text, &mut out);
        assert_eq!(encoded, Ok(Some(Rsv::RSV1)));
        out
    };
    texts.iter().map(compress).collect()
}

fn wire(payloads: &[Vec<u8>]) -> Vec<u8> {
    let mut wire = Vec::new();
    for payload in payloads {
        let key = MaskKey::from(frames::KEY);
        let header = FrameHeader {
            fin: true,
            rsv: Rsv::RSV1,
            opcode: Opcode::Text,
            mask: Some(key),
            payload_len: payload.len() as u64,
        };
        wire.extend_from_slice(&header.encode());
        key.append_masked(payload, &mut wire);
    }
    wire
}

/// The extension as a server has it after a client's plainest offer.
fn chain(takeover: bool) -> Chain {
    let mut config = PermessageDeflate::default();
    if takeover {
        config = config.context_takeover();
    }
    let (_, extension) = config
        .negotiate(&Offer::new("permessage-deflate"))
        .expect("an offer that it accepts");
    let mut chain = Chain::default();
    chain.push(extension).expect("the only extension");
    chain
}

fn name(what: &str, takeover: bool, len: usize, n_messages: usize) -> String {
    let kind = if takeover { "takeover" } else { "alone" };
    let size = frames::size(len);
    format!("deflate-{what}-{kind}-{n_messages}x{size}")
}

const LEN: usize = 1024;
const SHORT_LEN: usize = 200;

const TO_SEND: FrameToSend = FrameToSend {
    opcode: Opcode::Text,
    first: true,
    fin: true,
    compress: Compress::Auto,
    alone: false,
};

const RECEIVED: FrameStart = FrameStart {
    opcode: Opcode::Text,
    first: true,
    fin: true,
    rsv: Rsv::RSV1,
};
