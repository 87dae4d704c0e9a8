//! Finds the peers that do not come with Cargo.
//!
//! `cargo xtask test` installs them and names them in environment variables. Without them a test is
//! left out, visibly; with `CI=true` that is a failure instead. Nothing is searched for on `PATH`, so
//! that a run never depends on what a machine happens to have.

use std::io::Write;
use std::path::PathBuf;
use std::{env, io};

/// A program or a folder of foreign code that some tests need.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tool {
    /// The server and proxy Apache.
    Apache,
    /// The server and proxy Caddy.
    Caddy,
    /// NSS's program for the certificates that browsers trust.
    Certutil,
    /// A Chromium browser.
    Chromium,
    /// The proxy HAProxy.
    Haproxy,
    /// The SOCKS proxy microsocks.
    Microsocks,
    /// The server and proxy nginx.
    Nginx,
    /// Node, version 20 or later.
    Node,
    /// A `node_modules` folder with the package `ws`.
    NodeModules,
    /// OpenSSL's program, `openssl`.
    Openssl,
    /// A Python interpreter with the package `websockets`.
    Python,
    /// The tracer of system calls strace.
    Strace,
    /// The HTTP proxy tinyproxy.
    Tinyproxy,
}

impl Tool {
    /// Where this tool is; `None` after one line on standard error that says what is left out.
    ///
    /// # Panics
    ///
    /// If it is missing and the environment has `CI=true`.
    #[must_use]
    pub fn find(self) -> Option<PathBuf> {
        let variable = self.variable();
        if let Some(path) = env::var_os(variable).filter(|path| !path.is_empty()) {
            return Some(PathBuf::from(path));
        }
        let remedy = format!("{variable} is not set; run `cargo xtask test`, which sets it up");
        let what = self.what();
        assert!(
            env::var_os("CI").is_none_or(|ci| ci != "true"),
            "no {what}: {remedy}"
        );
        // Not `eprintln`, whose output the test runner hides when the test passes.
        let _ = writeln!(io::stderr(), "left out: tests with {what} ({remedy})");
        None
    }

    pub(crate) fn variable(self) -> &'static str {
        match self {
            Self::Apache => "SOCKEYE_APACHE",
            Self::Caddy => "SOCKEYE_CADDY",
            Self::Certutil => "SOCKEYE_CERTUTIL",
            Self::Chromium => "SOCKEYE_CHROMIUM",
            Self::Haproxy => "SOCKEYE_HAPROXY",
            Self::Microsocks => "SOCKEYE_MICROSOCKS",
            Self::Nginx => "SOCKEYE_NGINX",
            Self::Node => "SOCKEYE_NODE",
            Self::NodeModules => "SOCKEYE_NODE_MODULES",
            Self::Openssl => "SOCKEYE_OPENSSL",
            Self::Python => "SOCKEYE_PYTHON",
            Self::Strace => "SOCKEYE_STRACE",
            Self::Tinyproxy => "SOCKEYE_TINYPROXY",
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Apache => "Apache",
            Self::Caddy => "Caddy",
            Self::Certutil => "certutil",
            Self::Chromium => "Chromium",
            Self::Haproxy => "HAProxy",
            Self::Microsocks => "microsocks",
            Self::Nginx => "nginx",
            Self::Node => "Node",
            Self::NodeModules => "the npm package ws",
            Self::Openssl => "OpenSSL",
            Self::Python => "the Python package websockets",
            Self::Strace => "strace",
            Self::Tinyproxy => "tinyproxy",
        }
    }
}
