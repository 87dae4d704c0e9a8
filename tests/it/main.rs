//! Behaviour tests, one module per subject.

mod browser;
mod interop;
