//! async-tungstenite on async-std, whose Bytes-backed messages are echoed without a copy.
//!
//! async-std has no current-thread runtime of its own, so its global executor is held to
//! `--threads` workers; the reactor thread of async-io is on top of that. The executor takes the
//! number from the environment (`ASYNC_GLOBAL_EXECUTOR_THREADS`), which a program cannot safely
//! change for itself: this one starts itself again with the variable set.

use std::env;
use std::os::unix::process::CommandExt;
use std::process::Command;

use async_std::net::{TcpListener, TcpStream};
use async_std::task;
use async_tungstenite::accept_async_with_config;
use async_tungstenite::tungstenite::Message;
use async_tungstenite::tungstenite::protocol::WebSocketConfig;
use clap::Parser;
use sockeye_bench::Arguments;

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    common: Arguments,
    /// Bytes of the read buffer, where the default of 128 KiB is not wanted
    #[arg(long)]
    read_buf: Option<usize>,
}

fn main() {
    let options = Options::parse();
    let n_threads = options.common.threads.to_string();
    if env::var(THREADS).as_ref() != Ok(&n_threads) {
        let program = env::current_exe().expect("the path of this program");
        let mut again = Command::new(program);
        again.args(env::args_os().skip(1)).env(THREADS, n_threads);
        panic!("cannot start again: {}", again.exec());
    }
    let mut config = WebSocketConfig::default().max_frame_size(Some(64 << 20));
    if let Some(n_bytes) = options.read_buf {
        config = config.read_buffer_size(n_bytes);
    }
    task::block_on(serve(options.common, config));
}

async fn serve(arguments: Arguments, config: WebSocketConfig) {
    let listener = TcpListener::bind(arguments.address()).await;
    let listener = listener.expect("a free port");
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        // Where this fails, the connection is lost, and its end will show that.
        let _ = stream.set_nodelay(true);
        task::spawn(echo(stream, config, arguments.naive));
    }
}

async fn echo(stream: TcpStream, config: WebSocketConfig, naive: bool) {
    let Ok(ws) = accept_async_with_config(stream, Some(config)).await else {
        return;
    };
    let keep = |message: Message| (message.is_text() || message.is_binary()).then_some(message);
    sockeye_bench::echo(ws, naive, keep).await;
}

const THREADS: &str = "ASYNC_GLOBAL_EXECUTOR_THREADS";
