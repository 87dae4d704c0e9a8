//! The driver's types over streams of `futures-io`, under short names.
//!
//! What they do is documented where they are defined, in `sockeye-driver`.

use crate::io::Io;
use crate::stream::Stream;

/// A WebSocket over a stream of `futures-io`: by default the one that clients and servers of this
/// crate make.
pub type WebSocket<S = Stream> = sockeye_driver::WebSocket<Io<S>>;

/// The sending half of a [`WebSocket`] that was split.
pub type Sender<S = Stream> = sockeye_driver::Sender<Io<S>>;

/// The receiving half of a [`WebSocket`] that was split.
pub type Receiver<S = Stream> = sockeye_driver::Receiver<Io<S>>;
