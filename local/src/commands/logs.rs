//! `cargo dev logs`: log lines, and what lies in the dead-letter queues. What is printed is made in `local/python`.

use anyhow::Result;
use clap::Args;

use crate::cloud::Stack;
use crate::program;

/// Arguments of `logs`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The function; all of them where none is given
    function: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let stack = Stack::developers()?;
    let mut call = vec!["logs", &stack.stack_name];
    match &arguments.function {
        Some(name) => call.push(stack.function(name)?),
        None => call.extend(stack.functions.values().map(String::as_str)),
    }
    program::run(&mut stack.aws(&call), "The logs can not be read any more: is the local cloud still up?")
}
