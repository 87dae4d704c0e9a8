//! What a client accepts as an answer.
