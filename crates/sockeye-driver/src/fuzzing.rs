//! Bodies of the fuzz targets for what proxies say of clients: what must hold for any bytes.
//!
//! Each takes its choices from the front of the input and panics when a promise is broken. They
//! run on seeds and on changed seeds under `cargo test`; the targets in `fuzz/` call them. Part of
//! no release: there only with the feature `__fuzzing`.

mod forwarded_for;
mod proxy_header;

pub use forwarded_for::forwarded_for;
pub use proxy_header::proxy_header;

#[cfg(test)]
mod tests {
    use sockeye_frame::fuzzing::{parse_seeds, try_out};

    use super::*;

    #[test]
    fn forwarded_for_keeps_its_promises() {
        let seeds = parse_seeds(include_str!("../../../fuzz/seeds/forwarded_for.txt"));
        try_out(forwarded_for, &seeds, 5_000);
    }

    #[test]
    fn proxy_header_keeps_its_promises() {
        let seeds = parse_seeds(include_str!("../../../fuzz/seeds/proxy_header.txt"));
        try_out(proxy_header, &seeds, 5_000);
    }
}
