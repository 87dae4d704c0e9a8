//! Cookies that servers set, kept for the next connections (RFC 6265); `cookie_store` knows when
//! and where one is sent.
//!
//! Without a list of public suffixes nobody can tell which domains are one owner's. So `Domain` is
//! passed over, and a cookie goes back to the host that set it and to no other.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cookie_store::{Cookie, CookieStore, RawCookie};
use http::HeaderMap;
use http::header::SET_COOKIE;
use sockeye_handshake::WsUri;
use url::Url;

/// Cookies that many connections share; clones are the same jar.
///
/// Kept are those that servers set in a response to an opening handshake: a 101, a redirect, a
/// refusal. A cookie is sent to the host that set it, with its `Path`, `Secure` and `Max-Age` or
/// `Expires` as RFC 6265 has it; secure is `wss` and nothing else, not even on this machine. `Domain`
/// is passed over. No more than 50 for a host and 3000 in all are kept, each of at most 4096 bytes;
/// further ones are passed over.
#[derive(Clone, Default)]
pub struct CookieJar {
    store: Arc<Mutex<CookieStore>>,
}

impl CookieJar {
    /// An empty jar.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a cookie in the form of a `Set-Cookie` header, as if the server at `uri` had set it;
    /// `false` when it is none, expired, too much, or holds a control character.
    pub fn set(&self, uri: &WsUri, cookie: &str) -> bool {
        self.try_set(uri, cookie).is_some()
    }

    /// What a `Cookie` header for a request to `uri` says; `None` when there are none for it.
    #[must_use]
    pub fn cookies(&self, uri: &WsUri) -> Option<String> {
        let url = http_url(uri)?;
        let store = self.store();
        let mut cookies = store.matches(&url);
        // The store counts this machine as secure.
        cookies.retain(|cookie| uri.is_secure() || !cookie.secure().unwrap_or(false));
        // RFC 6265 §5.4: cookies with longer paths are listed before those with shorter paths
        cookies.sort_by_key(|cookie| (usize::MAX - cookie.path.len(), cookie.name().to_owned()));
        let pairs: Vec<_> = cookies
            .iter()
            .map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Forgets all cookies.
    pub fn clear(&self) {
        self.store().clear();
    }

    /// Takes in what a response of the server at `uri` sets.
    pub(super) fn take_from(&self, uri: &WsUri, headers: &HeaderMap) {
        let cookies = headers.get_all(SET_COOKIE).iter();
        for cookie in cookies.filter_map(|value| value.to_str().ok()) {
            self.set(uri, cookie);
        }
    }

    fn try_set(&self, uri: &WsUri, cookie: &str) -> Option<()> {
        // RFC 6265bis §5.6: with a control character but the tab, ignore the cookie entirely. No
        // header could send it back.
        if cookie.contains(|c: char| c.is_ascii_control() && c != '\t') {
            return None;
        }
        let url = http_url(uri)?;
        let mut cookie = RawCookie::parse(cookie)
            .ok()
            .filter(|_| cookie.len() <= MAX_COOKIE_BYTES)?;
        cookie.unset_domain();
        let cookie = Cookie::try_from_raw_cookie(&cookie, &url)
            .ok()?
            .into_owned();
        let mut store = self.store();
        if !store.contains_any(url.host_str()?, &cookie.path, cookie.name()) {
            if store.iter_any().count() >= MAX_COOKIES_OF_HOST {
                forget_expired(&mut store);
            }
            let is_of_host = |other: &&Cookie<'_>| other.domain == cookie.domain;
            let has_room = store.iter_any().count() < MAX_COOKIES
                && store.iter_any().filter(is_of_host).count() < MAX_COOKIES_OF_HOST;
            has_room.then_some(())?;
        }
        store.insert(cookie, &url).ok().map(drop)
    }

    fn store(&self) -> MutexGuard<'_, CookieStore> {
        // No panic leaves it half changed.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Without the values of cookies, which are credentials.
impl fmt::Debug for CookieJar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n_cookies = self.store().iter_any().count();
        f.debug_struct("CookieJar")
            .field("n_cookies", &n_cookies)
            .finish_non_exhaustive()
    }
}

/// Makes room: the store keeps what has expired.
fn forget_expired(store: &mut CookieStore) {
    let expired = store.iter_any().filter(|cookie| cookie.is_expired());
    let keys: Vec<_> = expired
        .map(|cookie| {
            let domain = String::from(&cookie.domain);
            (domain, String::from(&cookie.path), cookie.name().to_owned())
        })
        .collect();
    for (domain, path, name) in keys {
        store.remove(&domain, &path, &name);
    }
}

/// The address by which cookies are set: the opening handshake is HTTP.
fn http_url(uri: &WsUri) -> Option<Url> {
    let scheme = match uri.is_secure() {
        true => "https",
        false => "http",
    };
    Url::parse(&format!("{scheme}://{}{}", uri.authority(), uri.resource())).ok()
}

