//! What chance decides about a world and its connections before they begin.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use sockeye_connection::{
    CloseOutcome, Compress, Config, Limits, Message, PreparedMessage, Timeouts,
};
use sockeye_driver::Error;
use sockeye_extensions::{PermessageDeflate, WindowBits};

use super::ledger::Ledger;
use super::network::{Fate, Manners, PipeId, Side};
use super::world::{tell, with};
use crate::Random;

/// What a world is like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Climate {
    /// Nothing breaks, nobody is slow, everybody closes: then all must end well.
    pub(super) is_calm: bool,
    pub(super) n_clients: usize,
    /// Chance of leaps in time, in 1024ths.
    pub(super) leaps: usize,
    /// When the server begins to leave, whether or not there are clients.
    pub(super) drains_at: Option<Duration>,
}

impl Climate {
    pub(super) fn of(seed: u64) -> Self {
        let mut random = Random::new(seed ^ 0x5eed);
        let is_calm = random.below(4) == 0;
        let leaps = match random.below(8) {
            0 if !is_calm => 40,
            _ => 0,
        };
        let drains_at = random.below(4) == 0;
        let drains_at = drains_at.then(|| Duration::from_millis(below(&mut random, 5000)));
        Self {
            is_calm,
            n_clients: 1 + random.below(8),
            leaps,
            drains_at,
        }
    }
}

/// What a new link is like.
pub(super) fn manners(random: &mut Random, is_calm: bool) -> Manners {
    let mut fate = || Fate {
        reset_at: (!is_calm && random.below(6) == 0).then(|| length(random)),
        stalls_at: (!is_calm && random.below(6) == 0).then(|| {
            let delay = Duration::from_millis(below(random, 120_000));
            (length(random), delay)
        }),
    };
    let (client, server) = (fate(), fate());
    Manners {
        // What is on its way has to arrive within the time for the closing handshake.
        capacity: match is_calm {
            true => random.pick(&[65_536, 1 << 20]),
            false => random.pick(&[1, 100, 4096, 65_536, 1 << 20]),
        },
        latency: Duration::from_micros(below(random, 50_000)),
        moods: random.pick(&[0, 0, 100, 400]),
        resets_discard: random.below(2) == 0,
        client,
        server,
    }
}

/// Limits of one end.
pub(super) fn config(random: &mut Random) -> Config {
    let max_frame_payload_bytes = random.pick(&[None, None, Some(16), Some(125), Some(1000)]);
    let timeouts = match random.below(4) {
        0 => Timeouts {
            ping_interval: Some(Duration::from_millis(300)),
            idle_release: Some(Duration::from_millis(100)),
            ..Timeouts::default()
        },
        _ => Timeouts::default(),
    };
    // Not below the 4 KiB that pings may fill: where they come faster than the link takes them,
    // there would never be room for a message.
    let limits = Limits {
        high_water_bytes: random.pick(&[5000, 20_000, 65_536, 65_536]),
        ..Limits::default()
    };
    Config {
        limits,
        max_frame_payload_bytes,
        timeouts,
        ..Config::default()
    }
}

/// What one end does of compression; the other end's wishes are others.
pub(super) fn deflate(random: &mut Random) -> Option<PermessageDeflate> {
    let windows = WindowBits::MIN.bits()..=WindowBits::MAX.bits();
    let windows: Vec<_> = windows.filter_map(WindowBits::new).collect();
    let deflate = PermessageDeflate::default()
        .server_context_takeover(random.below(2) == 0)
        .client_context_takeover(random.below(2) == 0)
        .server_max_window_bits(random.pick(&windows))
        .client_max_window_bits(random.pick(&windows))
        .compress(random.pick(&[Compress::Auto, Compress::Always, Compress::Never]));
    (random.below(3) > 0).then_some(deflate)
}

/// A length: often that of a handshake, a frame or two, sometimes of long messages.
pub(super) fn length(random: &mut Random) -> usize {
    let limit = random.pick(&[10, 200, 200, 1000, 5000, 100_000]);
    random.below(limit)
}

/// A number below `limit`, for times.
pub(super) fn below(random: &mut Random, limit: u32) -> u64 {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    u64::try_from(random.below(limit)).unwrap_or(u64::MAX)
}

