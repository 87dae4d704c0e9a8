//! soketto, on `BufReader` and `BufWriter` as in its example.
//!
//! It leaves the UTF-8 check of text to the application. Sender and receiver are separate, so that
//! the sender can be flushed while the receiver waits.

use std::pin::pin;

use clap::Parser;
use futures_util::future::poll_immediate;
use futures_util::io::{BufReader, BufWriter};
use sockeye_bench::{Arguments, run, serve};
use soketto::connection::Error;
use soketto::extension::deflate::Deflate;
use soketto::handshake::Server;
use soketto::handshake::server::Response;
use soketto::{Data, Mode, Receiver, Sender};
use tokio::net::TcpStream;
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    common: Arguments,
    /// Bytes of each of the two buffers
    #[arg(long, default_value_t = 64 * 1024)]
    buf: usize,
}

type Stream = BufReader<BufWriter<Compat<TcpStream>>>;

fn main() {
    let Options { common, buf } = Options::parse();
    let (naive, deflate) = (common.naive, common.deflate);
    let serving = serve(&common, move |stream| async move {
        let stream = BufWriter::with_capacity(buf, stream.compat());
        let mut server = Server::new(BufReader::with_capacity(buf, stream));
        if deflate {
            server.add_extension(Box::new(Deflate::new(Mode::Server)));
        }
        if accept(&mut server).await.is_none() {
            return;
        }
        let (sender, receiver) = server.into_builder().finish();
        // An error is the end of the connection, like any other.
        let _ = echo(sender, receiver, naive).await;
    });
    run(&common, serving);
}

async fn accept(server: &mut Server<'_, Stream>) -> Option<()> {
    let request = server.receive_request().await.ok()?;
    let response = Response::Accept {
        key: request.key(),
        protocol: None,
    };
    server.send_response(&response).await.ok()
}

async fn echo(
    mut sender: Sender<Stream>,
    mut receiver: Receiver<Stream>,
    naive: bool,
) -> Result<(), Error> {
    let mut message = Vec::new();
    loop {
        message.clear();
        let data = {
            let mut receiving = pin!(receiver.receive_data(&mut message));
            match poll_immediate(&mut receiving).await {
                Some(data) => data?,
                None => {
                    if !naive {
                        sender.flush().await?;
                    }
                    receiving.await?
                }
            }
        };
        match data {
            Data::Binary(_) => sender.send_binary_mut(&mut message).await?,
            Data::Text(_) => match std::str::from_utf8(&message) {
                Ok(text) => sender.send_text(text).await?,
                Err(_) => return Ok(()),
            },
        }
        if naive {
            sender.flush().await?;
        }
    }
}
