//! What the lexer takes for code, comment, literal and test.

use super::*;

fn source(text: &str) -> Source {
    Source::new("crates/a/src/b.rs", text)
}

#[track_caller]
fn check(text: &str, code: &str, comments: &str) {
    let (found_code, found_comments) = separate(text);
    assert_eq!(found_code.trim_end(), code);
    assert_eq!(found_comments.trim(), comments);
    assert_eq!(
        found_code.chars().count(),
        text.chars().count(),
        "same shape"
    );
    assert_eq!(
        found_comments.chars().count(),
        text.chars().count(),
        "same shape"
    );
}

#[test]
fn comments_are_no_code() {
    check("a; // unsafe", "a;", "// unsafe");
    check(
        "a /* b /* c */ d */ e",
        "a                   e",
        "/* b /* c */ d */",
    );
    check("a /**/ b", "a      b", "/**/");
    check("a /***/ b", "a       b", "/***/");
    check("a / b", "a / b", "");
}

#[test]
fn insides_of_literals_are_neither() {
    check(r#"f("// \" x"); g"#, r#"f("       "); g"#, "");
    check(r##"f(r#"" // "#); g"##, r##"f(r#"       ); g"##, "");
    check(r#"f(br"\"); g"#, r#"f(br"  ); g"#, "");
    check(
        r"f('{', '\'', '\u{7b}') // x",
        "f('  , '  ', '      ')",
        "// x",
    );
}

#[test]
fn lifetimes_and_raw_identifiers_are_code() {
    check(
        "fn f<'a>(r#type: &'a str) {}",
        "fn f<'a>(r#type: &'a str) {}",
        "",
    );
    check("for r in 'outer: loop", "for r in 'outer: loop", "");
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
