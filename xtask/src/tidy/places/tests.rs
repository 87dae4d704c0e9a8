//! Lines with and without a place of one machine.

use super::*;

#[track_caller]
fn check_line(path: &str, line: &str, n_findings: usize) {
    let findings = check(path, line);
    assert_eq!(findings.len(), n_findings, "{line}: {findings:?}");
}

#[test]
fn folders_of_a_machine_are_found() {
    for folder in FOLDERS {
        check_line("README.md", &format!("cd {folder}me"), 1);
        check_line("a.rs", &format!("let path = \"{folder}me\";"), 1);
    }
    check_line("a.rs", &format!("https://example.com{}page", FOLDERS[0]), 0);
    check_line("a.rs", "the net/work of /homes", 0);
}

#[test]
fn other_registries_are_found() {
    check_line(
        ".cargo/config.toml",
        &format!("{} = \"near\"", SETTINGS[0]),
        1,
    );
    let public = format!("source = {}", PUBLIC[0]);
    check_line("Cargo.lock", &public, 0);
    check_line(
        "Cargo.lock",
        "source = \"registry+https://mirror.example/index\"",
        1,
    );
    check_line(
        "docs/a.md",
        "source = \"registry+https://mirror.example/index\"",
        0,
    );
}
