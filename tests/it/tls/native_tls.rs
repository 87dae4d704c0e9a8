//! What native-tls has of its own, on tokio: whom a client trusts that was told nothing, what is known
//! of a connection, and certificates of clients.

use std::env;
use std::path::Path;

use sockeye::ServerTls;
use sockeye::tokio::native_tls::TlsConnector;
use sockeye::tokio::{AnyClientTls, AnyServerTls, Client, Tokio};
use sockeye_tests::{
    Authority, Certificate, NativeTls, RunningServer, Rustls, Secured, TlsLibrary, identity,
    said_by, this_test, within,
};

use super::{Secure, secure_bind, wss};

/// Clients and servers on tokio, both with TLS by native-tls.
pub(super) type Shell = Secured<Tokio, NativeTls>;

impl Secure for Shell {
    /// Native-tls gives servers no more with OpenSSL.
    const SERVER_VERSIONS: &[&str] = &["-tls1_2"];

    fn trusting(authority: &Authority) -> AnyClientTls {
        NativeTls::trusting(authority)
    }

    fn showing(certificate: &Certificate) -> AnyServerTls {
        NativeTls::showing(certificate)
    }

    /// OpenSSL's.
    fn in_its_words(fault: &str) -> &str {
        match fault {
            "is for other hosts" => "is not good: IP address mismatch",
            "has expired" => "is not good: certificate has expired",
            "is not valid yet" => "is not good: certificate is not yet valid",
            "comes from an authority that is not trusted" => {
                "is not good: unable to get local issuer certificate"
            }
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn a_connection_knows_the_certificate_of_its_server() {
    let authority = Authority::new();
    let certificate = authority.issue("127.0.0.1");
    let server = secure_bind::<Shell>(NativeTls::showing(&certificate)).await;
    let server = RunningServer::<Shell>::echoing(server);
    let client = Client::new().tls(NativeTls::trusting(&authority));
    let (ws, _) = client.connect(wss(&server)).await.unwrap();
    let stream = ws.get_ref().get_ref();
    let shown = stream.native_tls().unwrap().peer_certificate().unwrap();
    let pem = std::fs::read(certificate.chain).unwrap();
    let issued = sockeye::tokio::native_tls::Certificate::from_pem(&pem).unwrap();
    assert_eq!(shown.unwrap().to_der().unwrap(), issued.to_der().unwrap());
    assert!(stream.tls().is_none());
    assert_eq!(stream.peer_addr().unwrap(), server.address);
}

#[tokio::test]
async fn clients_show_their_certificates() {
    let authority = Authority::new();
    let certificate = authority.issue("127.0.0.1");
    let tls =
        ServerTls::demanding_certificates(certificate.chain, certificate.key, authority.file());
    let server = RunningServer::<Tokio>::echoing(secure_bind::<Tokio>(tls.unwrap()).await);
    let pem = std::fs::read(authority.file()).unwrap();
    let authority_itself = sockeye::tokio::native_tls::Certificate::from_pem(&pem).unwrap();
    let mut tls = TlsConnector::builder();
    tls.add_root_certificate(authority_itself);
    let unnamed = Client::new().tls(tls.build().unwrap());
    assert!(unnamed.connect(wss(&server)).await.is_err());
    tls.identity(identity(&authority.issue("client.example")));
    let named = Client::new().tls(tls.build().unwrap());
    let (mut ws, _) = named.connect(wss(&server)).await.unwrap();
    ws.send("it is me").await.unwrap();
    let echo = within("an echo", ws.recv()).await;
    assert_eq!(echo.unwrap(), Some("it is me".into()));
}

/// Runs the test below in a process of its own, whose system trusts the authorities in a file.
async fn connect_trusting(authorities: &Path, url: &str) -> String {
    let test = "tls::native_tls::clients_that_are_told_nothing_trust_the_system";
    let mut command = this_test(test);
    command
        .env("SSL_CERT_FILE", authorities)
        .env_remove("SSL_CERT_DIR")
        .env(URL, url);
    said_by(command).await
}

/// What the process does that is started by the test.
#[expect(clippy::print_stdout, reason = "this process speaks to the test")]
async fn connect(url: &str) {
    match Client::new().connect(url).await {
        Ok((ws, _)) => {
            let stream = ws.get_ref().get_ref();
            let alpn = stream.native_tls().unwrap().negotiated_alpn().unwrap();
            println!("opened with {}", alpn.unwrap_or_default().escape_ascii());
        }
        Err(error) => println!("failed: {error}"),
    }
}

/// Rustls is there, and has nobody to trust in these builds.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn clients_that_are_told_nothing_trust_the_system() {
    if let Ok(url) = env::var(URL) {
        return connect(&url).await;
    }
    let (authority, stranger) = (Authority::new(), Authority::new());
    let server = secure_bind::<Tokio>(Rustls::showing(&authority.issue("127.0.0.1"))).await;
    let server = RunningServer::<Tokio>::echoing(server);
    let output = connect_trusting(&authority.file(), &wss(&server)).await;
    assert!(output.contains("opened with http/1.1"), "{output}");
    let output = connect_trusting(&stranger.file(), &wss(&server)).await;
    assert!(
        output.contains("the certificate of 127.0.0.1 is not good"),
        "{output}"
    );
}

const URL: &str = "SOCKEYE_TEST_NATIVE_TLS_URL";
