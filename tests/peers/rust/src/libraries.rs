//! The libraries: one file for each, written as the library's own examples are.

mod fastwebsockets;
mod tokio_tungstenite;
mod tokio_websockets;
mod yawc;

pub(crate) use self::fastwebsockets::Fastwebsockets;
pub(crate) use self::tokio_tungstenite::TokioTungstenite;
pub(crate) use self::tokio_websockets::TokioWebsockets;
pub(crate) use self::yawc::Yawc;
