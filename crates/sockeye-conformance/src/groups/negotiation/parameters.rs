//! Parameters of permessage-deflate that neither an offer nor an answer may have (RFC 7692 §7.1).

/// What is wrong with them, and they. Their grammar is right.
pub(super) const WRONG: &[(&str, &str)] = &[
    (
        "a server's window without a value",
        "server_max_window_bits",
    ),
    ("a server's window of 0 bits", "server_max_window_bits=0"),
    ("a server's window of 7 bits", "server_max_window_bits=7"),
    ("a server's window of 16 bits", "server_max_window_bits=16"),
    ("a leading zero", "server_max_window_bits=08"),
    (
        "a leading zero before two digits",
        "server_max_window_bits=015",
    ),
    ("a plus sign", "server_max_window_bits=+9"),
    ("a minus sign", "server_max_window_bits=-9"),
    ("a fraction", "server_max_window_bits=9.0"),
    ("a hexadecimal number", "server_max_window_bits=0xf"),
    ("a word for a window", "server_max_window_bits=ten"),
    ("a number in single quotes", "server_max_window_bits='15'"),
    (
        "a value above 64 bits",
        "server_max_window_bits=18446744073709551625",
    ),
    (
        "a value of sixty digits",
        "server_max_window_bits=000000000000000000000000000000000000000000000000000000000015",
    ),
    (
        "a quoted window of 16 bits",
        "server_max_window_bits=\"16\"",
    ),
    (
        "an escaped window of 07 bits",
        "server_max_window_bits=\"\\07\"",
    ),
    ("a client's window of 0 bits", "client_max_window_bits=0"),
    ("a client's window of 7 bits", "client_max_window_bits=7"),
    ("a client's window of 16 bits", "client_max_window_bits=16"),
    (
        "a client's window with a leading zero",
        "client_max_window_bits=09",
    ),
    (
        "a client's window with a plus sign",
        "client_max_window_bits=+15",
    ),
    ("a word for a client's window", "client_max_window_bits=max"),
    (
        "a client's window above 32 bits",
        "client_max_window_bits=4294967305",
    ),
    ("a value where none belongs", "server_no_context_takeover=1"),
    (
        "a word where none belongs",
        "client_no_context_takeover=true",
    ),
    (
        "a parameter twice",
        "server_no_context_takeover; server_no_context_takeover",
    ),
    (
        "the client's parameter twice",
        "client_no_context_takeover; client_no_context_takeover",
    ),
    (
        "a window twice",
        "server_max_window_bits=10; server_max_window_bits=10",
    ),
    (
        "two windows",
        "server_max_window_bits=10; server_max_window_bits=12",
    ),
    (
        "two windows of the client",
        "client_max_window_bits=15; client_max_window_bits=10",
    ),
    ("an unknown parameter", "x-unknown"),
    ("an unknown parameter with a value", "x-unknown=1"),
    (
        "an unknown parameter behind a known one",
        "server_no_context_takeover; x-unknown",
    ),
    ("a parameter that is only nearly known", "server_max_window"),
    (
        "the start of another parameter's name",
        "server_no_context_takeover_",
    ),
    ("the method of an older draft", "method=deflate"),
];

/// What is wrong with the grammar, and a field value (RFC 6455 §9.1).
pub(super) const MALFORMED: &[(&str, &[u8])] = &[
    ("a semicolon at the end", b"permessage-deflate;"),
    (
        "two semicolons",
        b"permessage-deflate;; server_no_context_takeover",
    ),
    ("a semicolon at the start", b"; permessage-deflate"),
    ("a parameter without a name", b"permessage-deflate; =15"),
    (
        "an equals sign without a value",
        b"permessage-deflate; server_max_window_bits=",
    ),
    ("a value of the extension itself", b"permessage-deflate=1"),
    (
        "two equals signs",
        b"permessage-deflate; server_max_window_bits=15=15",
    ),
    (
        "no semicolon",
        b"permessage-deflate server_no_context_takeover",
    ),
    (
        "no semicolon between parameters",
        b"permessage-deflate; server_no_context_takeover x",
    ),
    (
        "a quote that does not end",
        b"permessage-deflate; server_max_window_bits=\"15",
    ),
    (
        "a quote that ends in an escape",
        b"permessage-deflate; server_max_window_bits=\"15\\",
    ),
    (
        "an empty quoted value",
        b"permessage-deflate; server_max_window_bits=\"\"",
    ),
    (
        "white space in a quoted value",
        b"permessage-deflate; server_max_window_bits=\" 15\"",
    ),
    (
        "a comma in a quoted value",
        b"x-unknown; a=\"b,c\", permessage-deflate",
    ),
    (
        "more behind a quoted value",
        b"permessage-deflate; server_max_window_bits=\"15\"0",
    ),
    ("an extension in quotes", b"\"permessage-deflate\""),
    (
        "a parameter in quotes",
        b"permessage-deflate; \"server_no_context_takeover\"",
    ),
    ("a slash in a name", b"permessage/deflate"),
    (
        "brackets",
        b"permessage-deflate; (server_no_context_takeover)",
    ),
    ("bytes above 127", b"permessage-deflate; \xc3\xa4"),
    (
        "a fault behind a good element",
        b"permessage-deflate, x-unknown;",
    ),
    (
        "a fault before a good element",
        b"x-unknown; =, permessage-deflate",
    ),
    ("no element", b""),
    ("empty elements alone", b" , ,"),
];
