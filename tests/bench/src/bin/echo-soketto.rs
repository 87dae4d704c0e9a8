//! soketto, on BufReader/BufWriter as in its example. It leaves the UTF-8 check
//! of text to the application. Sender and receiver are separate, so the sender
//! can be flushed while the receiver waits.
use std::pin::pin;

use futures_util::future::poll_immediate;
use futures_util::io::{BufReader, BufWriter};
use sockeye_bench::{Args, run, serve};
use soketto::Data;
use soketto::handshake::{Server, server::Response};
use tokio_util::compat::TokioAsyncReadCompatExt;

fn main() {
    let args = Args::parse();
    let (naive, deflate) = (args.naive, args.deflate);
    let buf = args.num("--buf").unwrap_or(64 * 1024);
    run(
        &args,
        serve(&args, move |stream| async move {
            let io = BufReader::with_capacity(buf, BufWriter::with_capacity(buf, stream.compat()));
            let mut server = Server::new(io);
            if deflate {
                server.add_extension(Box::new(soketto::extension::deflate::Deflate::new(
                    soketto::Mode::Server,
                )));
            }
            let key = match server.receive_request().await {
                Ok(request) => request.key(),
                Err(_) => return,
            };
            if server
                .send_response(&Response::Accept {
                    key,
                    protocol: None,
                })
                .await
                .is_err()
            {
                return;
            }
            let (mut sender, mut receiver) = server.into_builder().finish();
            let mut message = Vec::new();
            loop {
                message.clear();
                let data = {
                    let mut receive = pin!(receiver.receive_data(&mut message));
                    match poll_immediate(&mut receive).await {
                        Some(data) => data,
                        None => {
                            if !naive && sender.flush().await.is_err() {
                                return;
                            }
                            receive.await
                        }
                    }
                };
                let sent = match data {
                    Ok(Data::Binary(_)) => sender.send_binary_mut(&mut message).await,
                    Ok(Data::Text(_)) => match std::str::from_utf8(&message) {
                        Ok(text) => sender.send_text(text).await,
                        Err(_) => return,
                    },
                    Err(_) => return,
                };
                if sent.is_err() || (naive && sender.flush().await.is_err()) {
                    return;
                }
            }
        }),
    );
}
