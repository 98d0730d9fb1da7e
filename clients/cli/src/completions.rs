//! `albumen completions` and `albumen man`

use std::path::PathBuf;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::arguments;
use crate::failure::Failure;
use crate::output::Output;
use crate::{Outcome, output};

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The shell
    shell: Shell,
}

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
pub struct ManArguments {
    /// Write a page for the program and for each command into this folder, instead of printing the
    /// page of the program
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Prints the script of the completions for a shell.
pub fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut arguments::Arguments::command(), "albumen", &mut script);
    output::write_all(&script)?;
    Ok(Outcome::Complete)
}

/// Prints the manual page, or writes all of them.
pub fn run_man(arguments: &ManArguments, output: &Output) -> Result<Outcome, Failure> {
    let command = arguments::Arguments::command();
    let Some(folder) = &arguments.folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command)
            .render(&mut page)
            .map_err(|error| Failure::Failed(format!("Cannot write the page: {error}.")))?;
        output::write_all(&page)?;
        return Ok(Outcome::Complete);
    };
    std::fs::create_dir_all(folder).map_err(|error| Failure::file("create", folder, &error))?;
    clap_mangen::generate_to(command, folder).map_err(|error| Failure::file("write to", folder, &error))?;
    output.note(&format!("The pages are in {}.", folder.display()));
    Ok(Outcome::Complete)
}
