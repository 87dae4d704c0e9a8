//! The header grammar, as tables of cases.
