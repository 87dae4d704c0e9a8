//! Authorities and certificates for tests of TLS, in files as administrators have them.

use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use tempfile::TempDir;

/// An authority that issues certificates; its own is in a file.
#[derive(Debug)]
pub struct Authority {
    folder: TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A chain and its key, each in a PEM file.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The certificate.
    pub chain: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl Authority {
    /// A new one, trusted by nobody who is not told.
    ///
    /// # Panics
    ///
    /// If there is no folder or no randomness.
    #[must_use]
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, unique_name());
        let key = KeyPair::generate().expect("there is randomness");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("it can sign");
        let folder = tempfile::tempdir().expect("there is a folder");
        fs::write(folder.path().join("authority.pem"), issuer.pem()).expect("it can be written");
        Self { folder, issuer }
    }

    /// Where its own certificate is.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// A certificate for `host` that is good for long.
    ///
    /// # Panics
    ///
    /// If it cannot be written.
    #[must_use]
    pub fn issue(&self, host: &str) -> Certificate {
        self.issue_until(host, 2100)
    }

    /// A certificate for `host` that is good until the beginning of `year`.
    ///
    /// # Panics
    ///
    /// If it cannot be written.
    #[must_use]
    pub fn issue_until(&self, host: &str, year: i32) -> Certificate {
        self.issue_within(host, 2000..year)
    }

    /// A certificate for `host` that is good in these years.
    ///
    /// # Panics
    ///
    /// If it cannot be written.
    #[must_use]
    pub fn issue_within(&self, host: &str, years: Range<i32>) -> Certificate {
        let params = CertificateParams::new([host.to_owned()]);
        let mut params = params.expect("a name or an address");
        params.not_before = date_time_ymd(years.start, 1, 1);
        params.not_after = date_time_ymd(years.end, 1, 1);
        let key = KeyPair::generate().expect("there is randomness");
        let certificate = params.signed_by(&key, &self.issuer);
        let certificate = certificate.expect("it can sign");
        let Range { start, end } = years;
        let path = |part: &str| {
            self.folder
                .path()
                .join(format!("{host}.{start}-{end}.{part}.pem"))
        };
        let (chain, key_file) = (path("chain"), path("key"));
        fs::write(&chain, certificate.pem()).expect("it can be written");
        fs::write(&key_file, key.serialize_pem()).expect("it can be written");
        Certificate {
            chain,
            key: key_file,
        }
    }
}

/// Two authorities of one name would be taken for one with a broken signature.
fn unique_name() -> String {
    static N_NAMED: AtomicUsize = AtomicUsize::new(0);
    let number = N_NAMED.fetch_add(1, Ordering::Relaxed);
    format!("authority {number} of a test")
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}
