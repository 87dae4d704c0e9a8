//! The processes of clients, as the overseer sees them.

use std::net::IpAddr;
use std::time::Duration;

use sockeye_tests::Worker;

use crate::Result;
use crate::clients::Orders;
use crate::summary::Summary;

/// Gives an order, and waits for the answer.
pub(crate) fn answer(clients: &mut Worker, order: &str) -> Result<String> {
    clients.order(order)?;
    match clients.answer()? {
        Some(answer) => Ok(answer),
        None => Err("a process of clients has ended by itself".into()),
    }
}

/// The processes of clients.
pub(crate) struct Groups {
    running: Vec<(Orders, Worker)>,
    /// The next to be killed.
    next: usize,
}

impl Groups {
    /// Divides clients among processes; what is not said in `like` is the same for all.
    pub(crate) fn start(n_clients: u32, like: &Orders) -> Result<Self> {
        let mut running = Vec::new();
        for group in 0..N_GROUPS {
            let first = n_clients / N_GROUPS * group;
            let orders = Orders {
                source: IpAddr::from([127, 0, 1, u8::try_from(group)? + 1]),
                first,
                n_clients: n_clients / N_GROUPS,
                pace: Duration::from_secs(8),
                is_honest: false,
                ..like.clone()
            };
            let worker = Worker::start(orders.to_args())?;
            running.push((orders, worker));
        }
        Ok(Self { running, next: 0 })
    }

    /// Kills a process, and starts another with the same clients.
    pub(crate) fn kill_one(&mut self) -> Result<()> {
        let len = self.running.len();
        let (orders, worker) = &mut self.running[self.next % len];
        self.next += 1;
        orders.incarnation += 1;
        *worker = Worker::start(orders.to_args())?;
        Ok(())
    }

    /// No new life begins; how many go on that are not honest.
    pub(crate) fn stop(&mut self) -> Result<u64> {
        let mut n_dishonest = 0;
        for (_, worker) in &mut self.running {
            n_dishonest += answer(worker, "stop")?.parse::<u64>()?;
        }
        Ok(n_dishonest)
    }

    /// What came of all lives, once the honest ones are over.
    pub(crate) fn report(mut self) -> Result<Summary> {
        let mut all = Summary::default();
        for (_, worker) in &mut self.running {
            all += Summary::from_line(&answer(worker, "report")?)?;
        }
        Ok(all)
    }
}

const N_GROUPS: u32 = 8;
