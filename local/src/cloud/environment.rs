//! Environment variables of the engine, and of programs that call the local cloud.

use std::process::Command;

use crate::{python, workspace};

/// The region of the local cloud.
pub const REGION: &str = "us-east-1";

/// Removes the developer's AWS credentials and settings from the environment of a command.
pub(super) fn remove_aws_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(&name);
        }
    }
    command.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    command.env("AWS_EC2_METADATA_DISABLED", "true");
}

/// Sets the endpoint and the root key of the local cloud in the environment of a command.
pub(crate) fn with_root_key(mut command: Command, endpoint: &str) -> Command {
    remove_aws_settings(&mut command);
    command.env("AWS_ENDPOINT_URL", endpoint).env("AWS_DEFAULT_REGION", REGION);
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    command.env("NO_PROXY", "localhost,127.0.0.1");
    command
}

/// Returns the command that runs `local/python/aws.py` with the root key.
pub(super) fn aws_command(endpoint: &str, arguments: &[&str]) -> Command {
    let mut command = python::command("python");
    command.arg(workspace::path("local/python/aws.py")).args(arguments);
    with_root_key(command, endpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_receive_no_credentials_of_the_developer() {
        let command = with_root_key(Command::new("true"), "http://localhost:1");
        let value =
            |name: &str| command.get_envs().find(|(key, _)| *key == name).and_then(|(_, value)| value);
        assert_eq!(value("AWS_SHARED_CREDENTIALS_FILE").unwrap(), "/dev/null");
        assert_eq!(value("AWS_ACCESS_KEY_ID").unwrap(), "test");
    }
}
