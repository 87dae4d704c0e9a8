//! A good manifest, and one broken in each way.

use super::*;

const GOOD: &str = "\
    [package]\nname = \"a\"\nversion.workspace = true\nedition.workspace = true\n\
    rust-version.workspace = true\nlicense.workspace = true\n\n\
    [dependencies]\nbytes.workspace = true # x = 1\nhttp = { workspace = true, features = [] }\n\n\
    [features]\ndefault = []\n\n[[test]]\nname = \"it\"\n\n[lints]\nworkspace = true\n";

#[track_caller]
fn check_change(from: &str, to: &str, expected: &str) {
    assert!(GOOD.contains(from));
    let findings = check("crates/a/Cargo.toml", &GOOD.replace(from, to));
    let [finding] = &findings[..] else {
        panic!("one finding, not {findings:?}")
    };
    assert!(finding.to_string().contains(expected), "{finding}");
}

#[test]
fn a_manifest_that_inherits_is_good() {
    assert!(check("crates/a/Cargo.toml", GOOD).is_empty());
}

#[test]
fn own_values_are_refused() {
    check_change("edition.workspace = true", "edition = \"2021\"", "edition");
    check_change(
        "version.workspace = true\nedition",
        "edition",
        "released together",
    );
    check_change(
        "[lints]\nworkspace = true",
        "[lints]\nrust.unsafe_code = \"warn\"",
        "lints",
    );
    check_change(
        "bytes.workspace = true",
        "bytes = \"1\"",
        "Cargo.toml:9: write",
    );
}

#[test]
fn what_the_workspace_pins_is_pinned_alike() {
    let root = "[workspace.dependencies]\na = \"=1.13.2\"\nb = \"2\"\n\
                c = { version = \"=3.0.0\", default-features = false }\n";
    let findings = |text: &str| check_pins(root, "x/Cargo.toml", text).len();
    let good = "[dependencies]\na = { version = \"=1.13.2\", features = [] }\n\
                b = \"3\"\nc = \"=3.0.0\"\nother = { path = \"..\" }\n";
    assert_eq!(findings(good), 0);
    assert_eq!(findings(&good.replace("=1.13.2", "=1.13.1")), 1);
    assert_eq!(findings(&good.replace("=1.13.2", "1.13.2")), 1);
    assert_eq!(findings(&good.replace("=3.0.0", "3")), 1);
    assert_eq!(
        findings(&good.replace("version = \"=1.13.2\"", "git = \"x\"")),
        1
    );
}
