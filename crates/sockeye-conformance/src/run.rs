//! Running cases: one connection each, many at once, everything recorded.

mod frames;
mod heads;
mod inbox;
mod judge;
mod line;
mod meeting;
mod opening;
mod record;
mod result;
mod stream;
mod visitor;

pub use record::{Row, Sender};
pub use result::CaseResult;

pub(crate) use meeting::{Meeting, Target};
pub(crate) use result::printable;
pub(crate) use stream::Stream;
pub(crate) use visitor::Visitor;
