//! What may be said about a file that somebody shared: its name, its type, how a browser takes it.
//!
//! Pure functions. A page can claim anything about a file; only the name, cleaned, and the type of
//! harmless downloads are taken from it. What is shown in the page is decided by the first bytes.

use crate::words::disturbs;

/// The most characters of a file's name that are kept.
const MAX_NAME_CHARS: usize = 100;
/// The most characters of a media type that are kept.
const MAX_MEDIA_TYPE_CHARS: usize = 80;
/// What nobody can say anything about.
const UNKNOWN: &str = "application/octet-stream";

/// The images that a browser shows and that cannot carry a script, by how they begin.
const IMAGES: [(&str, &[u8]); 4] = [
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("image/gif", b"GIF8"),
    ("image/webp", b"RIFF"),
];

/// Makes the name that a page gave fit to be shown and to be saved under.
///
/// Directories go, and so do characters that some file system or screen stumbles over. The name of
/// a file on *our* disk is its id, never this.
pub(crate) fn clean_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = base
        .chars()
        .map(|c| {
            if disturbs(c) || r#"<>:"|?*"#.contains(c) {
                '_'
            } else {
                c
            }
        })
        .collect();
    let trimmed = kept.trim_matches(|c: char| c == '.' || c.is_whitespace());
    match trimmed {
        "" => "file".to_owned(),
        name => shorten(name),
    }
}

/// Cuts a long name before its ending, so that `….png` stays one.
fn shorten(name: &str) -> String {
    let n_chars = name.chars().count();
    if n_chars <= MAX_NAME_CHARS {
        return name.to_owned();
    }
    let ending = name.rfind('.').map_or("", |dot| &name[dot..]);
    let ending = if ending.chars().count() <= 10 {
        ending
    } else {
        ""
    };
    let n_kept = MAX_NAME_CHARS - ending.chars().count();
    name.chars().take(n_kept).chain(ending.chars()).collect()
}

/// The media type to keep: an image's own by how the file begins, otherwise the claimed one if it
/// is well formed and claims no image.
pub(crate) fn media_type(claimed: &str, first_bytes: &[u8]) -> String {
    let image = IMAGES
        .iter()
        .find(|(_, start)| first_bytes.starts_with(start));
    match image {
        Some(("image/webp", _)) if first_bytes.get(8..12) != Some(b"WEBP") => UNKNOWN.to_owned(),
        Some((image, _)) => (*image).to_owned(),
        None if is_media_type(claimed) && !claimed.starts_with("image/") => claimed.to_owned(),
        None => UNKNOWN.to_owned(),
    }
}

/// Whether this is `type/subtype`, both tokens in lower case.
fn is_media_type(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-+._".contains(c);
    let is_token = |part: &str| !part.is_empty() && part.chars().all(allowed);
    text.len() <= MAX_MEDIA_TYPE_CHARS
        && text
            .split_once('/')
            .is_some_and(|(a, b)| is_token(a) && is_token(b))
}

/// The `Content-Disposition` of a file (RFC 6266): images open in the page, all else is saved.
pub(crate) fn disposition(name: &str, media_type: &str) -> String {
    let shown = IMAGES.iter().any(|(image, _)| *image == media_type);
    let kind = if shown { "inline" } else { "attachment" };
    let ascii: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_. ".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    format!(
        "{kind}; filename=\"{ascii}\"; filename*=UTF-8''{}",
        percent_encode(name)
    )
}

/// Percent-encodes all but the unreserved characters (RFC 8187 §3.2.1).
fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_name(given: &str, expected: &str) {
        assert_eq!(clean_name(given), expected);
    }

    #[test]
    fn names_lose_what_is_dangerous_and_keep_what_is_not() {
        check_name("cat.png", "cat.png");
        check_name("Übersicht 2026.pdf", "Übersicht 2026.pdf");
        check_name("../../etc/passwd", "passwd");
        check_name(r"D:\ada\cat.png", "cat.png");
        check_name("a\r\nSet-Cookie: x", "a__Set-Cookie_ x");
        check_name("gnp.\u{202e}exe", "gnp._exe");
        check_name("<b>\"bold\"</b>", "b_");
        check_name(".bashrc", "bashrc");
        for nothing in ["", "..", " ", "/", "a/"] {
            check_name(nothing, "file");
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        check_name(
            &format!("{}.png", "é".repeat(200)),
            &format!("{}.png", "é".repeat(96)),
        );
        check_name(&"x".repeat(101), &"x".repeat(100));
        check_name(
            &format!("a.{}", "x".repeat(200)),
            &format!("a.{}", "x".repeat(98)),
        );
    }

    #[track_caller]
    fn check_type(claimed: &str, first_bytes: &[u8], expected: &str) {
        assert_eq!(media_type(claimed, first_bytes), expected);
    }

    #[test]
    fn images_are_known_by_how_they_begin() {
        check_type("text/html", b"\x89PNG\r\n\x1a\n....", "image/png");
        check_type("", b"\xff\xd8\xff\xe0", "image/jpeg");
        check_type("", b"GIF89a", "image/gif");
        check_type("", b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp");
        check_type("image/webp", b"RIFF\x10\0\0\0WAVEfmt ", UNKNOWN);
        check_type("image/png", b"<script>", UNKNOWN);
        check_type("image/svg+xml", b"<svg", UNKNOWN);
    }

    #[test]
    fn other_types_are_kept_if_well_formed() {
        check_type("text/plain", b"hi", "text/plain");
        check_type("application/vnd.ms-excel", b"", "application/vnd.ms-excel");
        for bad in [
            "",
            "text",
            "text/",
            "/plain",
            "text/plain; charset=x",
            "text/pl\nain",
            "Text/Plain",
        ] {
            check_type(bad, b"hi", UNKNOWN);
        }
        check_type(&format!("text/{}", "x".repeat(80)), b"", UNKNOWN);
    }

    #[test]
    fn only_images_open_in_the_page() {
        assert_eq!(
            disposition("cat.png", "image/png"),
            "inline; filename=\"cat.png\"; filename*=UTF-8''cat.png"
        );
        assert_eq!(
            disposition("Ü \"1\".html", "text/html"),
            "attachment; filename=\"_ _1_.html\"; filename*=UTF-8''%C3%9C%20%221%22.html"
        );
    }
}
