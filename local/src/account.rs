//! The account and region that a stack is deployed to: those of the developer's AWS settings, or a
//! local emulator of AWS.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{cloud, program, python, workspace};

/// The variables that choose the account and region of a command in the developer's shell.
const SHELL_VARIABLES: [&str; 5] =
    ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

/// The account and region that a stack is deployed to.
#[derive(Clone, Debug)]
pub struct Account {
    /// The region, if it is not that of the AWS settings.
    pub region: Option<String>,
    /// The URL of an emulator. `None` means AWS.
    pub endpoint: Option<String>,
}

/// An error of AWS, or of the library that calls it.
#[derive(Debug, Deserialize)]
struct Failure {
    code: String,
    message: String,
}

impl Account {
    /// Sets the account and region in the environment of a command.
    pub fn set_environment(&self, command: Command) -> Command {
        let mut command = match &self.endpoint {
            Some(endpoint) => cloud::with_root_key(command, endpoint),
            None => command,
        };
        if let Some(region) = &self.region {
            // The AWS tools disagree on which of the two has priority.
            command.env("AWS_REGION", region).env("AWS_DEFAULT_REGION", region);
        }
        command
    }

    /// Returns the variables that let a command in the developer's shell call this account, as
    /// `NAME=VALUE …`. `region` is the region of the caller.
    pub fn shell_variables(&self, region: &str) -> String {
        let account = Self { region: Some(region.to_owned()), ..self.clone() };
        let command = account.set_environment(Command::new("sh"));
        let set: BTreeMap<_, _> = command.get_envs().collect();
        let variables = SHELL_VARIABLES.iter().filter_map(|name| {
            let value = set.get(OsStr::new(name)).copied().flatten()?;
            Some(format!("{name}={}", value.to_string_lossy()))
        });
        let mut variables: Vec<_> = variables.collect();
        if self.endpoint.is_some() {
            // A session token of the developer does not match the test key.
            variables.push("AWS_SESSION_TOKEN=".to_owned());
        }
        variables.join(" ")
    }

    /// Returns the options of `cargo dev deploy` that choose this account. `region` is the region
    /// of the caller.
    pub fn options(&self, region: &str) -> String {
        let endpoint = self.endpoint.as_ref().map(|url| format!(" --endpoint {url}"));
        format!("--region {region}{}", endpoint.unwrap_or_default())
    }

    /// Runs a command of `local/python/stacks.py` and returns its result.
    ///
    /// # Errors
    /// Returns an error with a message for the developer if AWS refuses a call.
    pub fn call<T: DeserializeOwned>(&self, arguments: &[&str]) -> Result<T> {
        let mut python = python::command("python");
        python.arg(workspace::path("local/python/stacks.py")).args(arguments).stdin(Stdio::null());
        let text = program::output(
            &mut self.set_environment(python),
            "A call of AWS failed. See the messages of Python above.",
        )?;
        read_reply(&text)
    }
}

fn read_reply<T: DeserializeOwned>(text: &str) -> Result<T> {
    let reply: Value = serde_json::from_str(text).context("Cannot read the output of stacks.py")?;
    if let Some(error) = reply.get("error") {
        let failure: Failure = serde_json::from_value(error.clone())?;
        return Err(anyhow!(advice(&failure)));
    }
    match serde_json::from_value(reply) {
        Ok(result) => Ok(result),
        Err(error) => bail!("Cannot read the output of stacks.py: {error}"),
    }
}

