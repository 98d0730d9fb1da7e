//! `cargo dev bench`

use std::env;
use std::fs;
use std::path::{self, Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::cloud::Stack;
use crate::functions::Architecture;
use crate::{fingerprint, program, progress, release, tools, web, workspace};

/// The environment variable with a folder of real pictures. Its folder `photos` holds camera JPEGs.
const PICTURES: &str = "ALBUMEN_PICTURES";
/// The environment variable with the file to which the engine writes each call that AWS would bill.
const RECORDED_CALLS: &str = "RECORDED_CALLS";
/// The environment variable with the program that the benchmark `command-line` runs.
const COMMAND_LINE: &str = "ALBUMEN_BINARY";
/// The functions that the benchmark `cold` starts.
const COLD_FUNCTIONS: [&str; 2] = ["users", "rules"];
/// The folder with the sharp program and its pinned packages. The benchmark `pictures` compares the
/// application with sharp.
const SHARP: &str = "tests/benches/pictures/peer";

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The benchmark: `cold`, `command-line`, `cost`, `damage`, `flow`, `kills`, `lists`, `pages`,
    /// `pictures`, `rules`, `scale`, `sharing` or `web`
    name: String,
    /// pictures, damage: a folder of pictures [default: that of the variable ALBUMEN_PICTURES]
    folder: Option<PathBuf>,
    /// pictures: the number of rounds
    #[arg(long)]
    rounds: Option<u32>,
    /// damage: the number of damaged files
    #[arg(long)]
    variants: Option<u32>,
    /// damage: the seed of the random damage
    #[arg(long)]
    seed: Option<u64>,
}

impl Arguments {
    /// Returns the absolute path of the folder of pictures. The default is `subfolder` of
    /// `ALBUMEN_PICTURES`. Benchmarks run in another folder, so the path must be absolute.
    fn folder(&self, subfolder: &str) -> Result<PathBuf> {
        let default = || env::var_os(PICTURES).map(|pictures| Path::new(&pictures).join(subfolder));
        let folder = self.folder.clone().or_else(default).with_context(|| {
            let name = &self.name;
            format!("Name a folder of pictures: run `cargo dev bench {name} FOLDER` or set {PICTURES}.")
        })?;
        if !folder.is_dir() {
            bail!("{} is not a folder.", folder.display());
        }
        Ok(path::absolute(folder)?)
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.name == "web" {
        return run_in_browser();
    }
    let mut cargo = program::cargo();
    if arguments.name == "rules" {
        // Measures the release profile: the time is that of the function as deployed.
        cargo.args(["bench", "--package", "rule-language", "--bench", "rules"]);
        return program::run(&mut cargo, "The benchmark failed.");
    }
    // Selects the features and the profile of the tests, so that nothing is built twice.
    cargo.args(["bench", "--workspace", "--profile", "dev", "--bench", &arguments.name]);
    match arguments.name.as_str() {
        "cold" => {
            release::build(Architecture::of_this_machine(), &COLD_FUNCTIONS.map(str::to_owned))?;
            build_baseline()?;
        }
        "command-line" => {
            Stack::developers()?;
            cargo.env(Stack::VARIABLE, Stack::developers_file());
            cargo.env(COMMAND_LINE, build_command_line()?);
        }
        "cost" => {
            // The benchmark starts a local cloud of its own, whose engine inherits the variable.
            fs::create_dir_all(workspace::local(""))?;
            let record = workspace::local("calls.jsonl");
            fs::write(&record, "")?;
            cargo.env(RECORDED_CALLS, record).env_remove(Stack::VARIABLE);
        }
        "pictures" => {
            cargo.arg("--").arg(arguments.folder("photos")?);
            add_option(&mut cargo, "--rounds", arguments.rounds);
            ensure_sharp()?;
            build_renditions()?;
        }
        "damage" => {
            cargo.arg("--").arg(arguments.folder("")?);
            add_option(&mut cargo, "--variants", arguments.variants);
            add_option(&mut cargo, "--seed", arguments.seed);
        }
        "scale" => (),
        _ => {
            Stack::developers()?;
            cargo.env(Stack::VARIABLE, Stack::developers_file());
        }
    }
    program::run(&mut cargo, "The benchmark failed.")
}

/// Measures in a real browser how fast the web app opens and scrolls, with the pictures of
/// `ALBUMEN_PICTURES`.
fn run_in_browser() -> Result<()> {
    Stack::developers()?;
    let browser = tools::ensure_browser()?;
    web::ensure_packages()?;
    let mut npm = tools::npm(&["run", "bench"]);
    npm.env("CHROMIUM", browser).env(Stack::VARIABLE, Stack::developers_file());
    program::run(&mut npm, "The benchmark failed.")
}

fn add_option(cargo: &mut Command, name: &str, value: Option<impl ToString>) {
    if let Some(value) = value {
        cargo.arg(name).arg(value.to_string());
    }
}

/// Builds `tests/cold-baseline`, a separate workspace with the default set-up of the AWS SDK.
fn build_baseline() -> Result<()> {
    progress::step("Building the default set-up of the AWS SDK for comparison", || {
        let mut cargo = program::cargo();
        cargo.args(["build", "--release", "--locked"]).current_dir(workspace::path("tests/cold-baseline"));
        program::run(&mut cargo, "The build failed. See the messages of Cargo above.")
    })
}

/// Builds `target/release/albumen` and returns its path.
fn build_command_line() -> Result<PathBuf> {
    progress::step("Building the command line with the release profile", || {
        let mut cargo = program::cargo();
        cargo.args(["build", "--release", "--package", "albumen"]);
        program::run(&mut cargo, "The build failed. See the messages of Cargo above.")
    })?;
    Ok(workspace::path("target/release/albumen"))
}

/// Builds `target/release/examples/renditions`, which renders pictures with the code of
/// `thumbnail`.
fn build_renditions() -> Result<()> {
    progress::step("Building the renderer with the release profile", || {
        let mut cargo = program::cargo();
        cargo.args(["build", "--release", "--package", "thumbnail", "--example", "renditions"]);
        program::run(&mut cargo, "The build failed. See the messages of Cargo above.")
    })
}

/// Installs sharp at the version in `package-lock.json` into `.local/peer`.
fn ensure_sharp() -> Result<()> {
    tools::ensure_node()?;
    let folder = workspace::local("peer");
    fs::create_dir_all(&folder)?;
    for file in fs::read_dir(workspace::path(SHARP))? {
        let file = file?;
        fs::copy(file.path(), folder.join(file.file_name()))?;
    }
    let fingerprint = fingerprint::of_content(&folder.join("package-lock.json"))?;
    let saved = folder.join("node_modules/.albumen-lock");
    if fingerprint::is_saved(&saved, &fingerprint) {
        return Ok(());
    }
    progress::step("Installing sharp for comparison", || {
        let mut npm = tools::npm(&["ci", "--no-audit", "--no-fund"]);
        npm.current_dir(&folder);
        program::run_logged(&mut npm, &workspace::log("peer"), "`npm ci` failed in .local/peer.", |_| ())?;
        fingerprint::save(&saved, &fingerprint)
    })
}
