//! What the server's process holds when nobody is connected: it must come back to that.

use std::{fmt, fs};

use sockeye_tests::settled_heap;
use tokio::runtime::Handle;

use crate::summary::Summary;

/// What this process holds.
pub(crate) struct Held {
    heap: i64,
    tasks: usize,
    /// Open files and sockets; `None` where the system has no Linux /proc.
    descriptors: Option<usize>,
}

impl Held {
    pub(crate) fn now(runtime: &Handle) -> Self {
        let descriptors = fs::read_dir("/proc/self/fd").map(Iterator::count);
        Self {
            heap: settled_heap(),
            tasks: runtime.metrics().num_alive_tasks(),
            descriptors: descriptors.ok(),
        }
    }

    pub(crate) fn compare(&self, before: &Self, summary: &mut Summary) {
        if self.tasks > before.tasks {
            summary.fail("tasks were left behind");
        }
        if self.descriptors > before.descriptors {
            summary.fail("descriptors were left behind");
        }
        if self.heap > before.heap + ALLOWED_HEAP {
            summary.fail(format!(
                "{} bytes were left behind",
                self.heap - before.heap
            ));
        }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            heap,
            tasks,
            descriptors,
        } = self;
        write!(f, "{heap} bytes of heap, {tasks} tasks")?;
        match descriptors {
            Some(n) => write!(f, ", {n} descriptors"),
            None => Ok(()),
        }
    }
}

/// What the heap may have grown by: the memory that each thread keeps for the next connection.
const ALLOWED_HEAP: i64 = 1 << 20;
