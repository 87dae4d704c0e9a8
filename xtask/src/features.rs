//! Features that need more than the toolchain to build, and whether this machine has it.

use crate::peers;

/// Whether a feature can be built here; what it needs is installed where it may be.
pub(crate) fn can_build(feature: &str) -> bool {
    match feature {
        "native-tls" => peers::has_libssl(),
        "zlib-ng" => peers::has_program("cmake"),
        _ => true,
    }
}

/// The features that cannot be built here.
pub(crate) fn left_out(can_build: fn(&str) -> bool) -> Vec<&'static str> {
    let demanding = DEMANDING.into_iter();
    demanding.filter(|feature| !can_build(feature)).collect()
}

/// The features that may be missing something.
pub(crate) const DEMANDING: [&str; 2] = ["native-tls", "zlib-ng"];
