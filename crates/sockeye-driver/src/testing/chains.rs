//! What the two ends of a connection agree on.

use sockeye_extensions::{Chain, ClientExtension, PermessageDeflate, ServerExtension};

/// The client's and the server's, which compress and keep their windows from message to message.
pub(crate) fn deflate_chains() -> [Chain; 2] {
    let deflate = PermessageDeflate::default().context_takeover();
    let offers = deflate.offers();
    let (answer, extension) = deflate.negotiate(&offers[0]).expect("its own offer");
    let mut server = Chain::default();
    server.push(extension).expect("the only one");
    let extension = deflate.accept(&answer).expect("its own answer");
    let mut client = Chain::default();
    client.push(extension).expect("the only one");
    [client, server]
}
