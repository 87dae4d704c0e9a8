//! Payloads, and the frames of a peer that sends them (RFC 6455 §5.2).
//!
//! The same bytes every time. Written with `sockeye-frame` alone, so that what is counted does not
//! depend on how a connection writes.

use std::fmt::Debug;

use sockeye_frame::{FrameHeader, MaskKey, Opcode, Role, Rsv};

pub(crate) const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

const CACHE_LINE: usize = 64;

/// ASCII, so that it can be sent as text and as binary.
pub(crate) fn ascii(len: usize) -> Vec<u8> {
    (b'a'..=b'z').cycle().take(len).collect()
}

/// Two, three and four bytes to a character, cut at a character's end and padded with spaces.
pub(crate) fn non_ascii(len: usize) -> Vec<u8> {
    let mut text = String::new();
    let characters = "Größe, Привет мир, 日本語のテキスト, 🦈🐟 ";
    for character in characters.chars().cycle() {
        if text.len() + character.len_utf8() > len {
            break;
        }
        text.push(character);
    }
    text.extend(std::iter::repeat_n(' ', len - text.len()));
    text.into_bytes()
}

/// Texts as a market might send them, each another one.
pub(crate) fn json(len: usize, n: usize) -> Vec<Vec<u8>> {
    let mut state = 1_u32;
    let mut below = |limit: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % limit
    };
    let mut text = || {
        let mut text = String::from(r#"{"type":"snapshot","data":["#);
        while text.len() < len {
            let (id, price, venue) = (below(1_000_000), below(90_000), below(40));
            text += &format!(r#"{{"id":{id},"bid":{price}.25,"venue":"XETRA-{venue}"}},"#);
        }
        text.truncate(len);
        text.into_bytes()
    };
    (0..n).map(|_| text()).collect()
}

/// Frames that `sender` writes, one for each fragment; the opcode is that of the first.
pub(crate) fn frames<'a>(
    sender: Role,
    opcode: Opcode,
    fragments: impl IntoIterator<Item = &'a [u8]>,
) -> Vec<u8> {
    let mut fragments = fragments.into_iter().peekable();
    let mut next_opcode = opcode;
    let mut wire = Vec::new();
    while let Some(fragment) = fragments.next() {
        let header = FrameHeader {
            fin: fragments.peek().is_none(),
            rsv: Rsv::NONE,
            opcode: next_opcode,
            mask: match sender {
                Role::Client => Some(MaskKey::from(KEY)),
                Role::Server => None,
            },
            payload_len: fragment.len() as u64,
        };
        wire.extend_from_slice(&header.encode());
        match header.mask {
            Some(key) => key.append_masked(fragment, &mut wire),
            None => wire.extend_from_slice(fragment),
        }
        next_opcode = Opcode::Continuation;
    }
    wire
}

/// An enum's variant as names of subjects have it: in lower case.
pub(crate) fn word(variant: impl Debug) -> String {
    format!("{variant:?}").to_lowercase()
}

/// `n` messages of one frame each, as one read might bring them.
pub(crate) fn messages(sender: Role, opcode: Opcode, payload: &[u8], n: usize) -> Vec<u8> {
    frames(sender, opcode, [payload]).repeat(n)
}

/// A copy that begins where a cache line does, and is never freed.
///
/// Where the allocator puts memory depends on all that was allocated before, and work that goes by
/// the vector counts a few instructions more or less for it.
pub(crate) fn aligned(bytes: &[u8]) -> &'static mut [u8] {
    let memory = vec![0; bytes.len() + CACHE_LINE].leak();
    let start = memory.as_ptr().align_offset(CACHE_LINE);
    let copy = &mut memory[start..start + bytes.len()];
    copy.copy_from_slice(bytes);
    copy
}

/// `1k` for 1024, as names of subjects have it.
pub(crate) fn size(len: usize) -> String {
    match len % 1024 {
        0 => format!("{}k", len / 1024),
        _ => len.to_string(),
    }
}
