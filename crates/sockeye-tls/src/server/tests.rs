//! Certificates from files, and what is wrong with them.

use std::fs;

use rcgen::{CertifiedKey as Made, generate_simple_self_signed};
use tempfile::TempDir;

use super::*;

fn write(folder: &TempDir) -> (PathBuf, PathBuf) {
    let Made { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let paths = (
        folder.path().join("chain.pem"),
        folder.path().join("key.pem"),
    );
    fs::write(&paths.0, cert.pem()).unwrap();
    fs::write(&paths.1, signing_key.serialize_pem()).unwrap();
    paths
}

fn shown(tls: &ServerTls) -> Vec<u8> {
    let renewable = tls.renewable.as_ref().unwrap();
    renewable.current.read().unwrap().cert[0].to_vec()
}

#[test]
fn certificates_are_read_again_and_kept_if_they_are_no_good() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key) = write(&folder);
    let tls = ServerTls::from_pem_files(&chain, &key).unwrap();
    assert_eq!(tls.config().alpn_protocols, [b"http/1.1"]);
    let first = shown(&tls);
    write(&folder);
    tls.reload().unwrap();
    let second = shown(&tls);
    assert_ne!(first, second);
    fs::write(&chain, "no certificate").unwrap();
    assert_eq!(tls.reload().unwrap_err().kind(), io::ErrorKind::InvalidData);
    assert_eq!(shown(&tls), second);
}

#[test]
fn what_is_wrong_with_files_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key) = write(&folder);
    let missing = folder.path().join("missing.pem");
    let kind = |chain: &Path, key: &Path| {
        let error = ServerTls::from_pem_files(chain, key).unwrap_err();
        (error.kind(), error.to_string())
    };
    assert_eq!(kind(&missing, &key).0, io::ErrorKind::NotFound);
    assert_eq!(kind(&chain, &missing).0, io::ErrorKind::NotFound);
    let (no_key, said) = kind(&chain, &chain);
    assert_eq!(no_key, io::ErrorKind::InvalidData);
    assert!(said.ends_with("holds no key"), "{said}");
    let (no_chain, said) = kind(&key, &key);
    assert_eq!(no_chain, io::ErrorKind::InvalidData);
    assert!(said.ends_with("holds no certificate"), "{said}");
    let other = tempfile::tempdir().unwrap();
    let (_, others_key) = write(&other);
    assert_eq!(kind(&chain, &others_key).0, io::ErrorKind::InvalidData);
}

#[test]
fn what_came_from_elsewhere_cannot_be_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key) = write(&folder);
    let config = ServerTls::from_pem_files(chain, key).unwrap().config();
    let error = ServerTls::from(config).reload().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::Unsupported);
}
