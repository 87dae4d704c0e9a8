//! The header grammar, as tables of cases and against a second description of it.

use alloc::format;
use alloc::string::String;
use alloc::vec;

use super::*;

/// Feeds a value by itself, with bytes around it, and as one of several header lines.
#[track_caller]
fn check(value: &[u8], expected: &[Offer]) {
    assert_eq!(
        parse_extensions([value]),
        Ok(expected.to_vec()),
        "{}",
        value.escape_ascii()
    );

    let around = |before: &[u8], after: &[u8]| [before, value, after].concat();
    let before = [&[Offer::new("before")], expected].concat();
    let after = [expected, &[Offer::new("after")]].concat();
    assert_eq!(
        parse_extensions([&around(b" \t", b"\t ")[..]]),
        Ok(expected.to_vec())
    );
    assert_eq!(
        parse_extensions([&around(b",", b",")[..]]),
        Ok(expected.to_vec())
    );
    assert_eq!(
        parse_extensions([&around(b"before,", b"")[..]]),
        Ok(before.clone())
    );
    assert_eq!(
        parse_extensions([&around(b"", b",after")[..]]),
        Ok(after.clone())
    );
    assert_eq!(parse_extensions([b"before", value]), Ok(before));
    assert_eq!(parse_extensions([value, b"after"]), Ok(after));

    // Written and read again it is the same.
    match format_extensions(expected) {
        None => assert!(expected.is_empty()),
        Some(line) => assert_eq!(parse_extensions([line.as_bytes()]), Ok(expected.to_vec())),
    }
}

#[track_caller]
fn check_error(value: &[u8], error: GrammarError) {
    let shown = value.escape_ascii();
    assert_eq!(parse_extensions([value]), Err(error), "{shown}");
    assert_eq!(
        parse_extensions([b"before", value]),
        Err(error),
        "{shown} as second line"
    );
    assert_eq!(
        parse_extensions([value, b"after"]),
        Err(error),
        "{shown} as first line"
    );
    let behind = [b"before,", value].concat();
    assert_eq!(
        parse_extensions([&behind[..]]),
        Err(error),
        "{shown} as second element"
    );
}

fn foo() -> Offer {
    Offer::new("foo")
}

#[test]
fn values_of_the_grammar_are_read() {
    check(b"foo", &[foo()]);
    check(b"foo,bar", &[foo(), Offer::new("bar")]);
    check(b"foo, bar", &[foo(), Offer::new("bar")]);
    check(b"foo ,\tbar", &[foo(), Offer::new("bar")]);
    check(b"foo, foo", &[foo(), foo()]);
    check(b"foo;a", &[foo().flag("a")]);
    check(b"foo;a=1", &[foo().param("a", "1")]);
    check(b"foo ; a = 1", &[foo().param("a", "1")]);
    check(b"foo\t;\ta\t=\t1\t;\tb", &[foo().param("a", "1").flag("b")]);
    check(
        b"foo;a;a;a=1;a=2",
        &[foo().flag("a").flag("a").param("a", "1").param("a", "2")],
    );
    check(
        b"!#$%&'*+-.^_`|~09azAZ",
        &[Offer::new("!#$%&'*+-.^_`|~09azAZ")],
    );
    // Names are not folded: they are compared as they are.
    check(b"Foo;A=X", &[Offer::new("Foo").param("A", "X")]);
}

#[test]
fn the_examples_of_the_rfcs_are_read() {
    // RFC 6455 §9.1
    check(
        b"foo, bar; baz=2",
        &[foo(), Offer::new("bar").param("baz", "2")],
    );
    check(b"deflate-stream", &[Offer::new("deflate-stream")]);
    check(
        b"mux; max-channels=4; flow-control, deflate-stream",
        &[
            Offer::new("mux")
                .param("max-channels", "4")
                .flag("flow-control"),
            Offer::new("deflate-stream"),
        ],
    );
    check(b"private-extension", &[Offer::new("private-extension")]);
    // RFC 7692 §7.1.3
    let deflate = || Offer::new("permessage-deflate");
    check(
        b"permessage-deflate; client_max_window_bits; server_max_window_bits=10, \
          permessage-deflate; client_max_window_bits",
        &[
            deflate()
                .flag("client_max_window_bits")
                .param("server_max_window_bits", "10"),
            deflate().flag("client_max_window_bits"),
        ],
    );
}