// RFC 6265 §6.1: at least 4096 bytes per cookie, 50 cookies per domain, 3000 cookies in all.
const MAX_COOKIE_BYTES: usize = 4096;
const MAX_COOKIES_OF_HOST: usize = 50;
const MAX_COOKIES: usize = 3000;

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> WsUri {
        WsUri::parse(text).unwrap()
    }

    /// Sets `cookies` from `from`: what goes to `to`.
    #[track_caller]
    fn check(from: &str, cookies: &[&str], to: &str, expected: Option<&str>) {
        let jar = CookieJar::new();
        for cookie in cookies {
            jar.set(&uri(from), cookie);
        }
        let sent = jar.cookies(&uri(to));
        assert_eq!(sent.as_deref(), expected, "{cookies:?} from {from} to {to}");
    }

    #[test]
    fn cookies_go_back_to_their_host() {
        check("ws://h/", &["a=1"], "ws://h/", Some("a=1"));
        check("ws://h/", &["a=1", "b=2"], "ws://h/x", Some("a=1; b=2"));
        check("ws://h/", &["a=1", "a=2"], "ws://h/", Some("a=2"));
        check("ws://h/", &["a=1"], "wss://h:81/", Some("a=1"));
        check("ws://h/", &["a=1"], "ws://other/", None);
        check("ws://h.example/", &["a=1"], "ws://sub.h.example/", None);
        check("ws://sub.h.example/", &["a=1"], "ws://h.example/", None);
        check(
            "ws://127.0.0.1/",
            &["a=1"],
            "ws://127.0.0.1:81/",
            Some("a=1"),
        );
        check("ws://h/", &[], "ws://h/", None);
    }

    #[test]
    fn a_domain_makes_them_no_wider() {
        let from = "ws://a.example.com/";
        check(
            from,
            &["a=1; Domain=example.com"],
            "ws://b.example.com/",
            None,
        );
        check(from, &["a=1; Domain=com"], "ws://evil.com/", None);
        check(from, &["a=1; Domain=example.com"], from, Some("a=1"));
        check(from, &["a=1; Domain=evil.com"], "ws://evil.com/", None);
    }

    #[test]
    fn attributes_are_kept() {
        check("wss://h/", &["a=1; Secure"], "ws://h/", None);
        check("wss://h/", &["a=1; Secure"], "wss://h/", Some("a=1"));
        // Nor to this machine, of which the ports may be anybody's.
        for host in ["localhost", "127.0.0.1", "[::1]"] {
            let (plain, secure) = (format!("ws://{host}/"), format!("wss://{host}/"));
            check(&secure, &["a=1; Secure", "b=2"], &plain, Some("b=2"));
            check(&secure, &["a=1; Secure"], &secure, Some("a=1"));
        }
        check("ws://h/", &["a=1; HttpOnly"], "ws://h/", Some("a=1"));
        check("ws://h/", &["a=1; Path=/x"], "ws://h/", None);
        check(
            "ws://h/",
            &["a=1; Path=/", "b=2; Path=/x"],
            "ws://h/x/y",
            Some("b=2; a=1"),
        );
        check("ws://h/", &["a=1; Max-Age=0"], "ws://h/", None);
        check("ws://h/", &["a=1", "a=; Max-Age=0"], "ws://h/", None);
        check("ws://h/", &["a=1; Max-Age=600"], "ws://h/", Some("a=1"));
        check("ws://h/", &["nonsense"], "ws://h/", None);
    }

    #[test]
    fn control_characters_are_refused() {
        let jar = CookieJar::new();
        let uri = uri("ws://h/");
        for wrong in [
            "a=b\r\nX: y",
            "a=b\n",
            "a=\0",
            "a=\x01",
            "\x1f=b",
            "a=b; Path=/\x7f",
        ] {
            assert!(!jar.set(&uri, wrong), "{}", wrong.escape_debug());
        }
        assert_eq!(jar.cookies(&uri), None);
        // A header may have a tab.
        assert!(jar.set(&uri, "a=b\tc;\tPath=/"));
        assert_eq!(jar.cookies(&uri).as_deref(), Some("a=b\tc"));
    }

    #[test]
    fn a_jar_is_limited() {
        let jar = CookieJar::new();
        let cookie = |n: usize| format!("a={}", "x".repeat(n - 2));
        assert!(!jar.set(&uri("ws://h/"), &cookie(MAX_COOKIE_BYTES + 1)));
        assert!(jar.set(&uri("ws://h/"), &cookie(MAX_COOKIE_BYTES)));
        for n in 1..MAX_COOKIES_OF_HOST {
            assert!(jar.set(&uri("ws://h/"), &format!("c{n}=1")));
        }
        assert!(!jar.set(&uri("ws://h/"), "one=more"));
        // One that has expired makes room, and one that is there can be replaced.
        assert!(!jar.set(&uri("ws://h/"), "never=1; Max-Age=0"));
        jar.set(&uri("ws://h/"), "c1=; Max-Age=0");
        assert!(jar.set(&uri("ws://h/"), "one=more"));
        assert!(!jar.set(&uri("ws://h/"), "two=more"));
        assert!(jar.set(&uri("ws://h/"), "a=2"));
        for n in MAX_COOKIES_OF_HOST..MAX_COOKIES {
            assert!(jar.set(&uri(&format!("ws://h{n}/")), "a=1"));
        }
        assert!(!jar.set(&uri("ws://other/"), "a=1"));
        jar.clear();
        assert!(jar.set(&uri("ws://other/"), "a=1"));
    }

    #[test]
    fn values_are_not_printed() {
        let jar = CookieJar::new();
        jar.set(&uri("ws://h/"), "a=secret");
        assert_eq!(format!("{jar:?}"), "CookieJar { n_cookies: 1, .. }");
    }
}
