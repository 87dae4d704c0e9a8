//! Group 10: a long message in many fragments (RFC 6455 §5.4).

use crate::script::{Ending, FrameScript, text};
use crate::wire::Pen;
use crate::{Case, Role};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let shows = "A text message of 65536 bytes in fragments of 1300 comes back";
    let case = Case::new("10.1.1", shows, "RFC 6455 §5.4", move || {
        let payload = [b'*'; 65536];
        FrameScript::new()
            .send(pen.fragments(0x1, &payload, 1300))
            .expect([text(payload)], Ending::Normal)
    });
    vec![case]
}
