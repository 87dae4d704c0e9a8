//! The chain with one, two and no extensions.
