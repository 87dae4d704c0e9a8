//! What a stream does to its socket.

use tokio::net::TcpListener;

use super::*;

#[tokio::test]
async fn socket_sends_each_write_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stream = Stream::from(TcpStream::connect(address).await.unwrap());
    assert!(stream.tcp.nodelay().unwrap());
    assert_eq!(stream.peer_addr().unwrap(), address);
    let (accepted, _) = listener.accept().await.unwrap();
    assert_eq!(accepted.peer_addr().unwrap(), stream.local_addr().unwrap());
}
