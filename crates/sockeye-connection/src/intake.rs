//! Whether what has come of a message is taken in, or waits for the application.
//!
//! A message is late by its deadline alone as long as somebody receives. Where nobody does, its rest
//! may have come and wait; but that bytes wait at the very deadline says little, since they may have
//! come at that moment, as those of a flood do, or of a peer that knows the deadline. So that is
//! asked twice.

/// What is known of it for the message under way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Intake {
    /// Nothing speaks against it.
    Prompt,
    /// Bytes waited at the deadline.
    InQuestion,
    /// They were taken in since: somebody receives.
    Confirmed,
    /// They were not: nobody receives, and the deadline does not run.
    Neglected,
}

impl Intake {
    /// Bytes wait at the deadline; gives what is known now.
    pub(crate) fn late(&mut self) -> Self {
        *self = match *self {
            Self::Prompt => Self::InQuestion,
            Self::InQuestion | Self::Neglected => Self::Neglected,
            Self::Confirmed => Self::Confirmed,
        };
        *self
    }

    /// Input was taken in.
    #[inline]
    pub(crate) fn fed(&mut self) {
        *self = match *self {
            Self::Prompt | Self::Neglected => Self::Prompt,
            Self::InQuestion | Self::Confirmed => Self::Confirmed,
        };
    }
}
