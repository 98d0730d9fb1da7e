//! Calls to the local cloud, and the certainty that they go there.

use std::process::Command;

use super::stack::REGION;
use crate::{tools, workspace};

/// Nothing of the developer's own AWS account may reach the local cloud or what runs on it.
pub(super) fn forget_aws(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(&name);
        }
    }
    command.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    command.env("AWS_EC2_METADATA_DISABLED", "true");
}

/// A program with the local cloud's root key and endpoint.
pub(super) fn with_keys(mut command: Command, endpoint: &str) -> Command {
    forget_aws(&mut command);
    command.env("AWS_ENDPOINT_URL", endpoint).env("AWS_DEFAULT_REGION", REGION);
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    command.env("NO_PROXY", "localhost,127.0.0.1");
    command
}

/// A call of `local/python/aws.py`.
pub(super) fn aws(endpoint: &str, arguments: &[&str]) -> Command {
    let mut command = tools::command("python");
    command.arg(workspace::path("local/python/aws.py")).args(arguments);
    with_keys(command, endpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_developers_own_account_does_not_reach_the_local_cloud() {
        let command = with_keys(Command::new("true"), "http://localhost:1");
        let value =
            |name: &str| command.get_envs().find(|(key, _)| *key == name).and_then(|(_, value)| value);
        assert_eq!(value("AWS_SHARED_CREDENTIALS_FILE").unwrap(), "/dev/null");
        assert_eq!(value("AWS_ACCESS_KEY_ID").unwrap(), "test");
    }
}
