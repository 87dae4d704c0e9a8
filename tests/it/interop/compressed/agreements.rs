//! What our end of a compressing connection wants; peers want nothing, so that it holds.

use sockeye::extensions::{PermessageDeflate, WindowBits};

/// What is to be agreed on.
pub(super) struct Agreement<E> {
    pub(super) name: &'static str,
    /// What our end is configured with.
    pub(super) extension: E,
    /// What a client that compresses by hand offers to our server.
    pub(super) offer: Option<&'static str>,
}

/// Context takeover in every combination, and windows of all kinds.
pub(super) fn agreements() -> Vec<Agreement<PermessageDeflate>> {
    let deflate = PermessageDeflate::default();
    let window = |bits| WindowBits::new(bits).expect("8 to 15");
    vec![
        Agreement {
            offer: None,
            name: "no context takeover",
            extension: deflate,
        },
        Agreement {
            offer: None,
            name: "context takeover",
            extension: deflate.context_takeover(),
        },
        Agreement {
            offer: None,
            name: "context takeover, small windows",
            extension: deflate
                .context_takeover()
                .server_max_window_bits(window(9))
                .client_max_window_bits(window(10)),
        },
        Agreement {
            offer: None,
            name: "context takeover by the server, windows of 12",
            extension: deflate
                .server_context_takeover(true)
                .server_max_window_bits(window(12))
                .client_max_window_bits(window(12)),
        },
        Agreement {
            offer: None,
            name: "context takeover by the client, other windows",
            extension: deflate
                .client_context_takeover(true)
                .server_max_window_bits(window(10))
                .client_max_window_bits(window(9)),
        },
    ]
}
