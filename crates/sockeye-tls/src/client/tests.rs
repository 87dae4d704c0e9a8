//! Whom a client trusts and what it shows, told by files and seen in handshakes in memory.

mod by_features;

use std::fs;
use std::io::ErrorKind::{InvalidData, NotFound};

use rustls::{CertificateError, Error};

use super::*;
use crate::testing::{Files, meet};
use crate::{ServerTls, explain};

#[track_caller]
fn check_error<T>(result: io::Result<T>, kind: io::ErrorKind, words: &str) {
    let error = result.map(drop).unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn authorities_in_the_file_are_trusted_and_nobody_else() {
    let (ours, others) = (Files::new(), Files::new());
    let client = ClientTls::trusting_pem_file(&ours.authority).unwrap();
    for host in ["localhost", "[::1]", "::1"] {
        let met = meet(&client, &ours.server(), host).unwrap();
        assert_eq!(met.alpn.as_deref(), Some(&b"http/1.1"[..]));
        assert!(!met.client_showed);
    }
    for (server, host) in [(&others, "localhost"), (&ours, "elsewhere.example")] {
        let refused = meet(&client, &server.server(), host).map(drop);
        assert!(
            matches!(refused, Err(Error::InvalidCertificate(_))),
            "{refused:?}"
        );
    }
}

/// RFC 6455 §10.6: keys that are new for each connection, and ciphers that also authenticate.
#[test]
fn only_strong_algorithms_are_offered() {
    let client = ClientTls::trusting_pem_file(&Files::new().authority).unwrap();
    let config = client.config();
    let suites = &config.crypto_provider().cipher_suites;
    assert!(!suites.is_empty());
    for suite in suites {
        let name = format!("{:?}", suite.suite());
        assert!(
            name.starts_with("TLS13_") || name.starts_with("TLS_ECDHE_"),
            "{name}"
        );
        assert!(
            name.contains("_GCM_") || name.contains("_CHACHA20_POLY1305_"),
            "{name}"
        );
    }
}

#[test]
fn several_authorities_may_be_in_one_file() {
    let (first, second) = (Files::new(), Files::new());
    let both = [&first, &second].map(|files| fs::read_to_string(&files.authority).unwrap());
    fs::write(&first.authority, both.concat()).unwrap();
    let client = ClientTls::trusting_pem_file(&first.authority).unwrap();
    for files in [&first, &second] {
        meet(&client, &files.server(), "localhost")
            .map(drop)
            .unwrap();
    }
}

#[test]
fn certificates_of_clients_are_shown_to_those_who_ask() {
    let files = Files::new();
    let Files {
        authority,
        chain,
        key,
        ..
    } = &files;
    let asking = files.demanding_server();
    let named = ClientTls::with_certificate(authority, chain, key).unwrap();
    assert!(meet(&named, &asking, "localhost").unwrap().client_showed);
    assert!(
        !meet(&named, &files.server(), "localhost")
            .unwrap()
            .client_showed
    );
    let unnamed = ClientTls::trusting_pem_file(authority).unwrap();
    let refused = meet(&unnamed, &asking, "localhost").map(drop);
    assert_eq!(refused, Err(Error::NoCertificatesPresented));
    let left = named.without_certificate();
    assert!(
        !meet(&left, &files.server(), "localhost")
            .unwrap()
            .client_showed
    );
    let refused = meet(&left, &asking, "localhost").map(drop);
    assert_eq!(refused, Err(Error::NoCertificatesPresented));
    let stranger = Files::new();
    let other = ClientTls::with_certificate(authority, &stranger.chain, &stranger.key).unwrap();
    let refused = meet(&other, &asking, "localhost").map(drop);
    let unknown = CertificateError::UnknownIssuer;
    assert_eq!(refused, Err(Error::InvalidCertificate(unknown)));
}

#[test]
fn the_certificate_of_an_authority_is_not_a_servers() {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let folder = tempfile::tempdir().unwrap();
    let (chain, key_file) = (
        folder.path().join("cert.pem"),
        folder.path().join("key.pem"),
    );
    fs::write(&chain, params.self_signed(&key).unwrap().pem()).unwrap();
    fs::write(&key_file, key.serialize_pem()).unwrap();
    let client = ClientTls::trusting_pem_file(&chain).unwrap();
    let server = ServerTls::from_pem_files(&chain, key_file).unwrap();
    let refused = meet(&client, &server, "localhost").map(drop).unwrap_err();
    let error = explain(io::Error::new(InvalidData, refused), "localhost");
    assert_eq!(
        error.to_string(),
        "the certificate of localhost is that of an authority: a server needs one of its own, \
         with CA:FALSE"
    );
}

#[test]
fn what_is_wrong_with_files_is_said() {
    let files = Files::new();
    let Files {
        authority,
        chain,
        key,
        ..
    } = &files;
    let missing = chain.with_file_name("missing.pem");
    let trusting = ClientTls::trusting_pem_file;
    check_error(trusting(&missing), NotFound, "missing.pem: ");
    check_error(trusting(key), InvalidData, "key.pem holds no certificate");
    let broken = chain.with_file_name("broken.pem");
    let begin = "-----BEGIN CERTIFICATE-----\n";
    for text in [
        begin.to_owned(),
        format!("{begin}AAAA\n-----END CERTIFICATE-----\n"),
    ] {
        fs::write(&broken, text).unwrap();
        check_error(trusting(&broken), InvalidData, "broken.pem: ");
    }
    let showing = ClientTls::with_certificate;
    check_error(showing(&missing, chain, key), NotFound, "missing.pem: ");
    check_error(showing(authority, &missing, key), NotFound, "missing.pem: ");
    check_error(
        showing(authority, chain, &missing),
        NotFound,
        "missing.pem: ",
    );
    check_error(
        showing(authority, key, key),
        InvalidData,
        "holds no certificate",
    );
    check_error(
        showing(authority, chain, chain),
        InvalidData,
        "holds no key",
    );
    let stranger = Files::new();
    let mismatch = "key.pem is not that of the certificate in ";
    check_error(
        showing(authority, chain, &stranger.key),
        InvalidData,
        mismatch,
    );
}

#[test]
fn a_configuration_of_rustls_is_taken_as_it_is() {
    let files = Files::new();
    let mut config = ClientConfig::clone(
        &ClientTls::trusting_pem_file(&files.authority)
            .unwrap()
            .config(),
    );
    config.alpn_protocols = vec![b"h2".to_vec()];
    let config = Arc::new(config);
    let client = ClientTls::from(Arc::clone(&config));
    assert!(Arc::ptr_eq(&client.config(), &config));
    // Which is what it says of ALPN, too, and ours speak nothing else.
    let refused = meet(&client, &files.server(), "localhost").map(drop);
    assert_eq!(refused, Err(Error::NoApplicationProtocol));
}

#[test]
fn nothing_of_the_configuration_is_shown() {
    let Files {
        authority,
        chain,
        key,
        ..
    } = &Files::new();
    let client = ClientTls::with_certificate(authority, chain, key).unwrap();
    assert_eq!(format!("{client:?}"), "ClientTls { .. }");
}
