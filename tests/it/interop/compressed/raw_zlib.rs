//! Frames made by hand and Python's zlib: every shape of DEFLATE stream, for both extensions.
//!
//! It decompresses with a window no larger than was agreed on, and with no context where there is
//! to be none, so what it understands keeps to the agreement.

use sockeye::extensions::{PermessageDeflate, WebkitDeflateFrame, WindowBits};
use sockeye_tests::Programs;

use super::agreements::Agreement;
use super::{Compresses, our_client_with, our_server_with};

#[tokio::test]
async fn raw_client_with_our_server() {
    if let Some(programs) = Programs::raw_zlib() {
        our_server_with(&programs, per_message(), Compresses::BothWays).await;
    }
}

#[tokio::test]
async fn our_client_with_raw_server() {
    if let Some(programs) = Programs::raw_zlib() {
        our_client_with(&programs, per_message()).await;
    }
}

#[tokio::test]
async fn raw_client_with_our_server_per_frame() {
    if let Some(programs) = Programs::raw_zlib() {
        our_server_with(&programs, per_frame(), Compresses::BothWays).await;
    }
}

#[tokio::test]
async fn our_client_with_raw_server_per_frame() {
    if let Some(programs) = Programs::raw_zlib() {
        our_client_with(&programs, per_frame()).await;
    }
}

fn per_message() -> Vec<Agreement<PermessageDeflate>> {
    let deflate = PermessageDeflate::default();
    let window = |bits| WindowBits::new(bits).expect("8 to 15");
    vec![
        Agreement {
            name: "no context takeover",
            extension: deflate,
            offer: Some("permessage-deflate"),
        },
        Agreement {
            name: "context takeover",
            extension: deflate.context_takeover(),
            offer: Some("permessage-deflate; client_max_window_bits"),
        },
        Agreement {
            name: "context takeover, the smallest windows",
            extension: deflate
                .context_takeover()
                .server_max_window_bits(WindowBits::MIN)
                .client_max_window_bits(WindowBits::MIN),
            offer: Some("permessage-deflate; server_max_window_bits=8; client_max_window_bits=8"),
        },
        Agreement {
            name: "the smallest window for the client, none of its context taken over",
            extension: deflate
                .server_context_takeover(true)
                .server_max_window_bits(window(9))
                .client_max_window_bits(WindowBits::MIN),
            offer: Some(
                "permessage-deflate; client_max_window_bits=\"10\"; client_no_context_takeover",
            ),
        },
        Agreement {
            name: "the smallest window for the server, none of its context taken over",
            extension: deflate
                .client_context_takeover(true)
                .server_max_window_bits(WindowBits::MIN)
                .client_max_window_bits(window(13)),
            offer: Some(
                "permessage-deflate; server_no_context_takeover; server_max_window_bits=12; \
                 client_max_window_bits",
            ),
        },
    ]
}

fn per_frame() -> Vec<Agreement<WebkitDeflateFrame>> {
    let webkit = WebkitDeflateFrame::default();
    let window = |bits| WindowBits::new(bits).expect("8 to 15");
    vec![
        Agreement {
            name: "no context takeover",
            extension: webkit,
            offer: Some("x-webkit-deflate-frame; no_context_takeover"),
        },
        Agreement {
            name: "context takeover",
            extension: webkit.context_takeover(),
            offer: Some("x-webkit-deflate-frame"),
        },
        Agreement {
            name: "the smallest windows",
            extension: webkit
                .context_takeover()
                .own_max_window_bits(WindowBits::MIN)
                .peer_max_window_bits(WindowBits::MIN),
            offer: Some("x-webkit-deflate-frame; max_window_bits=8"),
        },
        Agreement {
            name: "the peer's context taken over",
            extension: webkit
                .peer_context_takeover(true)
                .peer_max_window_bits(window(10)),
            offer: Some("x-webkit-deflate-frame; max_window_bits=11"),
        },
        Agreement {
            name: "our context taken over",
            extension: webkit
                .own_context_takeover(true)
                .own_max_window_bits(window(12)),
            offer: Some("x-webkit-deflate-frame; max_window_bits=9"),
        },
    ]
}
