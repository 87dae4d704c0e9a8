//! Proxies from environment variables, as curl reads them.
//!
//! There is no standard. Each program has a slightly different reading; where they differ, the
//! choice here is the one that lets fewer connections pass by a proxy that somebody has set, but
//! for the machine itself.

use std::ffi::OsString;
use std::fmt;
use std::io;

use sockeye_handshake::{ProxyUri, UriError, WsUri};

use super::no_proxy::NoProxy;
use super::proxies::Proxy;

/// The proxy for connections to `uri` by the environment's variables, if there is one.
///
/// For `ws` that of `ws_proxy`, `http_proxy` or `all_proxy`, for `wss` that of `wss_proxy`,
/// `https_proxy` or `all_proxy`; the first that is not empty, in lower case before upper case.
/// Hosts that `no_proxy` lists are connected to directly, and so is this machine.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`]: the variable that decides is not UTF-8, or names no proxy.
pub(super) fn proxy_from(
    variable: impl Fn(&str) -> Option<OsString>,
    uri: &WsUri,
) -> io::Result<Option<Proxy>> {
    let either_case = |name: &str| {
        // A CGI program gets the header `Proxy` of its client in `HTTP_PROXY` (CVE-2016-5385).
        let upper = name.to_ascii_uppercase();
        let is_ours = upper != "HTTP_PROXY" || variable("REQUEST_METHOD").is_none();
        let names = [Some(name.to_owned()), is_ours.then_some(upper)];
        names.into_iter().flatten().find_map(|name| {
            let value = variable(&name).filter(|value| !value.is_empty())?;
            Some((name, value))
        })
    };
    let names = match uri.is_secure() {
        true => ["wss_proxy", "https_proxy", "all_proxy"],
        false => ["ws_proxy", "http_proxy", "all_proxy"],
    };
    let Some(found) = names.into_iter().find_map(either_case) else {
        return Ok(None);
    };
    if is_this_machine(uri.host()) {
        return Ok(None);
    }
    let exceptions = match either_case("no_proxy") {
        Some(exceptions) => text(exceptions)?.1,
        None => String::new(),
    };
    if NoProxy::parse(&exceptions).has(uri.host(), uri.port()) {
        return Ok(None);
    }
    let (name, value) = text(found)?;
    let uri = ProxyUri::parse(&value).map_err(|error| match (error, scheme(&value)) {
        (UriError::UnsupportedProxyScheme, Some(scheme)) => {
            let fault = format_args!("names a proxy of the scheme {scheme:?}: {error}");
            invalid(&name, fault)
        }
        _ => invalid(&name, format_args!("names no proxy: {error}")),
    })?;
    Ok(Some(Proxy {
        uri,
        variable: Some(name),
    }))
}

/// What is not text is not passed over: it may name a proxy all the same.
fn text((name, value): (String, OsString)) -> io::Result<(String, String)> {
    match value.into_string() {
        Ok(value) => Ok((name, value)),
        Err(_) => Err(invalid(&name, "is not UTF-8")),
    }
}

/// What stands before `://`, if it can be a scheme (RFC 3986 §3.1) and so is no password.
fn scheme(value: &str) -> Option<&str> {
    let (scheme, _) = value.split_once("://")?;
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.bytes().all(is_allowed).then_some(scheme)
}

