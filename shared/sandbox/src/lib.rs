//! Runs work on hostile input in a child process, with limits and a filter of system calls.
//!
//! The child is the program itself with an argument. It has no environment variables, and so no
//! credentials. It reads its input from standard input and writes its reply to standard output.
//!
//! | item | side | |
//! |---|---|---|
//! | [`Program`] | parent | starts the child, sends the input, awaits the reply, kills on timeout |
//! | [`is_started_with`] | child | distinguishes the child from the function |
//! | [`Limits`] | child | limits the resources of its process |
//! | [`refuse_system_calls`] | child | allows only the system calls of a computation |
//! | [`protect_memory`] | parent | prevents processes of the same user from reading or tracing this one |
//!
//! The parent survives each end of the child.

mod filter;
mod limits;
mod memory;
mod program;

pub use filter::{Filter, refuse_system_calls};
pub use limits::Limits;
pub use memory::protect_memory;
pub use program::{Failure, Program, is_started_with};
