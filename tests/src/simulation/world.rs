//! The world of a seed: its time, its chance, its tasks and its network, on this thread.
//!
//! Everything that happens is an event at a time or a task that was woken; which of several woken
//! tasks comes first, and which of several alarms, is chance. Time passes only here.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::task::Waker;
use std::time::Duration;

use super::life::Climate;
use super::network::{Delivery, Network, PipeId};
use super::tasks;
use crate::Random;

/// Whether to tell what happens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Trace {
    On,
    Off,
}

pub(super) struct World {
    pub(super) now: Duration,
    pub(super) random: Random,
    pub(super) alarms: BTreeMap<(Duration, u64), Waker>,
    pub(super) deliveries: BTreeMap<(Duration, u64), Delivery>,
    pub(super) network: Network,
    /// The first bound that was not kept.
    breach: Option<String>,
    /// How often time has leapt, and how far in all.
    leapt: (u32, Duration),
    n_given: u64,
    climate: Climate,
    trace: Trace,
    /// Stands for all that was done on the network so far, and when.
    digest: u64,
}

/// What is done on the network.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    Write,
    Read,
    Shutdown,
    Accept,
}

thread_local! {
    static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
}

impl World {
    fn new(seed: u64, climate: Climate, trace: Trace) -> Self {
        Self {
            now: Duration::ZERO,
            random: Random::new(seed),
            alarms: BTreeMap::new(),
            deliveries: BTreeMap::new(),
            network: Network::default(),
            breach: None,
            leapt: (0, Duration::ZERO),
            n_given: 0,
            climate,
            trace,
            digest: 0,
        }
    }

    pub(super) const fn is_calm(&self) -> bool {
        self.climate.is_calm
    }

    /// A bound was not kept.
    pub(super) fn breach(&mut self, what: impl FnOnce() -> String) {
        self.breach.get_or_insert_with(what);
    }

    /// How often time has leapt, and how far in all.
    pub(super) const fn leapt(&self) -> (u32, Duration) {
        self.leapt
    }

    /// Takes note of what was done at a place, with these bytes, or of how it failed.
    pub(super) fn digest(
        &mut self,
        act: Act,
        place: u64,
        done: Result<impl Iterator<Item = u8>, &io::Error>,
    ) {
        let when = self.now.as_nanos().to_le_bytes();
        let place = place.to_le_bytes();
        let head = when.into_iter().chain(place).chain([act as u8]);
        let mut take = |byte: u8| {
            self.digest =
                (self.digest.rotate_left(5) ^ u64::from(byte)).wrapping_mul(0x517c_c1b7_2722_0a95);
        };
        head.for_each(&mut take);
        match done {
            Ok(bytes) => bytes.for_each(take),
            Err(error) => error.to_string().bytes().for_each(take),
        }
    }

    /// A number that nothing else in this world has.
    pub(super) fn number(&mut self) -> u64 {
        self.n_given += 1;
        self.n_given
    }

    /// Whether something of this chance, in 1024ths, happens.
    pub(super) fn happens(&mut self, chance: usize) -> bool {
        self.random.below(1024) < chance
    }

    pub(super) fn deliver(&mut self, at: Duration, delivery: Delivery) {
        let number = self.number();
        self.deliveries.insert((at, number), delivery);
    }

    /// Moves on to the next thing that happens by itself; `None` when nothing will.
    ///
    /// Gives whom it wakes.
    fn advance(&mut self) -> Option<Vec<Waker>> {
        let next = [
            self.alarms.first_key_value().map(|(key, _)| key.0),
            self.deliveries.first_key_value().map(|(key, _)| key.0),
        ];
        let next = next.into_iter().flatten().min()?;
        self.now = self.now.max(next);
        let leaps = self.climate.leaps;
        if leaps > 0 && self.happens(leaps) {
            let leap = self.random.below(60_000);
            let leap = Duration::from_millis(u64::try_from(leap).unwrap_or_default());
            self.now += leap;
            self.leapt = (self.leapt.0 + 1, self.leapt.1 + leap);
        }
        let mut woken = Vec::new();
        while let Some(delivery) = self.deliveries.first_entry()
            && delivery.key().0 <= self.now
        {
            let delivery = delivery.remove();
            self.arrive(delivery, &mut woken);
        }
        while let Some(alarm) = self.alarms.first_entry()
            && alarm.key().0 <= self.now
        {
            let waker = alarm.remove();
            let place = self.random.below(woken.len() + 1);
            woken.insert(place, waker);
        }
        Some(woken)
    }
}

/// Longer than any connection can last with its time limits, leaps in time and stalls, where links
/// may take one byte at a time: a day.
pub(super) const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// Runs `begin` and all that it starts in the world of `seed`, until nothing more can happen or
/// more time has passed than can.
///
/// Gives when that was, and what was left over.
pub(super) fn run(seed: u64, climate: Climate, trace: Trace, begin: impl FnOnce()) -> Remains {
    WORLD.set(Some(World::new(seed, climate, trace)));
    let mut keys = Random::new(!seed);
    sockeye_driver::foresee(move |bytes| bytes.fill_with(|| keys.byte()));
    tasks::clear();
    begin();
    while with(|world| world.now) <= LIFETIME {
        while tasks::run_one(|n_woken| with(|world| world.random.below(n_woken))) {
            with(|world| world.now += Duration::from_micros(world.random.byte().into()) / 16);
        }
        let Some(woken) = with(World::advance) else {
            break;
        };
        woken.into_iter().for_each(Waker::wake);
    }
    let n_panics = tasks::n_panics();
    let n_tasks = tasks::clear();
    let world = WORLD.take().expect("it was there all along");
    Remains {
        at: world.now,
        n_panics,
        n_tasks,
        n_transports: world.network.n_transports(),
        n_alarms: world.alarms.len(),
        breach: world.breach,
        most_starved: world.network.most_starved(),
        resets: world.network.resets(),
        digest: world.digest,
    }
}

/// What there still is when nothing more can happen.
#[derive(Debug)]
pub(super) struct Remains {
    pub(super) at: Duration,
    pub(super) n_panics: usize,
    pub(super) n_tasks: usize,
    pub(super) n_transports: usize,
    pub(super) n_alarms: usize,
    pub(super) breach: Option<String>,
    /// How often a listener was asked for a caller while it was out of descriptors, at the most.
    pub(super) most_starved: usize,
    pub(super) resets: BTreeSet<PipeId>,
    pub(super) digest: u64,
}

/// Uses this thread's world for a moment.
pub(super) fn with<R>(use_it: impl FnOnce(&mut World) -> R) -> R {
    WORLD.with_borrow_mut(|world| use_it(world.as_mut().expect("a world is running")))
}

/// The same where there may be none any more: something is dropped late.
pub(super) fn with_any<R>(use_it: impl FnOnce(&mut World) -> R) -> Option<R> {
    WORLD.with_borrow_mut(|world| world.as_mut().map(use_it))
}

/// Tells what happens, if that is wanted.
pub(super) fn tell(what: impl FnOnce() -> String) {
    let heard = with(|world| (world.trace == Trace::On).then_some(world.now));
    if let Some(now) = heard {
        let line: fmt::Arguments<'_> = format_args!("{now:>14?} {}", what());
        eprintln!("{line}");
    }
}
