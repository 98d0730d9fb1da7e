//! Deploys the changed parts of the application on an engine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::engine::Engine;
use super::environment::{aws_command, with_root_key};
use super::stack::{STACK_NAME, Stack};
use crate::functions::{self, Architecture};
use crate::{fingerprint, program, progress, python, web, workspace};

/// Seconds between two requests of the SAM CLI for the status of a deployment. Its default is 5.
const POLL_SECONDS: &str = "0.2";
/// The sender of e-mail. The engine sends no e-mail, but records it. Read it at
/// `ENDPOINT/_ministack/ses/messages`.
const MAIL_FROM: &str = "albumen@example.com";

/// The record of the last deployment on an engine: `HOME/deployed.json`.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Deployment {
    /// Fingerprint of the template and its parameters.
    template: String,
    /// Fingerprint of the program of each function, by name.
    functions: BTreeMap<String, String>,
    /// Fingerprint of the web app and its configuration.
    web: String,
    /// Outputs of the stack, by name.
    outputs: BTreeMap<String, String>,
}

impl Deployment {
    fn file(home: &Path) -> PathBuf {
        home.join("deployed.json")
    }

    /// Reads the record of the engine in `home`. Returns an empty record if there is none.
    fn read(home: &Path) -> Self {
        let text = fs::read(Self::file(home)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    fn write(&self, home: &Path) -> Result<()> {
        fingerprint::save(&Self::file(home), &serde_json::to_string_pretty(self)?)
    }

    /// Returns the functions in `current` that are not in this record or have another fingerprint
    /// in it.
    fn changed_functions<'a>(&self, current: &'a BTreeMap<String, String>) -> Vec<&'a str> {
        let differs = |(name, print): &(&'a String, &String)| self.functions.get(*name) != Some(*print);
        current.iter().filter(differs).map(|(name, _)| name.as_str()).collect()
    }
}

/// Removes the record, so that the next call of [`deploy_changes`] deploys everything.
pub(super) fn remove_record(home: &Path) -> Result<()> {
    match fs::remove_file(Deployment::file(home)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Deploys a checkout of the repository, whose functions are built: the template with the SAM CLI
/// if it has changed, and changed functions. Publishes the web app of this workspace if it has
/// changed. `parameters` are parameters of the template, as `NAME=VALUE`.
pub(super) fn deploy_changes(
    engine: &Engine,
    checkout: &Path,
    with_web: bool,
    parameters: &[String],
) -> Result<Stack> {
    let names = functions::names_in(checkout)?;
    let file = checkout.join("template.yaml");
    let mut deployed = Deployment::read(engine.home());
    let parameters = [local_parameters(engine), parameters.to_vec()].concat();
    let template = fingerprint::of_text(&(fingerprint::of_content(&file)? + &parameters.join(" ")));
    let program = |name: &str| functions::bootstrap_in(checkout, name);
    let prints = names.iter().map(|name| Ok((name.clone(), fingerprint::of_files(&program(name), &[])?)));
    let prints: BTreeMap<_, _> = prints.collect::<Result<_>>()?;
    let changed = deployed.changed_functions(&prints);
    let is_first = deployed.template.is_empty();
    if deployed.template != template {
        progress::step("Deploying template.yaml", || sam_deploy(engine, &file, &parameters))?;
        deployed.outputs = outputs(engine)?;
    }
    let stack = Stack::from_outputs(&deployed.outputs, &names, engine)?;
    // The functions also need an update after a deployment, because the SAM CLI does not upload a
    // program again that an earlier update has replaced on the engine.
    if !is_first && !changed.is_empty() {
        let programs = changed.iter().map(|name| (*name, program(name))).collect();
        progress::step(&format!("Updating {}", changed.join(", ")), || update(&stack, programs))?;
    }
    deployed.template = template;
    deployed.functions = prints;
    if with_web {
        publish(&stack, &mut deployed)?;
    }
    deployed.write(engine.home())?;
    Ok(stack)
}

/// Returns the parameters that differ from the defaults on every local cloud.
fn local_parameters(engine: &Engine) -> Vec<String> {
    vec![
        format!("LocalEndpoint={}", engine.endpoint()),
        format!("LocalSite={}", engine.site()),
        format!("Architecture={}", Architecture::of_this_machine().name()),
        format!("MailFrom={MAIL_FROM}"),
    ]
}

/// Creates the platform applications of mobile push if they do not exist, because CloudFormation
/// cannot create them. Returns the template parameters that contain their ARNs.
fn push_applications(engine: &Engine) -> Result<Vec<String>> {
    let text = program::output(
        &mut aws_command(&engine.endpoint(), &["push-applications"]),
        "The platform applications of mobile push could not be created.",
    )?;
    Ok(text.lines().map(str::to_owned).collect())
}

fn sam_deploy(engine: &Engine, template: &Path, parameters: &[String]) -> Result<()> {
    let push = push_applications(engine)?;
    let mut sam = python::command("sam");
    sam.args(["deploy", "--stack-name", STACK_NAME, "--resolve-s3", "--template-file"]).arg(template);
    sam.args(["--capabilities", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "--no-confirm-changeset"]);
    sam.args(["--no-fail-on-empty-changeset", "--parameter-overrides"]);
    sam.args(parameters.iter().chain(&push).map(|text| python::sam_parameter(text)));
    sam.env("SAM_CLI_TELEMETRY", "0").env("SAM_CLI_POLL_DELAY", POLL_SECONDS);
    // The SAM CLI stores its settings in this folder instead of the home folder.
    sam.env("__SAM_CLI_APP_DIR", workspace::local("sam"));
    let mut sam = with_root_key(sam, &engine.endpoint());
    let failure = "The deployment failed. See the messages of the SAM CLI above.";
    program::run_logged(&mut sam, &workspace::log("deploy"), failure, |_| ())
}

/// Reads the outputs of the stack.
fn outputs(engine: &Engine) -> Result<BTreeMap<String, String>> {
    let text = program::output(
        &mut aws_command(&engine.endpoint(), &["outputs", STACK_NAME]),
        "The outputs of the stack could not be read.",
    )?;
    serde_json::from_str(&text).context("The outputs of the stack could not be read")
}

/// Uploads the built programs of functions.
fn update(stack: &Stack, programs: Vec<(&str, PathBuf)>) -> Result<()> {
    let mut arguments = vec!["update".to_owned()];
    for (name, program) in programs {
        arguments.push(stack.function(name)?.to_owned());
        arguments.push(program.display().to_string());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    program::run(&mut stack.aws(&arguments), "The functions could not be updated.")
}

/// Publishes the web app and its configuration if they have changed.
fn publish(stack: &Stack, deployed: &mut Deployment) -> Result<()> {
    let config = stack.web_config();
    let fingerprint = fingerprint::of_text(&(fingerprint::of_files(&web::dist(), &[])? + &config));
    if deployed.web == fingerprint {
        return Ok(());
    }
    let bucket = deployed.outputs.get("WebBucket").context("template.yaml has no output WebBucket.")?;
    progress::step("Publishing the web app", || {
        let mut publish = stack.aws(&["publish", bucket, &web::dist().display().to_string(), &config]);
        program::run(&mut publish, "The web app could not be published.")
    })?;
    deployed.web = fingerprint;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prints(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, print)| ((*name).to_owned(), (*print).to_owned())).collect()
    }

    #[test]
    fn updates_new_and_changed_functions() {
        let deployed =
            Deployment { functions: prints(&[("feed", "1"), ("users", "1")]), ..Deployment::default() };
        let current = prints(&[("feed", "1"), ("friends", "1"), ("users", "2")]);
        assert_eq!(deployed.changed_functions(&current), ["friends", "users"]);
        assert_eq!(deployed.changed_functions(&deployed.functions), [""; 0]);
    }

    #[test]
    fn a_record_can_be_read_until_it_is_removed() {
        let home = std::env::temp_dir().join(format!("albumen-deployed-{}", std::process::id()));
        let deployed = Deployment { template: "1".to_owned(), web: "2".to_owned(), ..Deployment::default() };
        deployed.write(&home).unwrap();
        assert_eq!(Deployment::read(&home), deployed);
        remove_record(&home).unwrap();
        remove_record(&home).unwrap();
        assert_eq!(Deployment::read(&home), Deployment::default());
        fs::remove_dir_all(home).unwrap();
    }
}
