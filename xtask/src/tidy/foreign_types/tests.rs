//! Signatures with and without details in them.

use super::*;

#[track_caller]
fn check_text(text: &str, n_findings: usize) {
    let findings = check(&Source::new("crates/a/src/b.rs", text));
    assert_eq!(findings.len(), n_findings, "{text}: {findings:?}");
}

#[test]
fn details_stay_out_of_signatures() {
    check_text("pub fn a(b: &httparse::Request<'_, '_>) {}", 1);
    check_text(
        "pub fn a(\n    b: u8,\n    c: idna::Errors,\n) -> u8 {\n}",
        1,
    );
    check_text(
        "pub struct A {\n    pub b: simdutf8::basic::Utf8Error,\n}",
        1,
    );
    check_text("impl From<httparse::Error> for A {\n}", 1);
    check_text("pub use httparse::Error;", 1);
}

#[test]
fn imported_details_are_known_by_their_name() {
    check_text("use sha1::{Digest, Sha1 as Hash};\npub fn a(b: Hash) {}", 1);
    check_text("use sha1::{Digest, Sha1 as Hash};\npub fn a(b: Sha1) {}", 0);
}

#[test]
fn details_may_be_used_inside() {
    check_text(
        "use sha1::Sha1;\npub fn a() {\n    Sha1::new();\n}\nfn b(c: Sha1) {}",
        0,
    );
    check_text("pub(crate) fn a(b: httparse::Error) {}", 0);
    check_text("pub struct A {\n    b: simdutf8::basic::Utf8Error,\n}", 0);
    check_text("pub fn a(b: bytes::Bytes) -> http::Request<()> {}", 0);
}
