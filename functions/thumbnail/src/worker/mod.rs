//! Renders each picture in a child process: this program with the argument `render`.
//!
//! The function survives every failure of a decoder: an abort, a stack overflow, an endless loop or
//! excessive memory. Code that a hostile file injects into the decoder has no environment and cannot
//! open files or connections, but it runs as the function's user and could inspect the function's
//! process (docs/decisions.md).
//!
//! | item | side | |
//! |---|---|---|
//! | [`Renderer`] | parent | starts the child, sends the file, waits for the reply, kills the child on timeout |
//! | [`render_stdin`] | child | limits its own resources, reads the file from standard input, renders it, writes the reply to standard output |
//! | [`Reply`] | both | the message from child to parent |

mod child;
mod parent;
mod reply;

pub use child::{is_render_command, render_stdin};
pub use parent::{MAX_RENDER_TIME, Renderer};
pub use reply::{Rejection, RenderedPicture, RenditionFile, Reply};
