//! Lets many connections live in simulated worlds, one world for each seed.
//!
//! `sim --seeds N [--from SEED]`, or `sim --seed SEED` to have one told as it happens. Run it by
//! `cargo xtask sim`.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use sockeye_tests::simulation::{Failure, Lived, Losses, simulate, simulate_aloud};

const USAGE: &str = "usage: sim --seeds N [--from SEED] | --seed SEED";

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<_> = env::args().skip(1).collect();
    let (mut from, mut n_seeds) = (0, None);
    for option in args.chunks(2) {
        match option {
            [name, value] if name == "--seeds" => n_seeds = Some(value.parse()?),
            [name, value] if name == "--from" => from = value.parse()?,
            [name, value] if name == "--seed" => {
                writeln!(io::stdout(), "{:?}", simulate_aloud(value.parse()?)?)?;
                return Ok(());
            }
            _ => return Err(USAGE.into()),
        }
    }
    let n_seeds = n_seeds.ok_or(USAGE)?;
    let start = Instant::now();
    let lived = simulate_all(from, n_seeds)?;
    let Lived {
        connections,
        opened,
        clean,
        given_up,
        half_closed,
        sent,
        refused,
        unsure,
        halved,
        received,
        cut,
        lost,
        starved,
        time,
        digest: _,
    } = lived;
    let mut out = io::stdout();
    let (hours, seconds) = (time.as_secs() / 3600, start.elapsed().as_secs());
    writeln!(
        out,
        "{n_seeds} worlds from seed {from}, {hours} hours of theirs in {seconds} seconds; {starved} \
         servers out of descriptors"
    )?;
    writeln!(
        out,
        "{connections} connections: {opened} opened, {given_up} given up before; {clean} ended \
         cleanly, {half_closed} half-closed"
    )?;
    writeln!(
        out,
        "{sent} messages sent, {unsure} perhaps sent, {halved} given up within, {refused} refused: \
         {received} arrived, and of {cut} a part that was enough"
    )?;
    let n_lost = lost.sum();
    let Losses {
        unheard,
        left,
        broken,
        timed_out,
    } = lost;
    writeln!(
        out,
        "{n_lost} of the sent did not arrive: {unheard} the receiver did not listen for, {left} the \
         sender left behind, {broken} were lost with the link, {timed_out} to a time limit"
    )?;
    writeln!(out, "every one of these worlds held to the model")?;
    Ok(())
}

/// Lets the worlds run, as many at once as there are processors.
fn simulate_all(from: u64, n_seeds: u64) -> Result<Lived, Failure> {
    let (next, has_failed) = (AtomicU64::new(from), AtomicBool::new(false));
    let work = || {
        let mut lived = Lived::default();
        while !has_failed.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= from + n_seeds {
                break;
            }
            lived += simulate(seed).inspect_err(|_| has_failed.store(true, Ordering::Relaxed))?;
        }
        Ok(lived)
    };
    let n_threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..n_threads).map(|_| scope.spawn(work)).collect();
        let mut all = Lived::default();
        for thread in threads {
            all += thread.join().expect("a world's panic is its failure")?;
        }
        Ok(all)
    })
}
