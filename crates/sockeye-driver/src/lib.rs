//! The async driver of the Sockeye WebSocket stack, for any runtime.
