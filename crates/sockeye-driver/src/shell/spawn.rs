//! What a runtime's tasks must offer: to be started, told apart, and ended from outside.

use std::fmt::Debug;
use std::future::Future;
use std::hash::Hash;

/// The tasks of some runtime.
///
/// Implemented by a type without values, which stands for the runtime.
pub trait Spawn: 'static {
    /// Tells the tasks apart that exist at one time.
    type TaskId: Copy + Debug + Eq + Hash + Send + Sync + 'static;

    /// Ends one task, by [`abort`](Self::abort). When it is dropped the task goes on.
    type Task: Debug + Send + 'static;

    /// Runs `work` in a task of its own, which goes on when nobody waits for it.
    ///
    /// A panic in it concerns nobody else.
    fn spawn(work: impl Future<Output = ()> + Send + Unpin + 'static)
    -> (Self::TaskId, Self::Task);

    /// The task whose future is being polled or dropped by this thread.
    ///
    /// `None` where the runtime drops a future outside of its task: one that is shutting down.
    fn current_task() -> Option<Self::TaskId>;

    /// Drops the future of a task at its next await, whatever it waits for.
    fn abort(task: Self::Task);
}
