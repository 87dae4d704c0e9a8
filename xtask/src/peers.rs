//! The programs of other people that the tests talk to, and where they are on this machine.
//!
//! Sets up what is missing below `target/peers`, so a fresh clone needs no step by hand, and tells
//! the tests by environment variables. A variable that is set already is taken as it is. A peer
//! that cannot be had is no error here: `test` decides what that means. What the conformance suite
//! starts is listed in `programs`.

pub(crate) mod apt;
mod chromium;
mod debian;
mod libssl;
mod node;
pub(crate) mod programs;
mod python;
mod rust;
pub(crate) mod venv;

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::time::Instant;

use crate::say::say;

/// One peer after set-up.
#[derive(Debug)]
pub(crate) struct Peer {
    /// What it is, for people.
    pub(crate) name: &'static str,
    /// The environment variable that tells the tests where it is.
    pub(crate) variable: &'static str,
    pub(crate) found: Result<Found, Missing>,
}

/// A peer that is ready.
#[derive(Debug)]
pub(crate) struct Found {
    /// The value of the peer's variable: a program or a folder.
    pub(crate) place: OsString,
    /// Its version, in the peer's own words.
    pub(crate) version: String,
}

/// A peer that this machine does not have and that could not be fetched.
#[derive(Clone, Debug)]
pub(crate) struct Missing {
    pub(crate) reason: String,
    /// What the user can do about it: a command where there is one.
    pub(crate) remedy: String,
}

/// Finds or fetches the peers of the tests, saying what it does; `folder` is where they are
/// installed.
pub(crate) fn set_up(folder: &Path) -> Vec<Peer> {
    vec![
        find_python(folder),
        find_node(),
        find_ws(folder),
        find("Chromium", "SOCKEYE_CHROMIUM", chromium::set_up),
        find("certutil", "SOCKEYE_CERTUTIL", || {
            debian::set_up("certutil", "libnss3-tools")
        }),
        find("tinyproxy", "SOCKEYE_TINYPROXY", || {
            debian::set_up("tinyproxy", "tinyproxy-bin")
        }),
        find("microsocks", "SOCKEYE_MICROSOCKS", || {
            debian::set_up("microsocks", "microsocks")
        }),
        find("HAProxy", "SOCKEYE_HAPROXY", || {
            debian::set_up("haproxy", "haproxy")
        }),
        find("nginx", "SOCKEYE_NGINX", || {
            debian::set_up("nginx", "nginx-light")
        }),
        find("Apache", "SOCKEYE_APACHE", || {
            debian::set_up("apache2", "apache2-bin")
        }),
        find("Caddy", "SOCKEYE_CADDY", || {
            debian::set_up("caddy", "caddy")
        }),
        find("strace", "SOCKEYE_STRACE", || {
            debian::set_up("strace", "strace")
        }),
        find("OpenSSL", "SOCKEYE_OPENSSL", || {
            debian::set_up("openssl", "openssl")
        }),
        // No peers, but zlib-ng and native-tls, which are tested too, are built with them.
        find("CMake", "SOCKEYE_CMAKE", || {
            debian::set_up("cmake", "cmake")
        }),
        find("OpenSSL's headers", "SOCKEYE_LIBSSL", libssl::set_up),
    ]
}

/// Whether a program is there, or can be installed from the Debian package of its name.
pub(crate) fn has_program(name: &str) -> bool {
    debian::set_up(name, name).is_ok()
}

/// Whether native-tls can be built; what it needs is installed where it may be.
pub(crate) fn has_libssl() -> bool {
    libssl::set_up().is_ok()
}

fn find_python(folder: &Path) -> Peer {
    find("Python websockets", "SOCKEYE_PYTHON", || {
        python::set_up(&folder.join("python"))
    })
}

fn find_node() -> Peer {
    find("Node.js", "SOCKEYE_NODE", node::find)
}

fn find_ws(folder: &Path) -> Peer {
    find("npm ws", "SOCKEYE_NODE_MODULES", || {
        node::set_up_ws(&folder.join("node"))
    })
}

/// Takes what the variable says, or sets the peer up, and says what came of it.
fn find(
    name: &'static str,
    variable: &'static str,
    set_up: impl FnOnce() -> Result<Found, Missing>,
) -> Peer {
    let start = Instant::now();
    let found = match env::var_os(variable).filter(|place| !place.is_empty()) {
        Some(place) => Ok(Found {
            place,
            version: format!("as {variable} says"),
        }),
        None => set_up(),
    };
    match &found {
        Ok(Found { version, .. }) => {
            let seconds = start.elapsed().as_secs_f64();
            say(format_args!("peer {name}: {version} ({seconds:.1} s)"));
        }
        Err(Missing { reason, .. }) => say(format_args!("peer {name}: missing, {reason}")),
    }
    Peer {
        name,
        variable,
        found,
    }
}
