//! How the frames of a case are cut on their way, which must make no difference.

use std::time::Duration;

use crate::script::FrameScript;

/// How frames are cut on their way.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cut {
    /// All in one write.
    Whole,
    /// Each in a write of its own.
    Frames,
    /// Each byte in a write of its own.
    Bytes,
}

impl Cut {
    /// The script that sends `frames` so.
    pub(super) fn send(self, script: FrameScript, frames: &[Vec<u8>]) -> FrameScript {
        match self {
            Self::Whole => script.send(frames.concat()),
            Self::Bytes => script.chop(frames.concat(), 1),
            Self::Frames => frames.iter().fold(script, |script, frame| {
                script.send(frame.clone()).pause(BETWEEN)
            }),
        }
    }

    /// The end of a sentence.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Whole => "",
            Self::Frames => " (sent frame by frame)",
            Self::Bytes => " (sent byte by byte)",
        }
    }
}

/// Enough that two writes are seldom read as one.
const BETWEEN: Duration = Duration::from_millis(5);
