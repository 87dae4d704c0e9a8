//! Writing and reading single elements.
