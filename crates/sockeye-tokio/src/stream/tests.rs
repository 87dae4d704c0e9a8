//! What a stream says of itself.

use std::mem::size_of;

use tokio::net::TcpListener;

use super::*;

#[tokio::test]
async fn it_knows_both_its_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stream = Stream::from(TcpStream::connect(address).await.unwrap());
    assert_eq!(stream.peer_addr().unwrap(), address);
    let (accepted, _) = listener.accept().await.unwrap();
    assert_eq!(accepted.peer_addr().unwrap(), stream.local_addr().unwrap());
}

#[test]
fn what_has_no_tls_is_no_larger_for_it() {
    assert_eq!(size_of::<Stream>(), size_of::<Socket>());
}
