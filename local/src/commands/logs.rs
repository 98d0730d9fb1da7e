//! `cargo dev logs`: log lines and dead letters. `local/python/aws.py` prints them.

use anyhow::Result;
use clap::Args;

use crate::cloud::Stack;
use crate::program;

/// Arguments of `logs`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The function [default: all]
    function: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let stack = Stack::developers()?;
    let mut call = vec!["logs", &stack.stack_name];
    match &arguments.function {
        Some(name) => call.push(stack.function(name)?),
        None => call.extend(stack.functions.values().map(String::as_str)),
    }
    program::run(&mut stack.aws(&call), "The logs cannot be read. Check that the local cloud is still up.")
}
