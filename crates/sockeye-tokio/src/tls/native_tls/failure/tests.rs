//! What is read out of OpenSSL's texts.

use super::*;

#[test]
fn the_fault_of_a_certificate_is_in_the_last_brackets() {
    let failed = "error:0A000086:SSL routines:tls_post_process_server_certificate:certificate \
                  verify failed:../ssl/statem/statem_clnt.c:1889:";
    for fault in ["certificate has expired", "IP address mismatch"] {
        let text = format!("{failed} ({fault})");
        assert_eq!(fault_of_certificate(&text), Some(fault));
    }
}

#[test]
fn other_failures_are_nobodys_fault() {
    for text in [
        "unexpected EOF",
        "error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:(a)",
    ] {
        assert_eq!(fault_of_certificate(text), None, "{text}");
    }
}
