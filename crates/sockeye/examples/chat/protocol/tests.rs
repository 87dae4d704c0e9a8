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

#[test]
fn the_longest_text_fits_however_it_is_escaped() {
    for (written, len) in [("é", 4000), ("\\u00e9", 4000), ("\\ud83d\\ude00", 4000)] {
        let json = say("x").replace("\"x\"", &format!("\"{}\"", written.repeat(len)));
        assert!(FromPage::parse(json.as_bytes()).is_ok(), "{written}");
    }
    refused(&say(&"é".repeat(4001)), "1 to 4000 characters");
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
