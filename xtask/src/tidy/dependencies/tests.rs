//! Dependencies that the table allows, and those it does not.

use super::*;
use DependencyKind::{Build, Development, Normal};

#[track_caller]
fn check_one(package: &str, dependency: &str, kind: DependencyKind, expected: Option<&str>) {
    let package = Package {
        name: package.to_owned(),
        folder: format!("crates/{package}"),
        dependencies: vec![Dependency {
            name: dependency.to_owned(),
            kind,
        }],
        features: Vec::new(),
        target_kinds: Vec::new(),
    };
    let findings = check(&package);
    match (&findings[..], expected) {
        ([], None) => {}
        ([finding], Some(expected)) if finding.to_string().contains(expected) => {}
        _ => panic!("{findings:?}, not {expected:?}"),
    }
}

#[test]
fn layers_know_only_those_below() {
    check_one("sockeye-extensions", "sockeye-frame", Normal, None);
    check_one(
        "sockeye-frame",
        "sockeye-extensions",
        Normal,
        Some("must not know"),
    );
    check_one(
        "sockeye-connection",
        "sockeye-handshake",
        Normal,
        Some("must not know"),
    );
    check_one(
        "sockeye-handshake",
        "sockeye-connection",
        Development,
        Some("must not know"),
    );
    check_one("sockeye-driver", "sockeye-handshake", Normal, None);
    check_one(
        "sockeye-driver",
        "sockeye-tokio",
        Normal,
        Some("must not know"),
    );
}

#[test]
fn a_new_dependency_needs_a_sentence() {
    check_one("sockeye-connection", "bytes", Normal, None);
    check_one("sockeye-frame", "bytes", Normal, Some("add it to"));
    check_one("sockeye-driver", "tokio", Normal, Some("add it to"));
    check_one("sockeye-driver", "tokio", Development, None);
    check_one("sockeye-frame", "cc", Build, Some("add it to"));
}

#[test]
fn a_new_package_needs_a_layer() {
    check_one("sockeye-quic", "bytes", Normal, Some("which layer is it?"));
}

#[test]
fn the_table_gives_reasons() {
    let others = ALLOWED
        .iter()
        .flat_map(|allowed| allowed.others)
        .chain(&IN_TESTS);
    for (name, reason) in others {
        assert!(reason.len() > 5, "{name}");
    }
}
