//! The certificates that both suites run over TLS with: the native suite makes them.

use std::path::PathBuf;

use super::native;
use crate::failure::Failure;
use crate::process;
use crate::workspace::Workspace;

/// The PEM files of an authority and of a certificate for `127.0.0.1`.
#[derive(Debug)]
pub(super) struct Certificates {
    pub(super) authority: PathBuf,
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

impl Certificates {
    /// Has the native suite, which is built, make them unless they are there.
    ///
    /// # Errors
    ///
    /// It fails.
    pub(super) fn make(workspace: &Workspace) -> Result<Self, Failure> {
        let folder = folder(workspace);
        process::capture(native::program(workspace).arg("--tls").arg(&folder))?;
        Ok(Self {
            authority: folder.join("authority.pem"),
            certificate: folder.join("certificate.pem"),
            key: folder.join("key.pem"),
        })
    }
}

/// Where they are kept, since servers and clients may have been told of them.
pub(super) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target.join("conformance").join("certificates")
}
