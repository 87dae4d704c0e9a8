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
    let error = tls.reload().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    assert!(error.to_string().contains("chain.pem"), "{error}");
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
    for (chain, key) in [(&missing, &key), (&chain, &missing)] {
        let (not_found, said) = kind(chain, key);
        assert_eq!(not_found, io::ErrorKind::NotFound);
        let start = format!("{}: ", missing.display());
        assert!(said.starts_with(&start), "{said}");
    }
    let (no_key, said) = kind(&chain, &chain);
    assert_eq!(no_key, io::ErrorKind::InvalidData);
    assert!(said.ends_with("holds no key"), "{said}");
    let (no_chain, said) = kind(&key, &key);
    assert_eq!(no_chain, io::ErrorKind::InvalidData);
    assert!(said.ends_with("holds no certificate"), "{said}");
    let other = tempfile::tempdir().unwrap();
    let (_, others_key) = write(&other);
    let (mismatch, said) = kind(&chain, &others_key);
    assert_eq!(mismatch, io::ErrorKind::InvalidData);
    let (others_key, chain) = (others_key.display(), chain.display());
    let expected = format!("the key in {others_key} is not that of the certificate in {chain}");
    assert_eq!(said, expected);
}

#[test]
fn what_came_from_elsewhere_cannot_be_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key) = write(&folder);
    let config = ServerTls::from_pem_files(chain, key).unwrap().config();
    let error = ServerTls::from(config).reload().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::Unsupported);
}
