//! Tasks that end, hang and panic.

use std::future::{pending, ready};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::*;

/// tokio's tasks: what is tested needs a runtime to end them.
#[derive(Debug)]
enum OnTokio {}

impl Spawn for OnTokio {
    type TaskId = tokio::task::Id;
    type Task = tokio::task::AbortHandle;

    fn spawn(
        work: impl Future<Output = ()> + Send + Unpin + 'static,
    ) -> (Self::TaskId, Self::Task) {
        let task = tokio::spawn(work).abort_handle();
        (task.id(), task)
    }

    fn current_task() -> Option<Self::TaskId> {
        tokio::task::try_id()
    }

    fn abort(task: Self::Task) {
        task.abort();
    }
}

type Tasks = super::Tasks<OnTokio>;

/// Fails the test if no end is in sight.
async fn none_left(tasks: &Tasks) {
    timeout(Duration::from_secs(10), tasks.none_left())
        .await
        .expect("all tasks end");
}

#[tokio::test]
async fn none_left_is_ready_at_once_without_tasks() {
    none_left(&Tasks::default()).await;
}

#[tokio::test]
async fn tasks_count_until_they_end() {
    let tasks = Arc::<Tasks>::default();
    let (finish, finished) = oneshot::channel::<()>();
    tasks.spawn(Box::pin(async { drop(finished.await) }));
    tasks.spawn(ready(()));
    assert_eq!(
        tasks.counts(),
        Counts {
            running: 2,
            ended: 0
        }
    );
    finish.send(()).unwrap();
    none_left(&tasks).await;
    assert_eq!(
        tasks.counts(),
        Counts {
            running: 0,
            ended: 2
        }
    );
}

#[tokio::test]
async fn who_waits_for_fewer_goes_on_before_all_have_ended() {
    let tasks = Arc::<Tasks>::default();
    let (finish, finished) = oneshot::channel::<()>();
    tasks.spawn(Box::pin(async { drop(finished.await) }));
    tasks.spawn(pending());
    let waiting = tokio::spawn({
        let tasks = Arc::clone(&tasks);
        async move { tasks.at_most(1).await }
    });
    let all = tokio::spawn({
        let tasks = Arc::clone(&tasks);
        async move { tasks.none_left().await }
    });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    finish.send(()).unwrap();
    let waited = timeout(Duration::from_secs(10), waiting).await;
    waited.expect("one has ended").unwrap();
    assert!(!all.is_finished());
    tasks.abort_all();
    let waited = timeout(Duration::from_secs(10), all).await;
    waited.expect("both have ended").unwrap();
}

#[tokio::test]
async fn the_end_has_come_when_there_are_neither_tasks_nor_a_socket() {
    let tasks = Arc::<Tasks>::default();
    let listening = tasks.listening();
    tasks.spawn(pending());
    let ended = tokio::spawn({
        let tasks = Arc::clone(&tasks);
        async move { tasks.ended().await }
    });
    tasks.abort_all();
    none_left(&tasks).await;
    tokio::task::yield_now().await;
    assert!(!ended.is_finished());
    drop(listening);
    let waited = timeout(Duration::from_secs(10), ended).await;
    waited.expect("the socket is gone").unwrap();
}

#[tokio::test]
async fn panic_ends_only_its_own_task() {
    let tasks = Arc::<Tasks>::default();
    let (done, is_done) = oneshot::channel();
    tasks.spawn(Box::pin(async { panic!("this panic belongs to the test") }));
    tasks.spawn(Box::pin(async { done.send("alive").unwrap() }));
    none_left(&tasks).await;
    assert_eq!(is_done.await, Ok("alive"));
}

#[tokio::test]
async fn abort_ends_tasks_that_run_and_tasks_that_come() {
    let tasks = Arc::<Tasks>::default();
    tasks.spawn(pending());
    tasks.spawn(pending());
    assert_eq!(
        tasks.abort_all(),
        Counts {
            running: 2,
            ended: 0
        }
    );
    tasks.spawn(pending());
    none_left(&tasks).await;
    assert_eq!(
        tasks.counts(),
        Counts {
            running: 0,
            ended: 3
        }
    );
}

#[test]
fn runtime_that_shuts_down_leaves_no_task_counted() {
    let tasks = Arc::<Tasks>::default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    {
        let _guard = runtime.enter();
        tasks.spawn(pending());
    }
    let handle = runtime.handle().clone();
    drop(runtime);
    assert_eq!(tasks.counts().running, 0);
    // A task started afterwards is dropped inside `spawn`.
    let _guard = handle.enter();
    tasks.spawn(pending());
    assert_eq!(
        tasks.counts(),
        Counts {
            running: 0,
            ended: 2
        }
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_that_end_before_they_are_entered_leave_nothing_behind() {
    let tasks = Arc::<Tasks>::default();
    for _ in 0..1000 {
        tasks.spawn(ready(()));
    }
    none_left(&tasks).await;
    assert_eq!(
        tasks.counts(),
        Counts {
            running: 0,
            ended: 1000
        }
    );
    assert!(tasks.lock().tasks.is_empty());
}
