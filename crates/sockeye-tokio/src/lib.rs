//! Sockeye WebSockets on tokio: connect, listen, serve.
