//! Cookies that servers set, kept for the next connections (RFC 6265); `cookie_store` knows when
//! and where one is sent.
//!
//! Without a list of public suffixes nobody can tell which domains are one owner's. So `Domain` is
//! passed over, and a cookie goes back to the host that set it and to no other.

use std::collections::BTreeMap;
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
/// is passed over. One from `ws` neither is secure nor takes the place of one that is, and
/// `__Secure-` and `__Host-` keep their promises (RFC 6265bis). No more than 50 for a host and 3000 in
/// all are kept, each of at most 4096 bytes; for further ones those go that were not used for longest.
#[derive(Clone, Default)]
pub struct CookieJar {
    kept: Arc<Mutex<Kept>>,
}

/// What is in a jar.
#[derive(Default)]
struct Kept {
    store: CookieStore,
    /// When each was set or sent last, counted in uses.
    last_uses: BTreeMap<Key, u64>,
    n_uses: u64,
}

/// What tells a cookie from others: domain, path and name.
type Key = (String, String, String);

impl CookieJar {
    /// An empty jar.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a cookie in the form of a `Set-Cookie` header, as if the server at `uri` had set it;
    /// `false` when it is none, expired or too long, holds a control character, or is not for `uri` to
    /// set.
    pub fn set(&self, uri: &WsUri, cookie: &str) -> bool {
        self.try_set(uri, cookie).is_some()
    }

    /// What a `Cookie` header for a request to `uri` says; `None` when there are none for it.
    #[must_use]
    pub fn cookies(&self, uri: &WsUri) -> Option<String> {
        let url = http_url(uri)?;
        let mut kept = self.kept();
        let Kept {
            store,
            last_uses,
            n_uses,
        } = &mut *kept;
        let mut cookies = store.matches(&url);
        // The store counts this machine as secure.
        cookies.retain(|cookie| uri.is_secure() || !cookie.secure().unwrap_or(false));
        // RFC 6265 §5.4: cookies with longer paths are listed before those with shorter paths
        cookies.sort_by_key(|cookie| (usize::MAX - cookie.path.len(), cookie.name().to_owned()));
        *n_uses += 1;
        for cookie in &cookies {
            last_uses.insert(key(cookie), *n_uses);
        }
        let pairs: Vec<_> = cookies
            .iter()
            .map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Forgets all cookies.
    pub fn clear(&self) {
        *self.kept() = Kept::default();
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
        if !keeps_promise_of_name(&cookie, uri) {
            return None;
        }
        cookie.unset_domain();
        let cookie = Cookie::try_from_raw_cookie(&cookie, &url)
            .ok()?
            .into_owned();
        let mut kept = self.kept();
        // RFC 6265bis §5.7: by a scheme that is not secure no cookie is set that is, nor one that
        // takes the place of one.
        let is_secure = cookie.secure().unwrap_or(false);
        if !uri.is_secure() && (is_secure || kept.has_secure_behind(&cookie)) {
            return None;
        }
        let key = key(&cookie);
        if !kept.last_uses.contains_key(&key) {
            if cookie.is_expired() {
                return None;
            }
            kept.make_room_for(&key);
        }
        kept.store.insert(cookie, &url).ok()?;
        kept.n_uses += 1;
        let now = kept.n_uses;
        kept.last_uses.insert(key, now);
        Some(())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // No panic leaves it half changed.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Whether one that is secure has the name of `cookie`, and would be hidden by it or replaced.
    fn has_secure_behind(&self, cookie: &Cookie<'_>) -> bool {
        self.store.iter_unexpired().any(|other| {
            other.secure().unwrap_or(false)
                && other.name() == cookie.name()
                && other.domain == cookie.domain
                && is_path_match(&cookie.path, &other.path)
        })
    }

    /// Forgets what has to go before another cookie is kept.
    ///
    /// RFC 6265 §5.3: first those that have expired, then of a host that has too many, then of all;
    /// among equals "the cookie with the earliest last-access date first".
    fn make_room_for(&mut self, new: &Key) {
        let (host, ..) = new;
        let is_of_host = |other: &Key| other.0 == *host;
        let n_of_host = |kept: &Self| kept.last_uses.keys().filter(|&it| is_of_host(it)).count();
        if n_of_host(self) >= MAX_COOKIES_OF_HOST || self.last_uses.len() >= MAX_COOKIES {
            let expired = self.store.iter_any().filter(|cookie| cookie.is_expired());
            let expired: Vec<_> = expired.map(key).collect();
            expired.iter().for_each(|key| self.forget(key));
        }
        if n_of_host(self) >= MAX_COOKIES_OF_HOST {
            self.forget_least_recent(is_of_host);
        }
        if self.last_uses.len() >= MAX_COOKIES {
            self.forget_least_recent(|_| true);
        }
    }

    fn forget_least_recent(&mut self, among: impl Fn(&Key) -> bool) {
        let candidates = self.last_uses.iter().filter(|(key, _)| among(key));
        let least_recent = candidates.min_by_key(|&(_, last_use)| last_use);
        if let Some(key) = least_recent.map(|(key, _)| key.clone()) {
            self.forget(&key);
        }
    }

    fn forget(&mut self, key: &Key) {
        let (domain, path, name) = key;
        self.store.remove(domain, path, name);
        self.last_uses.remove(key);
    }
}

/// Without the values of cookies, which are credentials.
impl fmt::Debug for CookieJar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n_cookies = self.kept().store.iter_any().count();
        f.debug_struct("CookieJar")
            .field("n_cookies", &n_cookies)
            .finish_non_exhaustive()
    }
}

