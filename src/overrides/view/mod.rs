//! The pieces of the two pages: the list of overrides, the editor, its preview.

mod editor;
mod list;
mod preview;

pub(super) use editor::editor;
pub(super) use list::list;
