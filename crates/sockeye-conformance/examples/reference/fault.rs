//! Ways to be wrong, at least one for each group of cases.

use clap::ValueEnum;

/// One way to be wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Fault {
    /// Echoes text as binary
    TextAsBinary,
    /// Answers no ping
    NoPong,
    /// Answers a ping with an empty pong
    EmptyPong,
    /// Takes frames whose reserved bits are set
    AnyReservedBits,
    /// Skips frames with reserved opcodes
    AnyOpcode,
    /// Takes a continuation of nothing for a message
    LooseContinuation,
    /// Joins a new message to the one under way
    JoinedMessages,
    /// Takes text that is not UTF-8
    AnyText,
    /// Answers any close code with itself
    AnyCloseCode,
    /// Answers no Close
    NoCloseAnswer,
    /// Changes a byte of messages of a mebibyte and more
    CorruptLong,
    /// Loses the last fragment of long messages
    LostFragment,
    /// Forgets the inflater's window between messages
    ForgottenWindow,
    /// Keeps its compressor's window although it agreed not to
    KeptWindow,
    /// Opens whatever the other side's head says
    AnyHead,
    /// Computes Sec-WebSocket-Accept wrongly, or sends a key of 8 bytes
    WrongKey,
    /// Agrees to any extension
    AnyExtension,
    /// Takes frames with the mask of the wrong role
    AnyMask,
    /// Never ends TCP
    EndlessTcp,
    /// Echoes after a Close as before
    TalkAfterClose,
    /// Takes memory for a message when its length is declared
    EagerMemory,
}
