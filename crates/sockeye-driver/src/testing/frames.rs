//! Frames of a peer, as they are on the wire.

use sockeye_frame::{FrameHeader, MaskKey, Opcode, Role, Rsv};

/// A frame of the peer of `to`.
pub(crate) fn frame(to: Role, fin: bool, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let mask = to.peer().masks().then_some(MaskKey::from([1, 2, 3, 4]));
    let header = FrameHeader {
        fin,
        rsv: Rsv::NONE,
        opcode,
        mask,
        payload_len: payload.len() as u64,
    };
    let mut bytes = header.encode().to_vec();
    let start = bytes.len();
    bytes.extend_from_slice(payload);
    if let Some(key) = mask {
        key.apply(0, &mut bytes[start..]);
    }
    bytes
}
