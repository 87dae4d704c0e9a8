//! Clients on in-memory pipes and a paused clock; those on sockets are in the tests of all shells.

use std::time::Duration;

use sockeye_driver::ErrorKind;
use tokio::io::{AsyncReadExt, duplex};
use tokio::time::Instant;

use super::*;

#[tokio::test]
async fn wss_over_a_stream_of_the_callers_needs_no_tls_here() {
    let (near, mut far) = duplex(4096);
    let client = Client::new();
    let connecting = client.connect_on("wss://example.com/", near);
    let server = async {
        let mut head = [0; 16];
        far.read_exact(&mut head).await.unwrap();
        assert_eq!(&head, b"GET / HTTP/1.1\r\n");
        drop(far);
    };
    let (result, ()) = tokio::join!(connecting, server);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Handshake);
}

#[tokio::test(start_paused = true)]
async fn silent_server_is_given_up_after_ten_seconds() {
    let (near, _far) = duplex(4096);
    let start = Instant::now();
    let error = Client::new()
        .connect_on("ws://localhost/", near)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::HandshakeTimeout), "{error:?}");
    assert!(error.is_timeout());
    assert_eq!(start.elapsed(), Duration::from_secs(10));
}

#[test]
fn debug_output_has_no_credentials() {
    let client = Client::new().header("authorization", "Bearer secret");
    let debug = format!("{client:?}");
    assert!(
        debug.contains("authorization") && !debug.contains("secret"),
        "{debug}"
    );
}
