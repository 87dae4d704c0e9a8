//! What is code, what is comment, and what is neither.

use super::*;

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