/// Chance of one's own, drawn from the world's.
pub(super) fn random() -> Random {
    with(|world| {
        Random::new(u64::from_le_bytes(std::array::from_fn(|_| {
            world.random.byte()
        })))
    })
}

/// How one side of a connection fared.
#[derive(Debug, Default)]
pub(super) struct Fared {
    /// It got a WebSocket.
    pub(super) has_opened: bool,
    /// It received until there was no more to come.
    pub(super) has_heard_all: bool,
    /// It received until it was told the end, or an error.
    pub(super) has_heard_the_end: bool,
    /// It left without a word, or with half a message.
    pub(super) has_left: bool,
    /// It gave up the opening handshake.
    pub(super) has_given_up: bool,
    /// It ended what it sends without a Close frame.
    pub(super) has_half_closed: bool,
    /// It is done.
    pub(super) is_over: bool,
    pub(super) outcome: Option<CloseOutcome>,
    pub(super) errors: Vec<Error>,
    /// What it writes to, once it got a WebSocket.
    pub(super) writes: Option<PipeId>,
    /// How many bytes beyond the bound it had read and not decoded.
    pub(super) unread_excess: Option<u64>,
    /// What it got that it could not get.
    pub(super) nonsense: Option<String>,
}

impl Fared {
    /// Whether it received until it was told the end, or an error, and did not leave.
    pub(super) const fn has_listened(&self) -> bool {
        self.has_heard_the_end && !self.has_left
    }
}

/// One connection, as both sides write it down.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) client: Fared,
    pub(super) server: Fared,
    pub(super) from_client: Ledger,
    pub(super) from_server: Ledger,
}

impl Record {
    pub(super) fn fared(&mut self, side: Side) -> &mut Fared {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    pub(super) fn sent_by(&mut self, side: Side) -> &mut Ledger {
        match side {
            Side::Client => &mut self.from_client,
            Side::Server => &mut self.from_server,
        }
    }
}

/// One side of one connection.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) number: usize,
    pub(super) record: Arc<Mutex<Record>>,
    pub(super) side: Side,
    pub(super) is_calm: bool,
    pub(super) config: Config,
    pub(super) random: Random,
    pub(super) prepared: Prepared,
}

/// Messages that everybody in a world sends.
pub(super) type Prepared = Arc<[(Message, PreparedMessage)]>;

/// Makes some.
pub(super) fn prepare(random: &mut Random) -> Prepared {
    let messages = (0..4).map(|_| message(random));
    messages
        .map(|message| (message.clone(), PreparedMessage::new(message)))
        .collect()
}

/// Any message.
pub(super) fn message(random: &mut Random) -> Message {
    let len = length(random);
    let is_plain = random.below(2) == 0;
    match random.below(2) {
        0 if is_plain => Message::from(random.bytes(len)),
        0 => Message::from(vec![random.byte(); len]),
        _ => {
            let words = ["sock", "eye", " ", "ß", "水", "🐟", "{\"n\":", "}"];
            let mut text = String::new();
            while text.len() < len {
                text.push_str(random.pick(&words));
            }
            Message::from(text)
        }
    }
}

impl Part {
    pub(super) fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().expect("nobody panics while writing")
    }

    /// Tells what this side does, if that is wanted.
    pub(super) fn tell(&self, what: impl FnOnce() -> String) {
        tell(|| format!("{} {:?} {}", self.number, self.side, what()));
    }

    pub(super) fn note(&self, note: impl FnOnce(&mut Fared)) {
        note(self.record().fared(self.side));
    }

    /// This side has a WebSocket, over the end of a link that writes to `pipe`.
    pub(super) fn open(&self, pipe: PipeId) {
        with(|world| world.open(pipe, &self.config));
        self.note(|fared| {
            fared.has_opened = true;
            fared.writes = Some(pipe);
        });
    }

    /// Up to so many milliseconds; a twentieth in a calm world.
    pub(super) fn pause(&mut self, limit: u32) -> Duration {
        let limit = if self.is_calm { limit / 20 } else { limit };
        Duration::from_millis(below(&mut self.random, limit))
    }
}
