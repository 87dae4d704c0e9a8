//! Heads as they go over the line: taken whole, and named by their first line.

use super::line::Line;
use super::record::Sender;
use crate::wire::Head;

/// Takes the head that the line has received, if it is whole.
pub(super) fn take_head(line: &mut Line) -> Option<Head> {
    let (head, len) = Head::read(&line.received)?;
    let bytes: Vec<_> = line.received.drain(..len).collect();
    line.record
        .bytes(Sender::Subject, &bytes, || first_line(&bytes));
    Some(head)
}

/// The name of a head in a record.
pub(super) fn first_line(bytes: &[u8]) -> String {
    let line = bytes
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let line = String::from_utf8_lossy(&line[..line.len().min(100)]);
    line.trim_end().escape_debug().to_string()
}
