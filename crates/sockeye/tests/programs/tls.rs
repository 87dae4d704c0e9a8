//! The programs over TLS, by files as people have them.

use std::fs;

use rcgen::{CertifiedKey, generate_simple_self_signed};

use super::*;

/// A certificate for 127.0.0.1 that vouches for itself, and its key, in files.
fn certificate() -> (tempfile::TempDir, [String; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let paths = ["cert.pem", "key.pem"].map(|name| folder.path().join(name));
    fs::write(&paths[0], cert.pem()).unwrap();
    fs::write(&paths[1], signing_key.serialize_pem()).unwrap();
    (folder, paths.map(|path| path.to_str().unwrap().to_owned()))
}

#[test]
fn server_has_tls_where_it_is_given_a_certificate() {
    let (_folder, [cert, key]) = certificate();
    for name in ["echo-server", "blocking-echo-server"] {
        let server = EchoServer::start_program(name, &["--cert", &cert, "--key", &key]);
        let trusting = client(&server.url, &["--authority", &cert, "--send", "10x100000"]);
        let stdout = String::from_utf8(trusting.stdout).unwrap();
        assert_eq!(stdout.matches("text 100000 ").count(), 10, "{stdout}");
        assert!(stdout.ends_with("close 1000 clean\n"), "{stdout}");
        let (_folder, [other, _]) = certificate();
        let output = client(&server.url, &["--authority", &other]);
        assert_eq!(output.status.code(), Some(1));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains("the certificate of 127.0.0.1"), "{errors}");
    }
}

#[test]
fn server_without_a_certificate_that_is_one_does_not_start() {
    let (_folder, [cert, _]) = certificate();
    for name in ["echo-server", "blocking-echo-server"] {
        let mut command = Command::new(program(name));
        command.args(["--port", "0", "--cert", &cert, "--key", &cert]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains("holds no key"), "{errors}");
    }
}
