//! `cargo dev fuzz-api`

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::cloud::{LocalCloud, Options, Stack};
use crate::python::{self, Packages};
use crate::{program, workspace};

/// The parameters of the template with quotas, which generated requests would use up.
const QUOTAS: [&str; 8] = [
    "MaxPictures",
    "MaxGigabytes",
    "MaxPicturesPerDay",
    "MaxGigabytesPerDay",
    "MaxOpenRegistrations",
    "MaxCommentsPerHour",
    "MaxFriendRequestsPerDay",
    "MaxDevices",
];
/// The value of each quota while requests are generated.
const RAISED: u32 = 1_000_000;

/// Arguments of `fuzz-api`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The number of random requests for each route and caller, besides those that cover each
    /// parameter
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    max_examples: u32,
    /// Generate the requests of an earlier run, which printed this seed [default: random]
    #[arg(long)]
    seed: Option<u64>,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    python::ensure(Packages::Cloud)?;
    python::ensure(Packages::Fuzz)?;
    let mut options = vec!["--max-examples".to_owned(), arguments.max_examples.to_string()];
    if let Some(seed) = arguments.seed {
        options.extend(["--seed".to_owned(), seed.to_string()]);
    }
    if let Some(file) = std::env::var_os(Stack::VARIABLE) {
        return fuzz(Path::new(&file), &options);
    }
    let cloud = LocalCloud::start(&Options { parameters: quotas(), ..Options::throwaway(false)? })?;
    fuzz(cloud.stack_file(), &options)
}

/// Raises the quotas of a local cloud, and sends it the same few requests in each run.
pub(super) fn run_quickly(cloud: &mut LocalCloud, options: &Options) -> Result<()> {
    python::ensure(Packages::Fuzz)?;
    cloud.upgrade(&Options { parameters: quotas(), ..options.clone() })?;
    fuzz(cloud.stack_file(), &["--quick".to_owned()])
}

/// Returns parameters of the template with quotas that are not reached.
fn quotas() -> Vec<String> {
    QUOTAS.map(|name| format!("{name}={RAISED}")).into()
}

fn fuzz(stack_file: &Path, options: &[String]) -> Result<()> {
    let failure = "Replies differ from the specification, or routes never succeeded. See above.";
    program::run(&mut command(stack_file, options), failure)
}

fn command(stack_file: &Path, options: &[String]) -> Command {
    let mut command = python::command("python");
    command.arg(workspace::path("local/python/fuzz_api.py")).arg(stack_file).args(options);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raises_each_quota_of_the_template_except_that_of_connections() {
        let template = std::fs::read_to_string(workspace::path("template.yaml")).unwrap();
        let parameters = template.lines().filter_map(|line| line.trim_end().strip_suffix(':'));
        let names =
            parameters.filter_map(|line| line.strip_prefix("  ")).filter(|name| name.starts_with("Max"));
        let quotas: Vec<_> = names.filter(|name| *name != "MaxConnections").collect();
        assert_eq!(quotas, QUOTAS);
    }
}
