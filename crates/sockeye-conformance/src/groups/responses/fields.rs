//! Chapter 27: the form of fields, whatever they are about.

mod folding;
mod lines;
mod values;

use super::chapter::Chapter;
use crate::Case;

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(27);
    values::add(&mut chapter);
    folding::add(&mut chapter);
    lines::add(&mut chapter);
    chapter.cases()
}
