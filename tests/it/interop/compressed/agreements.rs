//! What our end of a compressing connection wants; peers want nothing, so that it holds.

use sockeye::extensions::{PermessageDeflate, WindowBits};

/// What is to be agreed on.
pub(super) struct Agreement {
    pub(super) name: &'static str,
    pub(super) deflate: PermessageDeflate,
}

/// Context takeover in every combination, and windows of all kinds.
pub(super) fn agreements() -> Vec<Agreement> {
    let deflate = PermessageDeflate::default();
    let window = |bits| WindowBits::new(bits).expect("8 to 15");
    vec![
        Agreement {
            name: "no context takeover",
            deflate,
        },
        Agreement {
            name: "context takeover",
            deflate: deflate.context_takeover(),
        },
        Agreement {
            name: "context takeover, small windows",
            deflate: deflate
                .context_takeover()
                .server_max_window_bits(window(9))
                .client_max_window_bits(window(10)),
        },
        Agreement {
            name: "context takeover by the server, windows of 12",
            deflate: deflate
                .server_context_takeover(true)
                .server_max_window_bits(window(12))
                .client_max_window_bits(window(12)),
        },
        Agreement {
            name: "context takeover by the client, other windows",
            deflate: deflate
                .client_context_takeover(true)
                .server_max_window_bits(window(10))
                .client_max_window_bits(window(9)),
        },
    ]
}
