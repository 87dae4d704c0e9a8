//! The scenarios over `wss`, with an authority that both ends were told of.
//!
//! Foreign clients trust it as their platforms have it: the certificate is checked, on both sides.

use sockeye::{ClientTls, ServerTls};
use sockeye_tests::{
    Authority, Gaps, Programs, Scenario, play_all, secure_blocking_client, secure_blocking_server,
    secure_sockeye_client, secure_sockeye_server,
};
#[cfg(feature = "native-tls")]
use sockeye_tests::{NativeTls, TlsLibrary};

fn server_tls(authority: &Authority) -> ServerTls {
    let certificate = authority.issue("127.0.0.1");
    ServerTls::from_pem_files(certificate.chain, certificate.key).unwrap()
}

fn client_tls(authority: &Authority) -> ClientTls {
    ClientTls::trusting_pem_file(authority.file()).unwrap()
}

/// The client of `programs` with our servers, on tokio and on threads.
async fn client_with_ours(programs: Option<Programs>, gaps: Gaps) {
    let Some(programs) = programs else {
        return;
    };
    let authority = Authority::new();
    let programs = programs.secured(&authority);
    let tls = server_tls(&authority);
    for server in [
        secure_sockeye_server(tls.clone()).await,
        secure_blocking_server(&tls),
    ] {
        let client = async |scenario, url| programs.client(scenario, url).await;
        play_all(server, gaps, client).await;
    }
}

/// The server of `programs` with our clients, on tokio and on threads.
async fn server_with_ours(programs: Option<Programs>) {
    let Some(programs) = programs else {
        return;
    };
    let authority = Authority::new();
    let programs = programs.secured(&authority);
    let tls = &client_tls(&authority);
    let client = async |scenario, url| secure_sockeye_client(tls.clone(), scenario, url).await;
    play_all(programs.serve().await, Gaps::default(), client).await;
    let client = async |scenario, url| secure_blocking_client(tls, scenario, url).await;
    play_all(programs.serve().await, Gaps::default(), client).await;
}

#[tokio::test]
async fn python_client_with_our_servers() {
    client_with_ours(Programs::python(), Gaps::default()).await;
}

#[tokio::test]
async fn our_clients_with_python_server() {
    server_with_ours(Programs::python()).await;
}

#[tokio::test]
async fn ws_client_with_our_servers() {
    client_with_ours(Programs::ws(), Gaps::default()).await;
}

#[tokio::test]
async fn our_clients_with_ws_server() {
    server_with_ours(Programs::ws()).await;
}

#[tokio::test]
async fn node_client_with_our_servers() {
    client_with_ours(Programs::node(), super::node::GAPS).await;
}

#[tokio::test]
async fn our_clients_with_our_servers() {
    let authority = Authority::new();
    let (server, client) = (server_tls(&authority), &client_tls(&authority));
    let threads = async |scenario, url| secure_blocking_client(client, scenario, url).await;
    play_all(
        secure_sockeye_server(server.clone()).await,
        Gaps::default(),
        threads,
    )
    .await;
    let tokio = async |scenario, url| secure_sockeye_client(client.clone(), scenario, url).await;
    play_all(secure_blocking_server(&server), Gaps::default(), tokio).await;
}

/// With itself as well: what one library of TLS does at both ends may be wrong at both.
#[cfg(feature = "native-tls")]
#[tokio::test]
async fn our_clients_with_our_servers_by_native_tls_and_rustls() {
    let authority = Authority::new();
    let certificate = authority.issue("127.0.0.1");
    let clients = [
        NativeTls::trusting(&authority),
        client_tls(&authority).into(),
        NativeTls::trusting(&authority),
    ];
    let servers = [
        server_tls(&authority).into(),
        NativeTls::showing(&certificate),
        NativeTls::showing(&certificate),
    ];
    for (client_tls, server_tls) in clients.iter().zip(servers) {
        let client =
            async |scenario, url| secure_sockeye_client(client_tls.clone(), scenario, url).await;
        let server = secure_sockeye_server(server_tls).await;
        play_all(server, Gaps::default(), client).await;
    }
}

#[cfg(feature = "native-tls")]
#[tokio::test]
async fn our_client_by_native_tls_with_python_server() {
    let Some(programs) = Programs::python() else {
        return;
    };
    let authority = Authority::new();
    let programs = programs.secured(&authority);
    let tls = &NativeTls::trusting(&authority);
    let client = async |scenario, url| secure_sockeye_client(tls.clone(), scenario, url).await;
    play_all(programs.serve().await, Gaps::default(), client).await;
}

#[cfg(feature = "native-tls")]
#[tokio::test]
async fn ws_client_with_our_server_by_native_tls() {
    let Some(programs) = Programs::ws() else {
        return;
    };
    let authority = Authority::new();
    let programs = programs.secured(&authority);
    let tls = NativeTls::showing(&authority.issue("127.0.0.1"));
    let client = async |scenario, url| programs.client(scenario, url).await;
    play_all(secure_sockeye_server(tls).await, Gaps::default(), client).await;
}

/// Nobody told it of the authority, so it does not even ask for a WebSocket.
#[tokio::test]
async fn python_client_without_the_authority_does_not_open() {
    let Some(programs) = Programs::python() else {
        return;
    };
    let (known, other) = (Authority::new(), Authority::new());
    let server = secure_sockeye_server(server_tls(&other)).await;
    let client = programs.secured(&known);
    let url = server.url(Scenario::Echo);
    let complaint = client.complaint(Scenario::Echo, &url).await;
    assert!(
        complaint.contains("CERTIFICATE_VERIFY_FAILED"),
        "{complaint}"
    );
}