#[test]
fn a_quoted_value_means_the_same_as_the_token_in_it() {
    let ten = [foo().param("a", "10")];
    check(br#"foo;a="10""#, &ten);
    check(br#"foo ; a = "10" "#, &ten);
    check(br#"foo;a="1\0""#, &ten);
    check(br#"foo;a="\1\0""#, &ten);
    check(br#"foo;a="10";b"#, &[foo().param("a", "10").flag("b")]);
    check(
        br#"foo;a="10",bar"#,
        &[foo().param("a", "10"), Offer::new("bar")],
    );
}

#[test]
fn empty_elements_and_lines_are_skipped() {
    check(b"", &[]);
    check(b" \t ", &[]);
    check(b",", &[]);
    check(b" , ,\t, ", &[]);
    check(b",foo,,bar,", &[foo(), Offer::new("bar")]);
    check(b"foo, , bar", &[foo(), Offer::new("bar")]);
    assert_eq!(parse_extensions([]), Ok(vec![]));
    assert_eq!(
        parse_extensions([&b""[..], b"", b"foo", b""]),
        Ok(vec![foo()])
    );
}

#[test]
fn a_missing_name_or_value_is_an_error() {
    for value in [
        "foo;",
        "foo; ",
        "foo;;a",
        "foo; ;a",
        "foo;,bar",
        "foo;a;",
        ";",
        ";a",
        "; a=1",
        "=",
        "=1",
        "foo;=",
        "foo;=1",
        "foo;a=",
        "foo;a= ",
        "foo;a=;b",
        "foo;a=,bar",
        "foo;a==1",
    ] {
        check_error(value.as_bytes(), GrammarError::MissingToken);
    }
}

#[test]
fn a_byte_out_of_place_is_an_error() {
    let unexpected = GrammarError::UnexpectedByte;
    check_error(b"foo bar", unexpected(b'b'));
    check_error(b"foo\tbar", unexpected(b'b'));
    check_error(b"foo=1", unexpected(b'='));
    check_error(b"foo;a b", unexpected(b'b'));
    check_error(b"foo;a=1 2", unexpected(b'2'));
    check_error(b"foo;a=1=2", unexpected(b'='));
    check_error(b"\"foo\"", unexpected(b'"'));
    check_error(b"foo\"", unexpected(b'"'));
    check_error(b"foo;\"a\"", unexpected(b'"'));
    check_error(b"foo;a=1\"2\"", unexpected(b'"'));
    check_error(b"foo;a=\"1\"2", unexpected(b'2'));
    check_error(b"foo;a=\"1\"\"2\"", unexpected(b'"'));
    check_error(b"foo;a=\\1", unexpected(b'\\'));
    check_error(b"foo;a='1;2'/", unexpected(b'/'));
    check_error(b"foo(comment)", unexpected(b'('));
    check_error("föö".as_bytes(), unexpected(0xC3));
    check_error(b"foo;a=\xFF", unexpected(0xFF));
    check_error(b"foo\r\n bar", unexpected(b'\r'));
}

#[test]
fn a_quoted_value_must_end_and_be_a_token() {
    for value in ["", "1", "\\", "1\\", "\\1", "1\\0\\"] {
        check_error(
            format!("foo;a=\"{value}").as_bytes(),
            GrammarError::UnterminatedQuote,
        );
    }
    for value in [
        "", " ", " 1", "1 ", "1,2", "1;2", "a=b", "\\\"", "\\\\", "\\ ", "ä", "(1)",
    ] {
        check_error(
            format!("foo;a=\"{value}\"").as_bytes(),
            GrammarError::QuotedValueNotToken,
        );
    }
    check_error(b"foo;a=\"\xFF\"", GrammarError::QuotedValueNotToken);
    check_error(b"foo;a=\"\\\xFF\"", GrammarError::QuotedValueNotToken);
    check_error(b"foo;a=\"1\0\"", GrammarError::QuotedValueNotToken);
}

#[test]
fn every_byte_is_a_token_character_or_an_error_in_every_place() {
    for byte in 0..=255_u8 {
        // RFC 9110 §5.6.2: any VCHAR, except delimiters
        let is_token = byte.is_ascii_graphic() && !br#""(),/:;<=>?@[\]{}"#.contains(&byte);
        let text = String::from(char::from(byte));
        let quoted = [b"foo;a=\"", &[byte][..], b"\""].concat();
        let escaped = [b"foo;a=\"\\", &[byte][..], b"\""].concat();
        if is_token {
            check(&[byte], &[Offer::new(&*text)]);
            check(&[b"foo;", &[byte][..]].concat(), &[foo().flag(&*text)]);
            check(
                &[b"foo;a=", &[byte][..]].concat(),
                &[foo().param("a", &*text)],
            );
            check(&quoted, &[foo().param("a", &*text)]);
            check(&escaped, &[foo().param("a", &*text)]);
        } else {
            let is_separator = matches!(byte, b' ' | b'\t' | b',');
            assert_eq!(
                parse_extensions([&[byte][..]]).is_ok(),
                is_separator,
                "{byte:#x}"
            );
            assert!(parse_extensions([&[b"foo;", &[byte][..]].concat()[..]]).is_err());
            assert!(parse_extensions([&[b"foo;a=", &[byte][..]].concat()[..]]).is_err());
            assert!(parse_extensions([&quoted[..]]).is_err(), "{byte:#x}");
            check_error(&escaped, GrammarError::QuotedValueNotToken);
        }
    }
}

/// Where a reader of the grammar stands between two bytes: the grammar once more, as a table.
#[derive(Clone, Copy)]
enum Place {
    List,
    Name,
    AfterWord,
    Semicolon,
    ParamName,
    AfterParamName,
    Equals,
    Value,
    EmptyQuote,
    Quote,
    Backslash,
}

fn step(place: Place, byte: u8) -> Option<Place> {
    use Place::*;
    Some(match (place, byte) {
        (List, b',' | b' ') => List,
        (List | Name, b'a') => Name,
        (Name | AfterWord | ParamName | AfterParamName | Value, b',') => List,
        (Name | AfterWord | ParamName | AfterParamName | Value, b';') => Semicolon,
        (Name | AfterWord | Value, b' ') => AfterWord,
        (Semicolon, b' ') => Semicolon,
        (Semicolon | ParamName, b'a') => ParamName,
        (ParamName | AfterParamName, b' ') => AfterParamName,
        (ParamName | AfterParamName, b'=') => Equals,
        (Equals, b' ') => Equals,
        (Equals | Value, b'a') => Value,
        (Equals, b'"') => EmptyQuote,
        (EmptyQuote | Quote | Backslash, b'a') => Quote,
        (EmptyQuote | Quote, b'\\') => Backslash,
        (Quote, b'"') => AfterWord,
        _ => return None,
    })
}

fn is_in_grammar(value: &[u8]) -> bool {
    use Place::*;
    let end = value
        .iter()
        .try_fold(List, |place, &byte| step(place, byte));
    matches!(
        end,
        Some(List | Name | AfterWord | ParamName | AfterParamName | Value)
    )
}

#[test]
fn every_short_value_is_read_exactly_when_it_is_in_the_grammar() {
    let alphabet = b"a,;=\"\\ \xFF";
    let mut values = vec![vec![]];
    let mut n_read = 0;
    for _ in 0..6 {
        let mut longer = vec![];
        for value in &values {
            longer.extend(alphabet.iter().map(|&byte| [&value[..], &[byte]].concat()));
        }
        values = longer;
        for value in &values {
            let parsed = parse_extensions([&value[..]]);
            assert_eq!(
                parsed.is_ok(),
                is_in_grammar(value),
                "{}",
                value.escape_ascii()
            );
            if let Some(line) = parsed.as_deref().ok().and_then(format_extensions) {
                assert_eq!(parse_extensions([line.as_bytes()]), parsed);
                n_read += 1;
            }
        }
    }
    assert!(n_read > 1000, "only {n_read} values with an extension");
}

// The inputs on which parsers of other implementations took quadratic or exponential time; here
// it matters that each is read to its end and gives the right answer.
#[test]
fn long_values_are_read_to_their_end() {
    let quote = |content: &str| format!("x; y=\"{content}");
    let backslashes = quote(&"\\".repeat(15 * 1024));
    check_error(backslashes.as_bytes(), GrammarError::QuotedValueNotToken);
    let escaped = "\\a".repeat(7 * 1024);
    check_error(quote(&escaped).as_bytes(), GrammarError::UnterminatedQuote);
    check_error(
        quote(&format!("{escaped}\\")).as_bytes(),
        GrammarError::UnterminatedQuote,
    );
    check(
        quote(&format!("{escaped}\"")).as_bytes(),
        &[Offer::new("x").param("y", "a".repeat(7 * 1024))],
    );

    check(",".repeat(5000).as_bytes(), &[]);
    check(format!("{}foo", ",".repeat(5000)).as_bytes(), &[foo()]);
    check_error(
        format!("{};", ",".repeat(5000)).as_bytes(),
        GrammarError::MissingToken,
    );

    let spaces = " ".repeat(15_000);
    check(format!("foo{spaces}").as_bytes(), &[foo()]);
    check(
        format!("foo{spaces};{spaces}a").as_bytes(),
        &[foo().flag("a")],
    );
    check_error(
        format!("foo{spaces}x").as_bytes(),
        GrammarError::UnexpectedByte(b'x'),
    );
    check_error(
        format!("foo;a={spaces}").as_bytes(),
        GrammarError::MissingToken,
    );

    let offer = Offer::new("permessage-deflate").flag("client_max_window_bits");
    check(
        format!("{offer}, ").repeat(180).as_bytes(),
        &vec![offer; 180],
    );

    let mut many_params = foo();
    for _ in 0..250 {
        many_params = many_params.param("a", "1");
    }
    check(
        format!("foo{}", ";a=1".repeat(250)).as_bytes(),
        &[many_params],
    );
    let name = "n".repeat(15 * 1024);
    check(name.as_bytes(), &[Offer::new(&*name)]);
}

#[test]
fn there_may_be_1024_parts_and_none_more() {
    let too_many = Err(GrammarError::TooMany);
    let names = |n: usize| "a,".repeat(n);
    assert_eq!(
        parse_extensions([names(1024).as_bytes()]).unwrap().len(),
        1024
    );
    assert_eq!(parse_extensions([names(1025).as_bytes()]), too_many);
    let params = |n: usize| format!("a{}", ";b".repeat(n));
    assert!(parse_extensions([params(1023).as_bytes()]).is_ok());
    assert_eq!(parse_extensions([params(1024).as_bytes()]), too_many);
    // In all lines together.
    let lines = [names(1000), names(25)];
    assert_eq!(
        parse_extensions(lines.iter().map(String::as_bytes)),
        too_many
    );
}

/// The reader counts its steps itself, and panics above one for each byte and line, and 64.
#[test]
fn lists_made_to_be_slow_take_one_step_for_each_byte() {
    let read = |value: &str| parse_extensions([value.as_bytes()]).map(|offers| offers.len());
    // Each took other servers seconds or more.
    for repeated in ["\\", " ", "\"", ";", ",", "=", "a", "\t", "\\\"", "\"a"] {
        let many = repeated.repeat(15_000 / repeated.len());
        for before in ["", "x", "x;", "x; y", "x; y=", "x; y=\"", "x,"] {
            for behind in ["", "z", "\"", ",z", ";z", "\0"] {
                let _ = read(&format!("{before}{many}{behind}"));
            }
        }
    }
    assert!(read(&format!("x; y=\"{}", "\\".repeat(6000))).is_err());
    assert_eq!(read(&",".repeat(15_000)), Ok(0));
    assert_eq!(read(&format!("{}a", ",".repeat(15_000))), Ok(1));
    assert_eq!(read(&"permessage-deflate, ".repeat(180)), Ok(180));
    assert_eq!(read(&"a;b=\"c\", ".repeat(500)), Ok(500));
    let lines = [b"a,".repeat(30), b" ".repeat(1000)].concat();
    let lines = vec![&lines[..]; 30];
    assert_eq!(parse_extensions(lines).unwrap().len(), 900);
    assert_eq!(parse_extensions([&b""[..]; 100]), Ok(Vec::new()));
}

#[test]
fn nothing_to_write_gives_no_header() {
    assert_eq!(format_extensions(&[]), None);
    let both = [foo(), Offer::new("bar").flag("a")];
    assert_eq!(format_extensions(&both[..1]).as_deref(), Some("foo"));
    assert_eq!(format_extensions(&both).as_deref(), Some("foo, bar; a"));
}

#[test]
fn errors_say_what_is_wrong() {
    let said = |error: GrammarError| format!("{error}");
    assert_eq!(
        said(GrammarError::UnexpectedByte(0)),
        "unexpected byte 0x00 in the extension list"
    );
    assert_eq!(
        said(GrammarError::MissingToken),
        "name or value missing in the extension list"
    );
    assert_eq!(
        said(GrammarError::UnterminatedQuote),
        "quoted extension parameter without its end"
    );
    assert_eq!(
        said(GrammarError::QuotedValueNotToken),
        "quoted extension parameter is not a token"
    );
}
