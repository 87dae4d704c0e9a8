//! A good and a bad snippet for each rule on prose.

use super::*;

#[track_caller]
fn check(rule: fn(&Source) -> Vec<Finding>, path: &str, text: &str, n_findings: usize) {
    let findings = rule(&Source::new(path, text));
    assert_eq!(findings.len(), n_findings, "{text}: {findings:?}");
}

#[test]
fn a_file_opens_with_its_header() {
    check(check_header, "crates/a/src/b.rs", "//! What it is.\n", 0);
    check(check_header, "crates/a/src/b.rs", "\n//! What it is.\n", 1);
    check(check_header, "crates/a/src/b.rs", "// What it is.\n", 1);
    check(check_header, "tests/it/b.rs", "", 1);
}

#[test]
fn a_library_root_holds_modules_and_exports() {
    let good = "\
        //! A.\n#![no_std]\n#![doc = \"x\"]\nextern crate alloc;\nmod a;\n\
        #[cfg(feature = \"b\")]\nmod b;\npub use a::{\n    A,\n    B,\n};\npub use b::C;\n\
        #[cfg(test)]\nmod tests { fn a() {} }\n";
    check(check_library_root, "crates/a/src/lib.rs", good, 0);
    for bad in [
        "fn a() {}",
        "pub(crate) const A: u8 = 1;",
        "use a::A;",
        "impl A { }",
    ] {
        check(
            check_library_root,
            "crates/a/src/lib.rs",
            &format!("mod a;\n{bad}\n"),
            1,
        );
        check(
            check_library_root,
            "crates/a/src/b.rs",
            &format!("mod a;\n{bad}\n"),
            0,
        );
    }
}

#[test]
fn globs_are_not_exported() {
    check(
        check_library_root,
        "crates/a/src/lib.rs",
        "pub use a::*;",
        1,
    );
    check(
        check_library_root,
        "crates/a/src/b.rs",
        "pub use a::{\n b::*,\n c,\n};",
        1,
    );
    check(
        check_library_root,
        "crates/a/src/b.rs",
        "pub(crate) use a::*;\nfn f() {}",
        1,
    );
    check(
        check_library_root,
        "crates/a/src/b.rs",
        "fn f() { let a = b * c; }\nuse a::*;",
        0,
    );
}

#[test]
fn notes_need_a_link() {
    let path = "crates/a/src/b.rs";
    check(check_notes, path, "// TODO: later", 1);
    check(
        check_notes,
        path,
        "// TODO(https://example.com/1): later",
        0,
    );
    check(check_notes, path, "let todo = \"TODO\"; // TODOs", 0);
}
