//! Dialing addresses of this machine.

use std::net::Ipv4Addr;

use tokio::net::{TcpListener, TcpSocket};

use super::*;

const LIMIT: Duration = Duration::from_secs(10);

/// A port that is taken, but on which nobody listens as long as the socket exists.
fn deaf_socket() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

#[tokio::test]
async fn second_address_is_tried_when_the_first_refuses() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let good = listener.local_addr().unwrap();
    let (_socket, deaf) = deaf_socket();
    let tcp = connect_any(&[deaf, good], LIMIT).await.unwrap();
    assert_eq!(tcp.peer_addr().unwrap(), good);
}

#[tokio::test]
async fn error_of_the_last_address_is_reported() {
    let (_socket, deaf) = deaf_socket();
    let error = connect_any(&[deaf], LIMIT).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn host_without_address_is_not_found() {
    let error = connect_any(&[], LIMIT).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}

#[tokio::test]
async fn addresses_need_no_name_server() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let tcp = dial("127.0.0.1", port, LIMIT).await.unwrap();
    assert_eq!(tcp.peer_addr().unwrap().port(), port);
}
