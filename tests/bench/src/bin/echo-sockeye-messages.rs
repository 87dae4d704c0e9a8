//! Sockeye through `recv` and `feed`: the answers to one read leave with the next wait.

use sockeye::tokio::Server;
use sockeye_bench::Args;

fn main() {
    let args = Args::parse();
    sockeye_bench::run(&args, async {
        let server = Server::bind(args.addr()).await.expect("a free port");
        let ended = server.serve(|mut ws| async move {
            while let Some(message) = ws.recv().await? {
                ws.feed(message).await?;
            }
            Ok(())
        });
        ended.await.expect("a listener");
    });
}
