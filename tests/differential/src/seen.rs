//! What an endpoint made of a peer's bytes, said in one way for both.

use sockeye_frame::Role;

/// Something that a peer sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Event {
    Text(String),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    /// The code, 1005 for none, and the reason.
    Close(u16, String),
}

/// What came of all the bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Seen {
    pub(crate) events: Vec<Event>,
    /// The close code of the fault, if the connection was failed.
    pub(crate) failed: Option<u16>,
    /// What was written: pongs, and the answer to a Close.
    pub(crate) answers: Vec<Event>,
}

impl Seen {
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self.events.last(), Some(Event::Close(..)))
    }
}

/// Takes apart what an endpoint wrote, by the picture of RFC 6455 §5.2 alone.
///
/// # Panics
///
/// When it is not made of whole control frames, masked as `role` must.
pub(crate) fn answers(role: Role, written: &[u8]) -> Vec<Event> {
    let mut rest = written;
    let mut answers = Vec::new();
    while let [first, second, behind @ ..] = rest {
        let len = usize::from(second & 127);
        assert!(len <= 125, "answers are short");
        assert_eq!(second & 128 != 0, role == Role::Client);
        let (key, behind) = match role {
            Role::Client => behind.split_at(4),
            Role::Server => (&[0; 4][..], behind),
        };
        let (payload, behind) = behind.split_at(len);
        let keys = key.iter().cycle();
        let payload: Vec<u8> = payload.iter().zip(keys).map(|(a, b)| a ^ b).collect();
        answers.push(match (first, &payload[..]) {
            (0x8a, _) => Event::Pong(payload),
            (0x88, []) => Event::Close(1005, String::new()),
            (0x88, [high, low, reason @ ..]) => {
                let reason = String::from_utf8(reason.to_vec()).expect("a reason is text");
                Event::Close(u16::from_be_bytes([*high, *low]), reason)
            }
            other => panic!("no answer: {other:?}"),
        });
        rest = behind;
    }
    assert!(rest.is_empty(), "answers are whole frames");
    answers
}
