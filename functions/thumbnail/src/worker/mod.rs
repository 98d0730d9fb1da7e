//! A process of its own for each picture: this program, started once more with the argument `render`.
//!
//! No failure of a decoder takes the function with it: neither abort nor overflow of the stack, endless loop nor greed for
//! memory. Whoever takes a decoder over finds no environment and opens no file and no connection; but he is still the
//! function's user, who could look into its process (docs/decisions/2026-11-21-process-per-picture.md).
//!
//! | module | |
//! |---|---|
//! | [`Renderer`] | the function's end: starts the process, sends the file, waits, kills |
//! | [`answer`](fn@answer) | the process's end: limits itself, reads the file from standard input, renders, answers on standard output |
//! | `reply` | what is said between the two |

mod child;
mod parent;
mod reply;

pub use child::{answer, asked};
pub use parent::{MAX_TIME, Renderer};
pub use reply::{File, Made, Refused, Reply};