fn key(cookie: &Cookie<'_>) -> Key {
    let domain = String::from(&cookie.domain);
    (domain, String::from(&cookie.path), cookie.name().to_owned())
}

/// RFC 6265bis §4.1.3: by its prefix a name says how the cookie was set, in whatever case.
fn keeps_promise_of_name(cookie: &RawCookie<'_>, uri: &WsUri) -> bool {
    let name = cookie.name().to_ascii_lowercase();
    let is_secure = uri.is_secure() && cookie.secure() == Some(true);
    if name.starts_with("__host-") {
        return is_secure && cookie.path() == Some("/") && cookie.domain().is_none();
    }
    is_secure || !name.starts_with("__secure-")
}

/// RFC 6265 §5.1.4: whether a cookie with the path `other` goes wherever one with `path` does.
fn is_path_match(path: &str, other: &str) -> bool {
    let Some(rest) = path.strip_prefix(other) else {
        return false;
    };
    rest.is_empty() || other.ends_with('/') || rest.starts_with('/')
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
    fn what_is_secure_is_set_by_wss_alone() {
        let (plain, secure) = (uri("ws://h/x/y"), uri("wss://h/x/y"));
        let jar = CookieJar::new();
        assert!(!jar.set(&plain, "a=1; Secure"));
        assert!(jar.set(&secure, "a=1; Secure; Path=/x"));
        // Neither replaced, nor hidden by one that is listed before it.
        for cookie in ["a=2; Path=/x", "a=2; Path=/x/y", "a=2; Path=/x; Max-Age=0"] {
            assert!(!jar.set(&plain, cookie), "{cookie}");
        }
        assert_eq!(jar.cookies(&secure).as_deref(), Some("a=1"));
        for cookie in ["a=3; Path=/", "a=3; Path=/xy", "b=3; Path=/x"] {
            assert!(jar.set(&plain, cookie), "{cookie}");
        }
        assert!(jar.set(&secure, "a=4; Path=/x"));
        assert!(jar.set(&plain, "a=5; Path=/x"), "it is secure no more");
    }

    #[test]
    fn a_name_promises_how_a_cookie_was_set() {
        let (plain, secure) = (uri("ws://h/x"), uri("wss://h/x"));
        let jar = CookieJar::new();
        let check = |uri: &WsUri, cookie: &str, expected: bool| {
            assert_eq!(jar.set(uri, cookie), expected, "{cookie}");
        };
        check(&secure, "__Secure-a=1; Secure", true);
        check(&secure, "__secure-b=1", false);
        check(&plain, "__Secure-c=1; Secure", false);
        check(&plain, "__Secure-c=1", false);
        check(&secure, "__Host-a=1; Secure; Path=/", true);
        check(&secure, "__Host-b=1; Secure", false);
        check(&secure, "__Host-b=1; Secure; Path=/x", false);
        check(&secure, "__Host-b=1; Path=/", false);
        check(&secure, "__host-b=1; Secure; Path=/; Domain=h", false);
        check(&plain, "__Host-b=1; Path=/", false);
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
        let sent = |name: &str, at: &str| {
            let cookies = jar.cookies(&uri(at)).unwrap_or_default();
            cookies.split("; ").any(|cookie| cookie.starts_with(name))
        };
        assert!(sent("a=", "ws://h/"));
        // One that is none makes no room for itself.
        assert!(!jar.set(&uri("ws://h/"), "never=1; Max-Age=0"));
        // One that has expired goes first, and one that is there is replaced.
        jar.set(&uri("ws://h/"), "c9=; Max-Age=0");
        assert!(jar.set(&uri("ws://h/"), "one=more"));
        assert!(jar.set(&uri("ws://h/"), "c1=2"));
        assert!(sent("a=", "ws://h/") && sent("c2=", "ws://h/"));
        // Then the one that was used least recently.
        assert!(jar.set(&uri("ws://h/"), "c3=3"));
        assert!(jar.set(&uri("ws://h/x/"), "two=more"));
        assert!(!sent("a=", "ws://h/") && sent("c1=", "ws://h/"));
        for n in MAX_COOKIES_OF_HOST..MAX_COOKIES {
            assert!(jar.set(&uri(&format!("ws://h{n}/")), "a=1"));
        }
        assert!(sent("a=", "ws://h50/"));
        let n_cookies = || jar.kept().store.iter_any().count();
        assert_eq!(n_cookies(), MAX_COOKIES);
        assert!(jar.set(&uri("ws://other/"), "a=1"));
        assert!(sent("a=", "ws://other/") && sent("a=", "ws://h50/"));
        assert_eq!(n_cookies(), MAX_COOKIES);
        assert_eq!(jar.kept().last_uses.len(), MAX_COOKIES);
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
