//! What is taken for test, attribute, header and word.

use super::*;

fn source(text: &str) -> Source {
    Source::new("crates/a/src/b.rs", text)
}

#[test]
fn test_items_are_found() {
    let text = "\
        fn a() {}\n\
        #[cfg(test)]\n\
        #[derive(Debug)]\n\
        mod tests {\n\
            // }\n\
            fn b() { '}'; }\n\
        }\n\
        fn c() {}\n\
        #[cfg(test)]\n\
        mod more;\n";
    let source = source(text);
    let lines: Vec<_> = source.product_code().map(|(line, _)| line).collect();
    assert_eq!(lines, [1, 8]);
    assert_eq!(source.product_lines(), 2);
    assert_eq!(source.test_modules, ["more"]);
}

#[test]
fn test_files_have_no_product_code() {
    for path in [
        "crates/a/src/b/tests.rs",
        "tests/it/main.rs",
        "crates/a/src/tests/b.rs",
    ] {
        let source = Source::new(path, "fn a() {}\n");
        assert!(source.is_test_file(), "{path}");
        assert_eq!(source.product_lines(), 0, "{path}");
    }
    assert!(!Source::new("crates/a/src/tests_of_time.rs", "").is_test_file());
}

#[test]
fn attributes_are_found_over_lines() {
    let source = source("#![no_std]\nstruct A;\n#[cfg_attr(\n  a,\n  b[0]\n)]\nfn f() { a[1]; }\n");
    let attributes = source.attributes();
    assert_eq!(attributes[0], (1, "no_std".to_owned()));
    assert_eq!(attributes[1].0, 3);
    assert!(attributes[1].1.starts_with("cfg_attr(") && attributes[1].1.ends_with(')'));
    assert_eq!(attributes.len(), 2);
}

#[test]
fn the_header_ends_with_its_comment() {
    let source = source("//! One.\n//!\n//! Two.\n\nuse x;\n//! Not this.\n");
    assert_eq!(
        source.header().collect::<Vec<_>>(),
        ["//! One.", "//!", "//! Two."]
    );
}

#[test]
fn words_are_whole_identifiers() {
    assert!(has_word("a::Opcode;", "Opcode"));
    assert!(!has_word("MyOpcode Opcodes unsafe_code", "Opcode"));
    assert!(!has_word("unsafe_code", "unsafe"));
    assert!(has_word("unsafe_code unsafe {", "unsafe"));
}
