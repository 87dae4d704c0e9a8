//! What this server answers to plain HTTP on the port of the chat: the page, and the shared files.
//!
//! The page is compiled in. The policy sent with it allows its own files and nothing else, so a
//! script that came in as text would not run even if it got into the page.

use std::sync::Arc;

use sockeye::Bytes;
use sockeye::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use sockeye::http::{HeaderValue, Method, Request, Response, StatusCode};

use crate::chat::Chat;
use crate::files::disposition;

/// Path, media type and content of everything that the page consists of.
const PAGE: [(&str, &str, &str); 7] = [
    (
        "/",
        "text/html; charset=utf-8",
        include_str!("page/index.html"),
    ),
    (
        "/style.css",
        "text/css; charset=utf-8",
        include_str!("page/style.css"),
    ),
    (
        "/app.js",
        "text/javascript; charset=utf-8",
        include_str!("page/app.js"),
    ),
    (
        "/link.js",
        "text/javascript; charset=utf-8",
        include_str!("page/link.js"),
    ),
    (
        "/view.js",
        "text/javascript; charset=utf-8",
        include_str!("page/view.js"),
    ),
    (
        "/words.js",
        "text/javascript; charset=utf-8",
        include_str!("page/words.js"),
    ),
    ("/icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
];

const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// For a file that somebody shared: whatever it is, it runs nothing and loads nothing.
const FILE_POLICY: &str = "default-src 'none'; sandbox";

/// Answers one request.
pub(crate) async fn answer(chat: Arc<Chat>, request: Request<()>) -> Response<Bytes> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut refusal = plain(StatusCode::METHOD_NOT_ALLOWED, "GET or HEAD\n");
        refusal
            .headers_mut()
            .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refusal;
    }
    let path = request.uri().path();
    if let Some((_, media_type, content)) = PAGE.iter().find(|(known, ..)| *known == path) {
        return page(media_type, content);
    }
    let file = match path.strip_prefix("/files/") {
        Some(id) => file(&chat, id).await,
        None => None,
    };
    file.unwrap_or_else(|| plain(StatusCode::NOT_FOUND, "There is nothing here.\n"))
}

fn page(media_type: &'static str, content: &'static str) -> Response<Bytes> {
    Response::builder()
        .header(CONTENT_TYPE, media_type)
        .header(CONTENT_SECURITY_POLICY, PAGE_POLICY)
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(REFERRER_POLICY, "no-referrer")
        .header(CACHE_CONTROL, "no-cache")
        .body(Bytes::from_static(content.as_bytes()))
        .expect("these headers are well formed")
}

/// A shared file. `None`: there is none of this id, or it cannot be read.
async fn file(chat: &Chat, id: &str) -> Option<Response<Bytes>> {
    let file = chat.store.file(id.to_owned()).await.ok()??;
    let Some(share) = chat.downloads.admit(file.size).await else {
        return Some(busy());
    };
    let bytes = chat.uploads.read(&file.id).await.ok()?;
    Response::builder()
        .header(CONTENT_TYPE, &file.media_type)
        .header(
            CONTENT_DISPOSITION,
            disposition(&file.name, &file.media_type),
        )
        .header(CONTENT_SECURITY_POLICY, FILE_POLICY)
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        // An id never gets another content.
        .header(CACHE_CONTROL, "private, max-age=31536000, immutable")
        .body(share.hold(bytes))
        .ok()
}

/// Too many files are on their way already.
fn busy() -> Response<Bytes> {
    let mut response = plain(StatusCode::SERVICE_UNAVAILABLE, "Busy. Try again soon.\n");
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Bytes> {
    let mut response = page("text/plain; charset=utf-8", text);
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::downloads::Downloads;

    async fn ask(chat: &Arc<Chat>, method: Method, path: &str) -> Response<Bytes> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(())
            .unwrap();
        answer(Arc::clone(chat), request).await
    }

    #[tokio::test]
    async fn the_page_and_what_it_needs_are_there_under_a_strict_policy() {
        let directory = tempfile::tempdir().unwrap();
        let chat = Arc::new(Chat::open(directory.path()).unwrap());
        for (path, media_type, _) in PAGE {
            let response = ask(&chat, Method::GET, path).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(response.headers()[CONTENT_TYPE], media_type);
            assert!(!response.body().is_empty());
            let policy = response.headers()[CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap();
            assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"));
        }
        assert_eq!(
            ask(&chat, Method::GET, "/?x=1").await.status(),
            StatusCode::OK
        );
        assert_eq!(ask(&chat, Method::HEAD, "/").await.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn everything_else_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let chat = Arc::new(Chat::open(directory.path()).unwrap());
        for path in [
            "/nothing",
            "/files/",
            "/files/00",
            "/files/../chat.db",
            "/files/%2e%2e",
        ] {
            assert_eq!(
                ask(&chat, Method::GET, path).await.status(),
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        let refused = ask(&chat, Method::POST, "/").await;
        assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(refused.headers()[ALLOW], "GET, HEAD");
    }

    #[tokio::test]
    async fn shared_files_are_served_as_what_they_are() {
        let directory = tempfile::tempdir().unwrap();
        let chat = Arc::new(Chat::open(directory.path()).unwrap());
        let cases: [(&[u8], &str, &str); 2] = [
            (b"\x89PNG\r\n\x1a\n", "image/png", "inline; "),
            (b"<script>", "text/html", "attachment; "),
        ];
        for (n, (bytes, media_type, disposition)) in cases.into_iter().enumerate() {
            let id = crate::chat::tests::share(&chat, n, "text/html", bytes).await;
            let response = ask(&chat, Method::GET, &format!("/files/{id}")).await;
            let headers = response.headers();
            assert_eq!(headers[CONTENT_TYPE], media_type);
            assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert_eq!(headers[CONTENT_SECURITY_POLICY], FILE_POLICY);
            assert!(
                headers[CONTENT_DISPOSITION]
                    .to_str()
                    .unwrap()
                    .starts_with(disposition)
            );
            assert_eq!(response.body(), bytes);
        }
    }

    #[tokio::test]
    async fn files_that_nobody_takes_do_not_pile_up() {
        let directory = tempfile::tempdir().unwrap();
        let mut chat = Chat::open(directory.path()).unwrap();
        chat.downloads = Downloads::new(3 * 1000, Duration::ZERO);
        let chat = Arc::new(chat);
        let id = crate::chat::tests::share(&chat, 0, "", &[7; 1000]).await;
        let path = format!("/files/{id}");

        let mut untaken = Vec::new();
        for _ in 0..3 {
            let response = ask(&chat, Method::GET, &path).await;
            assert_eq!(response.status(), StatusCode::OK);
            untaken.push(response);
        }
        let refused = ask(&chat, Method::GET, &path).await;
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.headers()[RETRY_AFTER], "5");

        untaken.pop();
        let served = ask(&chat, Method::GET, &path).await;
        assert_eq!(served.status(), StatusCode::OK);
    }
}
