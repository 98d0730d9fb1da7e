//! The addresses of the application on the local cloud: `.local/stack.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use super::engine::Engine;
use super::environment::{REGION, aws_command};
use super::lock;
use crate::workspace;

/// The name of the CloudFormation stack.
pub const STACK_NAME: &str = "albumen";

/// The addresses and names that clients of the application need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stack {
    /// URL of all AWS services.
    pub endpoint: String,
    /// The AWS region.
    pub region: String,
    /// Base URL of the REST API's stage `v1`, without a slash at the end.
    pub api: String,
    /// URL of the WebSocket API's stage `v1`.
    pub live: String,
    /// URL of the root of the site, with a slash at the end.
    pub site: String,
    /// URL of the web app, which is `site`.
    pub web: String,
    /// Id of the Cognito user pool.
    pub user_pool_id: String,
    /// Id of the user pool client.
    pub client_id: String,
    /// Id of the Cognito identity pool.
    pub identity_pool_id: String,
    /// Name of the bucket of originals and renditions.
    pub media_bucket: String,
    /// Name of the CloudFormation stack.
    pub stack_name: String,
    /// Name of each function on the local cloud, by its folder in `functions/`.
    pub functions: BTreeMap<String, String>,
    /// Process id of the engine.
    pub pid: u32,
}

impl Stack {
    /// The environment variable with the path of a stack file.
    pub const VARIABLE: &str = "ALBUMEN_STACK";

    /// Returns the path of the stack file of the developer's local cloud.
    pub fn developers_file() -> PathBuf {
        workspace::local("stack.json")
    }

    /// Reads the stack of the developer's local cloud.
    ///
    /// # Errors
    /// Returns an error if the developer's local cloud is not up, or if its file cannot be read.
    pub fn developers() -> Result<Self> {
        let up = lock::find_running(&workspace::local("cloud")).is_some();
        ensure!(up, "The local cloud is not up. Start it with `cargo dev up --detach`.");
        Self::read(&Self::developers_file())
    }

    /// Reads a file that [`Stack::write`] wrote.
    pub fn read(file: &Path) -> Result<Self> {
        let text = fs::read(file).with_context(|| format!("Cannot read {}", file.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("{} is not a stack file", file.display()))
    }

    /// Writes the file atomically, so that programs which wait for it never read a part of it.
    pub fn write(&self, file: &Path) -> Result<()> {
        let new = file.with_extension("json.new");
        fs::write(&new, serde_json::to_string_pretty(self)? + "\n")?;
        fs::rename(&new, file).with_context(|| format!("Cannot write {}", file.display()))
    }

    /// Builds the stack from the outputs of the template that is deployed on `engine`.
    pub(super) fn from_outputs(
        outputs: &BTreeMap<String, String>,
        functions: &[String],
        engine: &Engine,
    ) -> Result<Self> {
        Self::at(outputs, functions, &engine.endpoint(), &engine.site(), engine.pid())
    }

    fn at(
        outputs: &BTreeMap<String, String>,
        functions: &[String],
        endpoint: &str,
        site: &str,
        pid: u32,
    ) -> Result<Self> {
        let output = |name: &str| {
            outputs.get(name).cloned().with_context(|| format!("template.yaml has no output {name}."))
        };
        let with_physical_name = |name: &String| (name.clone(), format!("{STACK_NAME}-{name}"));
        Ok(Self {
            endpoint: endpoint.to_owned(),
            region: REGION.to_owned(),
            api: local_address(&output("ApiUrl")?, endpoint),
            live: local_address(&output("LiveUrl")?, endpoint).replacen("http", "ws", 1),
            site: site.to_owned(),
            web: site.to_owned(),
            user_pool_id: output("UserPoolId")?,
            client_id: output("ClientId")?,
            identity_pool_id: output("IdentityPoolId")?,
            media_bucket: output("MediaBucket")?,
            stack_name: STACK_NAME.to_owned(),
            functions: functions.iter().map(with_physical_name).collect(),
            pid,
        })
    }

    /// Returns the content of `config.json` of the web app.
    pub(super) fn web_config(&self) -> String {
        let config = serde_json::json!({
            "region": self.region, "api": self.api, "live": self.live, "endpoint": self.endpoint,
            "userPoolId": self.user_pool_id, "clientId": self.client_id, "identityPoolId": self.identity_pool_id,
        });
        format!("{config:#}\n")
    }

    /// Returns the name of a function on the local cloud.
    pub fn function(&self, name: &str) -> Result<&str> {
        let names = || self.functions.keys().cloned().collect::<Vec<_>>().join(", ");
        let function = self
            .functions
            .get(name)
            .with_context(|| format!("There is no function {name}. Choose one of: {}.", names()));
        Ok(function?)
    }

    /// Returns the command that runs `local/python/aws.py` on this local cloud.
    pub fn aws(&self, arguments: &[&str]) -> Command {
        aws_command(&self.endpoint, arguments)
    }
}

/// Converts the URL of an API, `https://ID.execute-api.REGION.amazonaws.com/STAGE`, to its URL on the
/// local cloud, `ENDPOINT/_aws/execute-api/ID/STAGE`.
pub fn local_address(url: &str, endpoint: &str) -> String {
    let (_, rest) = url.split_once("://").unwrap_or(("", url));
    let (host, path) = rest.trim_end_matches('/').split_once('/').unwrap_or((rest, ""));
    let id = host.split('.').next().unwrap_or(host);
    format!("{endpoint}/_aws/execute-api/{id}/{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDPOINT: &str = "http://localhost:4600";
    const SITE: &str = "http://localhost:4601/";

    fn outputs() -> BTreeMap<String, String> {
        [
            ("ApiUrl", "https://abc.execute-api.us-east-1.amazonaws.com/v1"),
            ("LiveUrl", "wss://def.execute-api.us-east-1.amazonaws.com/v1"),
            ("MediaBucket", "media"),
            ("UserPoolId", "pool"),
            ("ClientId", "client"),
            ("IdentityPoolId", "identities"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    fn stack() -> Result<Stack> {
        Stack::at(&outputs(), &["uploads".to_owned()], ENDPOINT, SITE, 7)
    }

    #[test]
    fn urls_address_the_emulator() {
        let stack = stack().unwrap();
        assert_eq!(stack.api, "http://localhost:4600/_aws/execute-api/abc/v1");
        assert_eq!(stack.live, "ws://localhost:4600/_aws/execute-api/def/v1");
        assert_eq!([stack.site.as_str(), stack.web.as_str()], ["http://localhost:4601/"; 2]);
        assert_eq!(stack.function("uploads").unwrap(), "albumen-uploads");
        assert!(stack.function("feed").unwrap_err().to_string().contains("uploads"));
    }

    #[test]
    fn reports_a_missing_output() {
        let mut without = outputs();
        without.remove("ClientId");
        let error = Stack::at(&without, &[], ENDPOINT, SITE, 7).unwrap_err();
        assert_eq!(error.to_string(), "template.yaml has no output ClientId.");
    }

    #[test]
    fn the_file_has_the_documented_fields() {
        let stack = stack().unwrap();
        let value = serde_json::to_value(&stack).unwrap();
        let mut names: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        let documented = "api clientId endpoint functions identityPoolId live mediaBucket pid region site stackName userPoolId web";
        assert_eq!(names.join(" "), documented);
        assert_eq!(serde_json::from_value::<Stack>(value).unwrap(), stack);
    }
}
