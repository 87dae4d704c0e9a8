//! What a server answers to offers.
