//! Renders each picture in a child process: this program with the argument `render`.
//!
//! The function continues after any failure of a decoder: an abort, a stack overflow, an endless
//! loop or excessive memory. Code that a hostile file injects into a decoder has no environment
//! variables and cannot open files or connections. It runs as the function's user and could inspect
//! the function's process (docs/decisions/2026-11-21-process-per-picture.md).
//!
//! | item | side | |
//! |---|---|---|
//! | [`Renderer`] | parent | starts the child, sends the file, awaits the reply, kills on timeout |
//! | [`render_stdin`] | child | limits its resources, reads the file, renders it, writes the reply |
//! | [`Reply`] | both | the message from child to parent |

mod child;
mod parent;
mod reply;

pub use child::{is_render_command, render_stdin};
pub use parent::{MAX_RENDER_TIME, Renderer};
pub use reply::{Rejection, RenderedPicture, RenditionFile, Reply};
