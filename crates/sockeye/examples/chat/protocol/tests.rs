//! What pages may say and what they are told, as JSON.

use super::*;

#[track_caller]
fn understood(json: &str, expected: FromPage) {
    assert_eq!(FromPage::parse(json.as_bytes()), Ok(expected));
}

fn word<W: TryFrom<String, Error = String>>(text: &str) -> W {
    W::try_from(text.to_owned()).unwrap()
}

#[track_caller]
fn refused(json: &str, because: &str) {
    let Refused {
        reason,
        reference: None,
    } = FromPage::parse(json.as_bytes()).unwrap_err()
    else {
        panic!("a message that is not understood has no reference");
    };
    assert!(reason.contains(because), "{reason}");
    assert!(reason.chars().count() <= 200, "{reason}");
}

fn join(room: &str, name: &str) -> String {
    serde_json::json!({ "type": "join", "room": room, "name": name }).to_string()
}

fn say(text: &str) -> String {
    serde_json::json!({ "type": "say", "ref": "r-1", "text": text }).to_string()
}

#[test]
fn each_kind_of_message_is_understood() {
    understood(
        &join("lobby", " Ada "),
        FromPage::Join {
            room: word("lobby"),
            name: word("Ada"),
        },
    );
    understood(
        &say("Hello\nthere\n"),
        FromPage::Say {
            reference: word("r-1"),
            text: word("Hello\nthere"),
        },
    );
    understood(r#"{"type":"typing"}"#, FromPage::Typing);
}

#[test]
fn what_is_no_message_gets_a_reason() {
    refused("", "EOF");
    refused("hello", "expected value");
    refused("[]", "not understood");
    refused("{}", "missing field `type`");
    refused(r#"{"type":"shout"}"#, "unknown variant `shout`");
    refused(r#"{"type":"join","room":"lobby"}"#, "missing field `name`");
    refused(
        &format!(r#"{{"type":"{}"}}"#, "x".repeat(9000)),
        "unknown variant",
    );
    refused(&" ".repeat(MAX_JSON_BYTES + 1), "at most 50000 bytes");
}

/// What is refused with its mark leaves the page's list of what is on its way.
#[test]
fn the_mark_is_read_from_a_message_that_is_not_understood() {
    let too_long = format!(
        r#"{{"type":"say","ref":"r-1","text":"{}"#,
        "x".repeat(MAX_JSON_BYTES)
    );
    for json in [
        r#"{"type":"say","ref":"r-1","text":""}"#,
        r#"{"type":"say","ref":"r-1","text":"\u0085"}"#,
        r#"{"type":"say","ref":"r-1","text":"\ud83d"}"#,
        r#"{"text":"\udc00\ud83d","ref":"r-1","type":"say"}"#,
        r#"{"type":"say","ref":"r-1"}"#,
        r#"{"type":"shout","text":[{"ref":"r-2"}],"ref":"r-1"}"#,
        r#"{"type":"say","ref":"r-1","text":"cut o"#,
        r#"{"type":"say","ref":"r-1","text":"x"} and more"#,
        &say(&"é".repeat(4001)),
        &too_long,
        &too_long[..=MAX_JSON_BYTES],
    ] {
        let refused = FromPage::parse(json.as_bytes()).unwrap_err();
        assert_eq!(refused.reference, Some(word("r-1")), "{json:.80}");
    }
}

#[test]
fn a_mark_that_is_none_is_not_read() {
    for json in [
        r#"{"type":"say","ref":7,"text":"x"}"#,
        r#"{"type":"say","ref":"a b","text":"x"}"#,
        r#"{"type":"say","ref":"\ud83d","text":"x"}"#,
        r#"{"type":"say","r"#,
        r#"["ref","r-1"]"#,
    ] {
        let refused = FromPage::parse(json.as_bytes()).unwrap_err();
        assert_eq!(refused.reference, None, "{json}");
    }
}

#[test]
fn the_longest_text_fits_however_it_is_escaped() {
    for (written, len) in [("é", 4000), ("\\u00e9", 4000), ("\\ud83d\\ude00", 4000)] {
        let json = say("x").replace("\"x\"", &format!("\"{}\"", written.repeat(len)));
        assert!(FromPage::parse(json.as_bytes()).is_ok(), "{written}");
    }
    let refused = FromPage::parse(say(&"é".repeat(4001)).as_bytes()).unwrap_err();
    assert!(refused.reason.contains("1 to 4000 characters"));
}

#[test]
fn entries_are_flat_json() {
    let entry = |content| Entry {
        id: 7,
        at: 1000,
        from: "Ada".into(),
        content,
    };
    let text = ToPage::Entry {
        entry: entry(Content::Text("Hi".into())),
        reference: None,
    };
    assert_eq!(
        text.to_json(),
        r#"{"type":"entry","entry":{"id":7,"at":1000,"from":"Ada","text":"Hi"}}"#
    );

    let file = File {
        id: "f0".into(),
        name: "a.txt".into(),
        media_type: "text/plain".into(),
        size: 3,
    };
    let shared = ToPage::Entry {
        entry: entry(Content::File(file)),
        reference: Some(word("r-1")),
    };
    assert_eq!(
        shared.to_json(),
        concat!(
            r#"{"type":"entry","entry":{"id":7,"at":1000,"from":"Ada","#,
            r#""file":{"id":"f0","name":"a.txt","media_type":"text/plain","size":3}},"ref":"r-1"}"#
        )
    );
}