/// Returns what happened and what the developer can do.
fn advice(failure: &Failure) -> String {
    let Failure { code, message } = failure;
    let message = message.trim_end_matches('.');
    match code.as_str() {
        "NoCredentialsError" | "PartialCredentialsError" => {
            "There are no AWS credentials. Set AWS_PROFILE, or \
             AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws configure`."
                .to_owned()
        }
        "ProfileNotFound" => format!("{message}. Check AWS_PROFILE and ~/.aws/config."),
        "NoRegionError" => "There is no AWS region. Add `--region`, as in `--region eu-central-1`, or set \
             AWS_DEFAULT_REGION."
            .to_owned(),
        "InvalidRegionError" | "EndpointConnectionError" | "ConnectTimeoutError" => {
            format!("{message}. Check the region (`--region`) and your network connection.")
        }
        "InvalidClientTokenId" | "SignatureDoesNotMatch" | "UnrecognizedClientException" => {
            "AWS does not accept your credentials. Check the access key, its secret, and AWS_PROFILE."
                .to_owned()
        }
        "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "UnauthorizedSSOTokenError"
        | "SSOTokenLoadError"
        | "TokenRetrievalError" => {
            "Your AWS credentials have expired. Sign in again, for example with `aws sso login`.".to_owned()
        }
        "AccessDenied" | "AccessDeniedException" => {
            format!("{message}. Use credentials that allow this, or ask your administrator.")
        }
        _ => format!("{message}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: &str, message: &str) -> String {
        let text = serde_json::json!({"error": {"code": code, "message": message}}).to_string();
        read_reply::<Option<String>>(&text).unwrap_err().to_string()
    }

    #[test]
    fn an_error_tells_what_to_do() {
        for (code, advice) in [
            ("NoCredentialsError", "Set AWS_PROFILE"),
            ("NoRegionError", "Add `--region`"),
            ("EndpointConnectionError", "Check the region"),
            ("InvalidClientTokenId", "Check the access key"),
            ("ExpiredToken", "Sign in again"),
            ("AccessDenied", "ask your administrator"),
        ] {
            let message = error(code, "It failed.");
            assert!(message.contains(advice), "{message}");
        }
        assert_eq!(error("LimitExceeded", "Too many buckets."), "Too many buckets.");
    }

    #[test]
    fn reads_results() {
        assert_eq!(read_reply::<Option<u32>>("null").unwrap(), None);
        assert_eq!(read_reply::<Vec<u32>>("[1]").unwrap(), [1]);
        assert!(read_reply::<Vec<u32>>("{}").is_err());
    }

    #[test]
    fn an_emulator_receives_no_credentials_of_the_developer() {
        let environment = |account: &Account, name: &str| {
            let command = account.set_environment(Command::new("true"));
            let found = command.get_envs().find(|(key, _)| *key == name);
            found.and_then(|(_, value)| value).map(|value| value.to_string_lossy().into_owned())
        };
        let region = Some("eu-central-1".to_owned());
        let emulator = Account { region: region.clone(), endpoint: Some("http://localhost:1".to_owned()) };
        assert_eq!(environment(&emulator, "AWS_ENDPOINT_URL").unwrap(), "http://localhost:1");
        assert_eq!(environment(&emulator, "AWS_ACCESS_KEY_ID").unwrap(), "test");
        assert_eq!(environment(&emulator, "AWS_DEFAULT_REGION").unwrap(), "eu-central-1");
        let aws = Account { region, endpoint: None };
        assert_eq!(environment(&aws, "AWS_ACCESS_KEY_ID"), None);
        assert_eq!(environment(&aws, "AWS_REGION").unwrap(), "eu-central-1");
    }

    #[test]
    fn a_command_for_the_shell_calls_the_same_account() {
        let aws = Account { region: None, endpoint: None };
        let region = "AWS_REGION=eu-central-1 AWS_DEFAULT_REGION=eu-central-1";
        assert_eq!(aws.shell_variables("eu-central-1"), region);
        assert_eq!(aws.options("eu-central-1"), "--region eu-central-1");
        let emulator = Account { endpoint: Some("http://localhost:1".to_owned()), ..aws };
        assert_eq!(
            emulator.shell_variables("eu-central-1"),
            format!(
                "{region} AWS_ENDPOINT_URL=http://localhost:1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test \
                 AWS_SESSION_TOKEN="
            )
        );
        assert_eq!(emulator.options("eu-central-1"), "--region eu-central-1 --endpoint http://localhost:1");
    }
}
