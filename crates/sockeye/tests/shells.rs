//! What the shells have in common of TLS: its names, and whom a client trusts that was told nothing.
//!
//! That is the system, whose authorities are in a file here: a variable of the environment names it,
//! so the test starts itself anew. Servers have configurations of rustls, as applications make them.

use std::path::Path;
use std::pin::pin;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, io, thread};

use futures_util::future::{Either, select};
use rcgen::{CertifiedKey as Made, generate_simple_self_signed};
use sockeye::driver::{Client, Runtime, Server, Spawn};
use sockeye::tls::rustls::crypto::{CryptoProvider, ring};
use sockeye::tls::rustls::pki_types::pem::PemObject;
use sockeye::tls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sockeye::tls::rustls::server::{ClientHello, ResolvesServerCert};
use sockeye::tls::rustls::sign::CertifiedKey;
use sockeye::tls::rustls::{self, ServerConfig};
use sockeye::{ClientTls, CookieJar, Error, ServerTls, Stage};

/// Compiles where the types of the shells are one under the same name.
macro_rules! one_under_the_name {
    ($($($name:ident)::+ is $one:ty)+) => {
        $(
            const _: [fn($one); 4] = [
                |_: sockeye::async_std::$($name)::+| (),
                |_: sockeye::blocking::$($name)::+| (),
                |_: sockeye::smol::$($name)::+| (),
                |_: sockeye::tokio::$($name)::+| (),
            ];
        )+
    };
}

one_under_the_name! {
    ClientTls is ClientTls
    CookieJar is CookieJar
    ServerTls is ServerTls
    rustls::Error is rustls::Error
}

/// Counts how often a client is shown the certificate.
#[derive(Debug)]
struct Shown {
    certificate: Arc<CertifiedKey>,
    n_times: AtomicUsize,
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.n_times.fetch_add(1, Ordering::Relaxed);
        Some(Arc::clone(&self.certificate))
    }
}

/// A configuration with the certificate in the folder.
fn config(folder: &Path) -> (Arc<ServerConfig>, Arc<Shown>) {
    let chain = CertificateDer::from_pem_file(folder.join("cert.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
    let provider = ring::default_provider();
    let certificate = CertifiedKey::from_der(vec![chain], key, &provider).unwrap();
    let shown = Arc::new(Shown {
        certificate: Arc::new(certificate),
        n_times: AtomicUsize::new(0),
    });
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(&shown) as _);
    (Arc::new(config), shown)
}

/// A message to a server with this configuration, and back.
async fn visit<R>(config: Arc<ServerConfig>) -> Result<(), Error>
where
    R: Runtime<ServerTls: From<Arc<ServerConfig>>> + Spawn,
{
    let server = Server::<R>::bind("127.0.0.1:0").await.unwrap().tls(config);
    let url = format!("wss://{}/", server.local_addr().unwrap());
    let serving = pin!(server.serve(|mut ws| async move {
        while let Some(message) = ws.recv().await? {
            ws.send(message).await?;
        }
        Ok(())
    }));
    let visiting = pin!(async {
        let (mut ws, _) = Client::<R>::new().connect(&url).await?;
        ws.send("hello").await?;
        assert_eq!(ws.recv().await?, Some("hello".into()));
        Ok(())
    });
    match select(visiting, serving).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(_) => panic!("the server ends"),
    }
}

fn visit_on_threads(config: Arc<ServerConfig>) -> Result<(), Error> {
    let server = sockeye::blocking::Server::bind("127.0.0.1:0").unwrap();
    let server = server.tls(config);
    let url = format!("wss://{}/", server.local_addr().unwrap());
    // Until this process ends.
    thread::spawn(move || {
        server.serve(|mut ws| {
            while let Some(message) = ws.recv()? {
                ws.send(message)?;
            }
            Ok(())
        })
    });
    let mut ws = sockeye::blocking::connect(&url)?;
    ws.send("hello")?;
    assert_eq!(ws.recv()?, Some("hello".into()));
    Ok(())
}

/// The same on each shell, with what came of it.
fn visits(config: &Arc<ServerConfig>) -> [Result<(), Error>; 4] {
    use sockeye::{async_std as std_shell, smol as smol_shell, tokio as tokio_shell};

    let config = || Arc::clone(config);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    [
        runtime.block_on(visit::<tokio_shell::Tokio>(config())),
        async_std::task::block_on(visit::<std_shell::AsyncIo<std_shell::AsyncStd>>(config())),
        smol::block_on(visit::<smol_shell::AsyncIo<smol_shell::Smol>>(config())),
        visit_on_threads(config()),
    ]
}

/// What the process does that the test starts: whom it trusts is said by the environment.
fn play(part: &str, folder: &Path) {
    if part == TRUSTED {
        // Nothing can be agreed on with this one.
        let useless = CryptoProvider {
            cipher_suites: Vec::new(),
            kx_groups: Vec::new(),
            ..ring::default_provider()
        };
        useless.install_default().unwrap();
    }
    let (config, shown) = config(folder);
    for outcome in visits(&config) {
        if part == TRUSTED {
            outcome.unwrap();
            continue;
        }
        let error = outcome.unwrap_err();
        let fault = "the certificate of 127.0.0.1";
        assert!(error.to_string().contains(fault), "{error}");
        assert_eq!(error.stage(), Some(Stage::Tls));
        let Error::Connect { source, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!(source.kind(), io::ErrorKind::PermissionDenied);
    }
    assert_eq!(shown.n_times.load(Ordering::Relaxed), 4);
}

/// A certificate for 127.0.0.1 that vouches for itself.
fn certificate() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let Made { cert, signing_key } = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    fs::write(folder.path().join("cert.pem"), cert.pem()).unwrap();
    let key = signing_key.serialize_pem();
    fs::write(folder.path().join("key.pem"), key).unwrap();
    folder
}

/// Whatever provider of cryptography the process has.
#[test]
fn clients_that_are_told_nothing_trust_the_system() {
    if let (Ok(part), Some(folder)) = (env::var(PART), env::var_os(FOLDER)) {
        return play(&part, folder.as_ref());
    }
    let (folder, stranger) = (certificate(), certificate());
    for (part, trusted) in [(TRUSTED, &folder), (UNKNOWN, &stranger)] {
        let output = Command::new(env::current_exe().unwrap())
            .args(["--exact", "clients_that_are_told_nothing_trust_the_system"])
            .env("SSL_CERT_FILE", trusted.path().join("cert.pem"))
            .env_remove("SSL_CERT_DIR")
            .env(FOLDER, folder.path())
            .env(PART, part)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let has_passed = output.status.success() && said.contains(" 1 passed");
        assert!(has_passed, "{part}: {said}");
    }
}

const PART: &str = "SOCKEYE_TEST_PART";
const TRUSTED: &str = "a server that is trusted";
const UNKNOWN: &str = "a server that nobody knows";
const FOLDER: &str = "SOCKEYE_TEST_FOLDER";
