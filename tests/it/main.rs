//! Behaviour tests, one module per subject.
