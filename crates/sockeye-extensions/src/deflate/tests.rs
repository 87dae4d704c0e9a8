//! What peers agree on, and what they then send each other.

mod agreement;
mod messages;
mod mixtures;
mod random;
