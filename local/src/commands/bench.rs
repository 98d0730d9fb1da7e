//! `cargo dev bench`

use std::env;
use std::path::{self, Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::cloud::Stack;
use crate::{functions, peer, program, progress, tools, web, workspace};

/// Names a folder of real pictures with folders in it, one of them `photos`.
const PICTURES: &str = "ALBUMEN_PICTURES";

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The benchmark: `cold`, `damage`, `flow`, `kills`, `pictures`, `sharing` or `web`
    name: String,
    /// pictures, damage: a folder of pictures instead of the one that `ALBUMEN_PICTURES` names
    folder: Option<PathBuf>,
    /// pictures: how often each side has its turn
    #[arg(long)]
    rounds: Option<u32>,
    /// damage: how many damaged files to try
    #[arg(long)]
    variants: Option<u32>,
    /// damage: what chance begins with; another number, other damage
    #[arg(long)]
    seed: Option<u64>,
}

impl Arguments {
    /// For the benchmarks of pictures: an absolute path, for they start in a folder of their own.
    fn folder(&self, below: &str) -> Result<PathBuf> {
        let named = || env::var_os(PICTURES).map(|pictures| Path::new(&pictures).join(below));
        let folder = self.folder.clone().or_else(named).with_context(|| {
            let name = &self.name;
            format!("Which pictures? `cargo dev bench {name} FOLDER`, or set {PICTURES} to a folder of them.")
        })?;
        if !folder.is_dir() {
            bail!("{} is no folder.", folder.display());
        }
        Ok(path::absolute(folder)?)
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.name == "web" {
        return run_in_browser();
    }
    let mut cargo = program::cargo();
    // Features of the whole workspace and the profile of the tests: nothing is built twice.
    cargo.args(["bench", "--workspace", "--profile", "dev", "--bench", &arguments.name]);
    match arguments.name.as_str() {
        // It runs the functions as deployed, and brings its own endpoint.
        "cold" => {
            build_release()?;
            build_baseline()?;
        }
        "pictures" => {
            cargo.arg("--").arg(arguments.folder("photos")?);
            option(&mut cargo, "--rounds", arguments.rounds);
            peer::ensure()?;
            build_renditions()?;
        }
        "damage" => {
            cargo.arg("--").arg(arguments.folder("")?);
            option(&mut cargo, "--variants", arguments.variants);
            option(&mut cargo, "--seed", arguments.seed);
        }
        _ => {
            Stack::developers()?;
            cargo.env(Stack::VARIABLE, Stack::developers_file());
        }
    }
    program::run(&mut cargo, "The benchmark failed.")
}

/// How quickly the web app opens and scrolls, in a real browser. It shows the pictures that `ALBUMEN_PICTURES` names.
fn run_in_browser() -> Result<()> {
    Stack::developers()?;
    let browser = tools::ensure_browser()?;
    web::ensure_packages()?;
    let mut npm = tools::npm(&["run", "bench"]);
    npm.env("CHROMIUM", browser).env(Stack::VARIABLE, Stack::developers_file());
    program::run(&mut npm, "The benchmark failed.")
}

fn option(cargo: &mut std::process::Command, name: &str, value: Option<impl ToString>) {
    if let Some(value) = value {
        cargo.arg(name).arg(value.to_string());
    }
}

/// As deployed, but for this machine: into `target/release`.
fn build_release() -> Result<()> {
    progress::step("Building the functions as deployed, for this machine", || {
        let mut cargo = program::cargo();
        cargo.args(["build", "--release"]);
        for name in functions::names()? {
            cargo.args(["--package", &name]);
        }
        program::run(&mut cargo, "The build failed: cargo says why above.")
    })
}

/// What they are compared with: the SDK's default set-up, a workspace of its own.
fn build_baseline() -> Result<()> {
    progress::step("Building the SDK's default set-up, to compare with", || {
        let mut cargo = program::cargo();
        cargo.args(["build", "--release", "--locked"]).current_dir(workspace::path("tests/cold-baseline"));
        program::run(&mut cargo, "The build failed: cargo says why above.")
    })
}

/// The picture engine as a program, as deployed: `target/release/examples/renditions`.
fn build_renditions() -> Result<()> {
    progress::step("Building the picture engine as deployed", || {
        let mut cargo = program::cargo();
        cargo.args(["build", "--release", "--package", "thumbnail", "--example", "renditions"]);
        program::run(&mut cargo, "The build failed: cargo says why above.")
    })
}
