//! The tasks of the world: polled when woken, in an order that chance decides.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What a program panics with whose mistake is part of the simulation.
pub(super) struct Deliberate;

/// Wakes one task.
struct Alarm {
    id: u64,
    /// It is among the woken already.
    is_woken: AtomicBool,
}

struct Task {
    /// Nothing while it is polled.
    work: Option<Work>,
    alarm: Arc<Alarm>,
    is_aborted: bool,
}

thread_local! {
    static TASKS: RefCell<BTreeMap<u64, Task>> = const { RefCell::new(BTreeMap::new()) };
    static WOKEN: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    static CURRENT: Cell<Option<u64>> = const { Cell::new(None) };
    static N_SPAWNED: Cell<u64> = const { Cell::new(0) };
    static N_PANICS: Cell<usize> = const { Cell::new(0) };
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        if !self.is_woken.swap(true, Ordering::Relaxed) {
            WOKEN.with_borrow_mut(|woken| woken.push(self.id));
        }
    }
}

/// Starts a task.
pub(super) fn spawn(work: impl Future<Output = ()> + Send + 'static) -> u64 {
    let id = N_SPAWNED.get();
    N_SPAWNED.set(id + 1);
    let alarm = Arc::new(Alarm {
        id,
        is_woken: AtomicBool::new(false),
    });
    let task = Task {
        work: Some(Box::pin(work)),
        alarm: Arc::clone(&alarm),
        is_aborted: false,
    };
    TASKS.with_borrow_mut(|tasks| tasks.insert(id, task));
    alarm.wake();
    id
}

/// The task that is being polled or dropped.
pub(super) fn current() -> Option<u64> {
    CURRENT.get()
}

/// Ends a task at its next await.
pub(super) fn abort(id: u64) {
    let alarm = TASKS.with_borrow_mut(|tasks| {
        let task = tasks.get_mut(&id)?;
        task.is_aborted = true;
        Some(Arc::clone(&task.alarm))
    });
    if let Some(alarm) = alarm {
        alarm.wake();
    }
}

/// Polls the one of the woken tasks that `choose` picks; `false` when none is woken.
pub(super) fn run_one(choose: impl FnOnce(usize) -> usize) -> bool {
    let n_woken = WOKEN.with_borrow(Vec::len);
    if n_woken == 0 {
        return false;
    }
    let place = choose(n_woken);
    let id = WOKEN.with_borrow_mut(|woken| woken.swap_remove(place));
    let taken = TASKS.with_borrow_mut(|tasks| {
        let task = tasks.get_mut(&id)?;
        task.alarm.is_woken.store(false, Ordering::Relaxed);
        Some((task.work.take()?, Arc::clone(&task.alarm), task.is_aborted))
    });
    if let Some((work, alarm, is_aborted)) = taken {
        poll(id, work, alarm, is_aborted);
    }
    true
}

fn poll(id: u64, mut work: Work, alarm: Arc<Alarm>, is_aborted: bool) {
    let outer = CURRENT.replace(Some(id));
    let waker = Waker::from(alarm);
    let poll = || work.as_mut().poll(&mut Context::from_waker(&waker));
    let is_over = is_aborted
        || match catch_unwind(AssertUnwindSafe(poll)) {
            Ok(poll) => poll.is_ready(),
            // It concerns nobody else, unless nobody meant it.
            Err(panic) => {
                if !panic.is::<Deliberate>() {
                    N_PANICS.set(N_PANICS.get() + 1);
                }
                true
            }
        };
    let is_over = is_over || {
        let task = TASKS.with_borrow(|tasks| tasks.get(&id).map(|task| task.is_aborted));
        task != Some(false)
    };
    if is_over {
        TASKS.with_borrow_mut(|tasks| tasks.remove(&id));
        drop(work);
    } else {
        TASKS.with_borrow_mut(|tasks| {
            if let Some(task) = tasks.get_mut(&id) {
                task.work = Some(work);
            }
        });
    }
    CURRENT.set(outer);
}

/// How many tasks have panicked without meaning to.
pub(super) fn n_panics() -> usize {
    N_PANICS.get()
}

/// Drops all tasks, and says how many there were.
pub(super) fn clear() -> usize {
    N_PANICS.set(0);
    WOKEN.take();
    N_SPAWNED.set(0);
    let tasks = TASKS.with_borrow_mut(mem::take);
    let n_tasks = tasks.len();
    drop(tasks);
    n_tasks
}
