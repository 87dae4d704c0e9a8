//! The world as a runtime: what clients and servers ask of one.

use std::future::{Future, poll_fn};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use sockeye_driver::{Listen, NoTls, Runtime, Spawn, Timer};

use super::clock::{Clock, sleep};
use super::network::{Delivery, SimulatedListener, SimulatedTransport};
use super::world::with;
use super::{life, stalled, tasks};

/// Stands for the simulated world in the types of the driver.
#[derive(Debug)]
pub enum Simulated {}

impl Spawn for Simulated {
    type TaskId = u64;
    type Task = u64;

    fn spawn(work: impl Future<Output = ()> + Send + Unpin + 'static) -> (u64, u64) {
        let id = tasks::spawn(work);
        (id, id)
    }

    fn current_task() -> Option<u64> {
        tasks::current()
    }

    fn abort(task: u64) {
        tasks::abort(task);
    }
}

impl Listen for Simulated {
    type Transport = SimulatedTransport;
    type Listener = SimulatedListener;
    type ServerTls = NoTls;

    fn timer() -> Box<dyn Timer> {
        Box::new(Clock::new())
    }

    async fn accept(listener: &SimulatedListener) -> io::Result<SimulatedTransport> {
        poll_fn(|cx| listener.poll_accept(cx)).await
    }

    fn peer_addr(_: &SimulatedTransport) -> Option<SocketAddr> {
        Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 1)))
    }
}

impl Runtime for Simulated {
    type ClientTls = NoTls;

    async fn lookup(_: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))])
    }

    async fn connect(address: SocketAddr) -> io::Result<SimulatedTransport> {
        let manners = with(|world| {
            let is_calm = world.is_calm();
            match address.port() {
                stalled::PORT => stalled::manners(&mut world.random),
                _ => life::manners(&mut world.random, is_calm),
            }
        });
        sleep(manners.latency).await;
        with(|world| {
            if !world.is_heard(address.port()) {
                return Err(io::ErrorKind::ConnectionRefused.into());
            }
            let (client, server) = world.link(manners);
            let at = world.now + manners.latency / 2;
            world.deliver(at, Delivery::Caller(address.port(), server));
            Ok(client)
        })
    }

    async fn connect_from(_: IpAddr, address: SocketAddr) -> io::Result<SimulatedTransport> {
        Self::connect(address).await
    }

    async fn listen(address: SocketAddr) -> io::Result<SimulatedListener> {
        SimulatedListener::at(address.port()).ok_or_else(|| io::ErrorKind::AddrInUse.into())
    }

    fn local_addr(listener: &SimulatedListener) -> io::Result<SocketAddr> {
        Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, listener.port)))
    }
}
