//! Every scenario with every foreign implementation, in both directions.

mod compressed;
mod node;
mod ourselves;
mod python;
mod secure;
mod threads;
mod tungstenite;
mod ws;
