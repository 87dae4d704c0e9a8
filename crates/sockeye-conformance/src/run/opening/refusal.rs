//! A response that is no 101: what comes behind its head, and whether the two fit (RFC 9112 §6, §9).

use std::fmt;
use std::time::Duration;

use crate::run::line::End;
use crate::run::meeting::Start;
use crate::run::record::Sender;
use crate::wire::Head;

/// A response that is no 101.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// The connection has ended behind this one response.
    pub(super) is_last: bool,
    /// What is wrong with it, as a clause about the response.
    pub(super) fault: Option<String>,
}

impl Refusal {
    /// Reads what comes behind `head` until the connection ends, or nothing has come for a while.
    ///
    /// The error is that it is no response at all.
    pub(super) async fn see(
        start: &mut Start,
        head: &Head,
        asks_for_head: bool,
    ) -> Result<Self, String> {
        let Some(status) = head.status() else {
            return Err(format!("it has no status line: {:?}", head.start_line));
        };
        start.line.drain(END_PATIENCE).await;
        let end = start.line.end;
        let rest = std::mem::take(&mut start.line.received);
        if !rest.is_empty() {
            let what = || "behind the head".to_owned();
            start.line.record.bytes(Sender::Subject, &rest, what);
        }
        let has_body = !asks_for_head && !matches!(status, 204 | 304);
        let fault = fault_of_head(head).or_else(|| fault_of_body(head, has_body, &rest, end));
        Ok(Self {
            status,
            is_last: end.is_some() && !has_status_line(&rest),
            fault,
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.status {
            400.. => "refuses",
            _ => "answers",
        };
        let end = if self.is_last { "" } else { " and goes on" };
        write!(f, "{verb} with {}{end}", self.status)
    }
}

/// Whether another response begins somewhere; bodies may speak of HTTP, though hardly so.
fn has_status_line(rest: &[u8]) -> bool {
    rest.windows(12).any(|bytes| {
        bytes.starts_with(b"HTTP/1.")
            && bytes[8] == b' '
            && bytes[9..].iter().all(u8::is_ascii_digit)
    })
}

fn fault_of_head(head: &Head) -> Option<String> {
    let lengths: Vec<_> = head.values("Content-Length").collect();
    if let Some(fault) = head.faults.first() {
        Some(format!("it has {fault}"))
    } else if head.start_line.as_bytes().get(12) != Some(&b' ') {
        // RFC 9112 §4: the space MUST be sent even when the reason phrase is absent.
        Some(format!(
            "no space behind the status in {:?}",
            head.start_line
        ))
    } else if lengths.len() > 1 {
        Some(format!("it has several lengths: {lengths:?}"))
    } else if !lengths.is_empty() && !head.list("Transfer-Encoding").is_empty() {
        Some("it has both Content-Length and Transfer-Encoding".into())
    } else {
        None
    }
}

/// `rest` is what came behind the head.
fn fault_of_body(head: &Head, has_body: bool, rest: &[u8], end: Option<End>) -> Option<String> {
    // RFC 9112 §9.6: a server that says `close` MUST initiate the end of the connection.
    if end.is_none() && head.has_token("Connection", "close") {
        return Some("it says that the connection ends, which it does not".into());
    }
    if !has_body {
        return (!rest.is_empty()).then(|| "it has a body, and may have none".into());
    }
    // A reset takes along what was under way.
    if end == Some(End::Reset) {
        return None;
    }
    if head.has_token("Transfer-Encoding", "chunked") {
        let is_whole = rest.ends_with(b"0\r\n\r\n");
        return (!is_whole).then(|| "its chunks do not end".into());
    }
    let length = head.values("Content-Length").next();
    let is_digits = |length: &str| length.bytes().all(|byte| byte.is_ascii_digit());
    match (length.map(str::parse::<usize>), end) {
        (Some(Ok(_)), _) if !length.is_some_and(is_digits) => {
            Some(format!("its length is {:?}", length.unwrap_or_default()))
        }
        (Some(Err(_)), _) => Some(format!("its length is {:?}", length.unwrap_or_default())),
        (Some(Ok(len)), _) if rest.len() < len => Some(format!(
            "{} of the {len} bytes of its body came",
            rest.len()
        )),
        (Some(Ok(len)), _) if rest.len() > len && !rest[len..].starts_with(b"HTTP/1.") => {
            Some(format!("{} bytes follow its body", rest.len() - len))
        }
        (Some(Ok(_)), _) | (None, Some(_)) => None,
        (None, None) => Some("nothing says where its body ends".into()),
    }
}

/// How long a server may take from its refusal to the end of TCP.
const END_PATIENCE: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(response: &str, end: Option<End>, expected: Option<&str>) {
        let (head, len) = Head::read(response.as_bytes()).unwrap();
        let rest = &response.as_bytes()[len..];
        let fault = fault_of_head(&head).or_else(|| fault_of_body(&head, true, rest, end));
        assert_eq!(fault.as_deref(), expected);
    }

    #[test]
    fn bodies_fit_their_heads() {
        const EOF: Option<End> = Some(End::Eof);
        let length = "HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\n\r\n";
        check(&format!("{length}Hello"), None, None);
        check(&format!("{length}Hello"), EOF, None);
        check(&format!("{length}HelloHTTP/1.1 200 OK"), EOF, None);
        check(
            &format!("{length}Hell"),
            EOF,
            Some("4 of the 5 bytes of its body came"),
        );
        check(&format!("{length}Hell"), Some(End::Reset), None);
        check(
            &format!("{length}Hello!"),
            EOF,
            Some("1 bytes follow its body"),
        );
        check("HTTP/1.1 400 \r\n\r\nHello", EOF, None);
        check(
            "HTTP/1.1 400 \r\n\r\nHello",
            None,
            Some("nothing says where its body ends"),
        );
        let chunked = "HTTP/1.1 400 \r\nTransfer-Encoding: chunked\r\n\r\n";
        check(&format!("{chunked}0\r\n\r\n"), None, None);
        check(
            &format!("{chunked}5\r\nHe"),
            EOF,
            Some("its chunks do not end"),
        );
    }

    #[test]
    fn another_response_is_told_from_words_about_http() {
        assert!(has_status_line(b"no\nHTTP/1.1 200 OK\r\n"));
        assert!(!has_status_line(b"the request is not HTTP/1.1 at all\n"));
    }

    #[test]
    fn heads_are_right_in_all_parts() {
        check(
            "HTTP/1.1 400\r\n\r\n",
            Some(End::Eof),
            Some("no space behind the status in \"HTTP/1.1 400\""),
        );
        check(
            "HTTP/1.1 400 \r\nConnection: close\r\n\r\n",
            None,
            Some("it says that the connection ends, which it does not"),
        );
    }
}
