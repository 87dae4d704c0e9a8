//! Whom a client trusts that was told nothing: with each set of features somebody else.

use super::*;

/// What the system trusts is the system's; this list is in the build.
#[cfg(all(feature = "webpki-roots", not(feature = "platform-verifier")))]
#[test]
fn authorities_of_the_features_are_read_once() {
    let known = ClientTls::by_features().unwrap();
    let (first, second) = (known.config(), ClientTls::by_features().unwrap().config());
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!(first.alpn_protocols, [b"http/1.1"]);
    check_unknown(&known);
}

#[cfg(not(any(
    feature = "webpki-roots",
    feature = "native-roots",
    feature = "platform-verifier",
)))]
#[test]
fn without_authorities_the_features_that_name_them_are_named() {
    let known = ClientTls::by_features();
    let feature = "`rustls-tls-webpki-roots`";
    check_error(known, io::ErrorKind::Unsupported, feature);
}

/// An authority of nobody's is trusted by nobody.
#[cfg(any(
    feature = "webpki-roots",
    feature = "native-roots",
    feature = "platform-verifier",
))]
#[track_caller]
fn check_unknown(client: &ClientTls) {
    let refused = meet(client, &Files::new().server(), "localhost").map(drop);
    let unknown = CertificateError::UnknownIssuer;
    assert_eq!(refused, Err(Error::InvalidCertificate(unknown)));
}

/// On Linux the certificates of the system, and its judgement, are those in a file that a variable
/// of the environment names; so each part runs in a process of its own.
#[cfg(all(
    target_os = "linux",
    any(feature = "native-roots", feature = "platform-verifier"),
))]
mod of_the_system {
    use std::path::{Path, PathBuf};
    use std::{env, fs};

    use super::*;
    use crate::ServerTls;
    use crate::testing::{check_passed, this_test};

    /// Starts a test of this module anew, with the system's authorities in `file`, among the others.
    #[track_caller]
    fn check(test: &str, file: &Path) {
        let module = module_path!().split_once("::").unwrap().1;
        let mut command = this_test(&format!("{module}::{test}"));
        command
            .env("SSL_CERT_FILE", file)
            .env_remove("SSL_CERT_DIR")
            .env(FOLDER, file.parent().unwrap());
        check_passed(command);
    }

    /// Where the files are, in a process that [`check`] started.
    fn folder() -> Option<PathBuf> {
        env::var_os(FOLDER).map(PathBuf::from)
    }

    #[test]
    fn authorities_are_trusted_and_no_others() {
        let Some(folder) = folder() else {
            let files = Files::new();
            return check("authorities_are_trusted_and_no_others", &files.authority);
        };
        let client = ClientTls::by_features().unwrap();
        let chain = folder.join("chain.pem");
        let server = ServerTls::from_pem_files(chain, folder.join("key.pem")).unwrap();
        let met = meet(&client, &server, "localhost").unwrap();
        assert_eq!(met.alpn.as_deref(), Some(&b"http/1.1"[..]));
        check_unknown(&client);
        let again = ClientTls::by_features().unwrap().config();
        assert!(Arc::ptr_eq(&client.config(), &again));
    }

    #[test]
    fn authorities_that_cannot_be_read_are_an_error_unless_others_are_known() {
        let Some(folder) = folder() else {
            let files = Files::new();
            let missing = files.authority.with_file_name("missing.pem");
            return check(
                "authorities_that_cannot_be_read_are_an_error_unless_others_are_known",
                &missing,
            );
        };
        if cfg!(all(
            feature = "webpki-roots",
            not(feature = "platform-verifier"),
        )) {
            return check_unknown(&ClientTls::by_features().unwrap());
        }
        check_error(ClientTls::by_features(), io::ErrorKind::Other, "");
        // They are asked for again.
        fs::copy(folder.join("authority.pem"), folder.join("missing.pem")).unwrap();
        let chain = folder.join("chain.pem");
        let server = ServerTls::from_pem_files(chain, folder.join("key.pem")).unwrap();
        meet(&ClientTls::by_features().unwrap(), &server, "localhost")
            .map(drop)
            .unwrap();
    }

    const FOLDER: &str = "SOCKEYE_TEST_FOLDER";
}