/// Without the value, which may hold a password.
fn invalid(name: &str, fault: impl fmt::Display) -> io::Error {
    let message = format!("the environment variable {name} {fault}");
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

/// A proxy would reach itself under these names.
fn is_this_machine(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    match host.parse::<std::net::IpAddr>() {
        Ok(ip) => ip.to_canonical().is_loopback(),
        // RFC 6761 §6.3: names below localhost are the loopback too
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which proxy is taken for `uri`; `variables` are `NAME=value`, with spaces between them.
    #[track_caller]
    fn proxy(variables: &str, uri: &str) -> Option<String> {
        let variable = |name: &str| {
            let mut pairs = variables.split(' ').filter_map(|pair| pair.split_once('='));
            let value = pairs.find(|(known, _)| *known == name)?.1;
            Some(value.into())
        };
        let uri = WsUri::parse(uri).unwrap();
        let proxy = proxy_from(variable, &uri).unwrap();
        proxy.map(|proxy| proxy.uri.to_string())
    }

    #[track_caller]
    fn check(variables: &str, uri: &str, expected: Option<&str>) {
        let proxy = proxy(variables, uri);
        assert_eq!(proxy.as_deref(), expected, "{variables} for {uri}");
    }

    const A: Option<&str> = Some("http://a:80");
    const B: Option<&str> = Some("http://b:80");

    #[test]
    fn each_scheme_has_its_variables() {
        check("", "ws://x/", None);
        check("http_proxy=a", "ws://x/", A);
        check("HTTP_PROXY=a", "ws://x/", A);
        check("http_proxy=a", "wss://x/", None);
        check("https_proxy=a", "wss://x/", A);
        check("HTTPS_PROXY=a", "wss://x/", A);
        check("https_proxy=a", "ws://x/", None);
        check("all_proxy=a", "ws://x/", A);
        check("ALL_PROXY=a", "wss://x/", A);
        check("all_proxy=b http_proxy=a", "ws://x/", A);
        check("http_proxy=b ws_proxy=a", "ws://x/", A);
        check("https_proxy=b WSS_PROXY=a", "wss://x/", A);
        check("HTTP_PROXY=b http_proxy=a", "ws://x/", A);
        // Set to nothing is not set.
        check("http_proxy= HTTP_PROXY=a", "ws://x/", A);
        check("http_proxy= all_proxy=b", "ws://x/", B);
        let socks = Some("socks5h://a:9050");
        check("ALL_PROXY=socks5h://a:9050", "wss://x/", socks);
    }

    #[test]
    fn errors_will_name_the_variable_and_no_credentials() {
        let uri = WsUri::parse("ws://x/").unwrap();
        let variable = |name: &str| (name == "ALL_PROXY").then(|| "u:secret@a:1".into());
        let proxy = proxy_from(variable, &uri).unwrap().unwrap();
        assert_eq!(proxy.to_string(), "proxy http://a:1 (of ALL_PROXY)");
    }

    #[test]
    fn a_header_of_a_cgi_request_is_no_configuration() {
        check("REQUEST_METHOD=GET HTTP_PROXY=a", "ws://x/", None);
        check("REQUEST_METHOD=GET http_proxy=a", "ws://x/", A);
        check("REQUEST_METHOD=GET HTTPS_PROXY=a", "wss://x/", A);
    }

    #[test]
    fn exceptions_and_this_machine_are_direct() {
        check("http_proxy=a no_proxy=x", "ws://x/", None);
        check("http_proxy=a NO_PROXY=x", "ws://x/", None);
        check("http_proxy=a no_proxy=y", "ws://x/", A);
        check("http_proxy=a no_proxy=*", "ws://x/", None);
        for host in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "127.1.2.3",
            "[::1]",
            "[::ffff:127.0.0.1]",
        ] {
            check("http_proxy=a", &format!("ws://{host}/"), None);
        }
        check("http_proxy=a", "ws://localhost.example/", A);
        check("http_proxy=a", "ws://10.0.0.1/", A);
        check("http_proxy=a", "ws://[::ffff:10.0.0.1]/", A);
    }

    /// The error by the one variable that is set.
    #[track_caller]
    fn error_by(variable: &str, value: impl Into<OsString>) -> String {
        let uri = WsUri::parse("ws://x/").unwrap();
        let value = value.into();
        let variable = |name: &str| (name == variable).then(|| value.clone());
        let error = proxy_from(variable, &uri).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        error.to_string()
    }

    #[test]
    fn what_is_no_proxy_is_an_error_without_its_value() {
        for name in ["http_proxy", "HTTP_PROXY"] {
            let message = error_by(name, "u:secret@a/b");
            assert!(message.contains(name), "{message}");
            assert!(!message.contains("secret"), "{message}");
            let message = error_by(name, "u:secret://a");
            assert!(!message.contains("secret"), "{message}");
        }
    }

    #[test]
    fn a_scheme_that_is_no_proxys_is_quoted() {
        let message = error_by("all_proxy", "socks://u:secret@a:1080");
        let start = "the environment variable all_proxy names a proxy of the scheme \"socks\": ";
        assert!(message.starts_with(start), "{message}");
        assert!(!message.contains("secret"), "{message}");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_utf_8_is_an_error_and_not_passed_over() {
        use std::os::unix::ffi::OsStringExt;

        let broken = || OsString::from_vec(b"http://u:secret\xff@a".to_vec());
        for name in ["http_proxy", "HTTP_PROXY", "all_proxy"] {
            let message = error_by(name, broken());
            let expected = format!("the environment variable {name} is not UTF-8");
            assert_eq!(message, expected);
        }
        let uri = WsUri::parse("ws://x/").unwrap();
        let variable = |name: &str| match name {
            "http_proxy" => Some("a".into()),
            "NO_PROXY" => Some(broken()),
            _ => None,
        };
        let message = proxy_from(variable, &uri).unwrap_err().to_string();
        assert!(message.contains("NO_PROXY is not UTF-8"), "{message}");
        // Where no proxy is set nobody asks for exceptions, and this machine is direct.
        let exceptions = |name: &str| (name == "no_proxy").then(broken);
        assert_eq!(proxy_from(exceptions, &uri).unwrap(), None);
        let localhost = WsUri::parse("ws://localhost/").unwrap();
        assert_eq!(proxy_from(variable, &localhost).unwrap(), None);
    }
}
