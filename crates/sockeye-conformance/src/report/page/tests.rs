//! What the assembled page holds, and that results from hostile peers stay data in it.

use super::*;

/// The text between the tag that opens with `opening` and the next `</script` or `</style`.
fn element<'a>(page: &'a str, opening: &str, closing: &str) -> &'a str {
    let (_, from) = page.split_once(opening).expect("the element is there");
    from.split_once(closing).expect("the element ends").0
}

fn results(page: &str) -> &str {
    element(
        page,
        "<script id=\"results\" type=\"application/json\">",
        "</script",
    )
}

#[test]
fn the_page_holds_style_scripts_and_results() {
    let page = page(r#"{"title":"A title"}"#);
    assert_eq!(results(&page), r#"{"title":"A title"}"#);
    assert_eq!(element(&page, "<style>", "</style"), STYLE);
    assert_eq!(element(&page, "<script>", "</script"), SCRIPTS.concat());
    assert!(!page.contains("{{"), "a placeholder is left");
    assert!(page.ends_with("</html>\n"));
}

#[test]
fn results_cannot_leave_their_element() {
    let hostile = r#"{"title":"</script><b>&<!--<script>"}"#;
    let page = page(hostile);
    assert_eq!(
        results(&page),
        r#"{"title":"\u003c/script>\u003cb>&\u003c!--\u003cscript>"}"#
    );
}

#[test]
fn placeholders_in_results_stay() {
    let json = r#"{"title":"{{results}} /*{{script}}*/ /*{{style}}*/"}"#;
    assert_eq!(results(&page(json)), json);
}

/// What is inlined must not end its own element, whatever is written in it.
#[test]
fn style_and_scripts_stay_in_their_elements() {
    assert!(!STYLE.to_ascii_lowercase().contains("</style"));
    for script in SCRIPTS {
        let script = script.to_ascii_lowercase();
        assert!(!script.contains("</script") && !script.contains("<!--"));
        assert!(!script.contains("innerhtml"), "data is set as text");
    }
}

/// Links to RFC sections are made by the scripts and followed by people only.
#[test]
fn nothing_is_loaded() {
    let page = page("{}");
    for load in [
        "src=", "@import", "url(", "fetch(", "import ", "ws://", "wss://",
    ] {
        assert!(!page.contains(load), "{load} in the page");
    }
    assert!(page.contains("default-src 'none'"));
}
