//! Checks before a build and a deployment, which take minutes.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::ValueEnum;
use serde::Deserialize;

use super::destroy::removal;
use crate::account::Account;
use crate::functions::Architecture;
use crate::stack_name::validate_stack_name;
use crate::{progress, release, tools, workspace};

/// The concurrent executions of which AWS reserves none. All functions need more than the 10 of a
/// new account.
const MIN_CONCURRENT_EXECUTIONS: u32 = 100;

/// The caller and the limits of an account.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Caller {
    account: String,
    caller: String,
    region: String,
    /// The quota of concurrent executions, if the caller can read it.
    concurrent_executions: Option<u32>,
}

/// A stack as CloudFormation describes it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeployedStack {
    pub(super) status: String,
    pub(super) is_protected: bool,
    parameters: BTreeMap<String, String>,
    outputs: BTreeMap<String, String>,
}

impl DeployedStack {
    /// Returns an output of the stack.
    pub(super) fn output(&self, name: &str) -> Result<&str> {
        let found = self.outputs.get(name);
        found.map(String::as_str).with_context(|| format!("The stack has no output {name}."))
    }

    /// Returns an error if the stack belongs to another application.
    pub(super) fn ensure_ours(&self, name: &str) -> Result<()> {
        ensure!(
            self.parameters.contains_key("LocalEndpoint") && self.parameters.contains_key("WebOrigin"),
            "The stack {name} belongs to another application. Choose another name with `--stack`."
        );
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn with_outputs(outputs: &[(&str, &str)]) -> Self {
        let outputs = outputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { outputs, ..Self::default() }
    }
}

/// The parameters of `template.yaml`.
#[derive(Debug, Deserialize)]
struct Template {
    parameters: Vec<String>,
    /// The default of the parameter `Architecture`.
    architecture: String,
}

/// Checks the name of the stack, the parameters, credentials, the region, the state of the stack,
/// quotas and compilers. Returns the architecture to build for.
pub(super) fn run(account: &Account, stack: &str, parameters: &[String]) -> Result<Architecture> {
    validate_stack_name(stack)?;
    let template: Template = account.call(&["template", &path(&workspace::path("template.yaml"))])?;
    ensure_known(&template, parameters)?;
    progress::step("Checking credentials, region, stack and quotas", || {
        let caller: Caller = account.call(&["account"])?;
        progress::note(&format!("{} in {}", caller.caller, caller.region));
        let deployed = find_stack(account, stack)?;
        match &deployed {
            Some(deployed) => {
                deployed.ensure_ours(stack)?;
                ensure_deployable(account, &caller.region, stack, &deployed.status)?;
            }
            None => ensure_name_is_free(account, stack, &caller)?,
        }
        let variables = account.shell_variables(&caller.region);
        let warning = caller.concurrent_executions.and_then(|quota| warn_of_quota(quota, &variables));
        if let Some(warning) = warning {
            progress::note(&warning);
        }
        let architecture = architecture(account, &template, deployed.as_ref(), parameters)?;
        tools::ensure_c_compiler()?;
        if account.endpoint.is_none() {
            release::ensure_target(architecture)?;
        }
        Ok(architecture)
    })
}

/// Returns the stack with this name, if there is one.
pub(super) fn find_stack(account: &Account, name: &str) -> Result<Option<DeployedStack>> {
    account.call(&["stack", name])
}

fn path(path: &std::path::Path) -> String {
    path.display().to_string()
}

/// Returns an error if a parameter is not in the template. The SAM CLI would ignore it.
fn ensure_known(template: &Template, parameters: &[String]) -> Result<()> {
    for parameter in parameters {
        let (name, _) = parameter.split_once('=').unwrap_or((parameter, ""));
        ensure!(
            template.parameters.iter().any(|known| known == name),
            "template.yaml has no parameter {name}. Choose one of: {}.",
            template.parameters.join(", ")
        );
    }
    Ok(())
}

/// Returns an error if CloudFormation cannot update a stack in this state.
fn ensure_deployable(account: &Account, region: &str, stack: &str, status: &str) -> Result<()> {
    let destroy = format!("`cargo dev deploy --destroy --stack {stack} {}`", account.options(region));
    match status {
        "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" => {
            bail!(
                "The first deployment of the stack {stack} failed. Delete its remains with {destroy}, then deploy again."
            )
        }
        "DELETE_FAILED" => bail!("The stack {stack} is deleted in part. Finish it with {destroy}."),
        "UPDATE_ROLLBACK_FAILED" => bail!(
            "The stack {stack} could not be rolled back. Run `{} aws cloudformation \
             continue-update-rollback --stack-name {stack}`, then deploy again.",
            account.shell_variables(region)
        ),
        "REVIEW_IN_PROGRESS" => Ok(()),
        _ if status.ends_with("IN_PROGRESS") => {
            bail!("The stack {stack} is in the state {status}. Wait until it is complete, then try again.")
        }
        _ => Ok(()),
    }
}

/// Returns an error if a deleted stack with this name has left its media bucket. The bucket has a
/// fixed name, so that CloudFormation would fail when it creates the bucket.
fn ensure_name_is_free(account: &Account, stack: &str, caller: &Caller) -> Result<()> {
    let bucket = format!("{stack}-media-{}-{}", caller.account, caller.region);
    ensure!(
        !account.call::<bool>(&["bucket", &bucket])?,
        "The bucket {bucket} of a deleted stack with the same name remains. Choose another name with `--stack`. Or, to \
         delete its pictures for good, run `{}`, then deploy again.",
        removal(account, &caller.region, "AWS::S3::Bucket", &bucket)
    );
    Ok(())
}

/// Returns a warning if the quota of concurrent executions is too low for several people.
/// `variables` choose the account and region in a shell.
fn warn_of_quota(quota: u32, variables: &str) -> Option<String> {
    (quota < MIN_CONCURRENT_EXECUTIONS).then(|| {
        format!(
            "Warning: your account has {quota} concurrent executions in this region, so that a burst of uploads delays \
             everything. Ask AWS for 1,000, which costs nothing:\n  {variables} aws service-quotas \
             request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000"
        )
    })
}

/// Returns the architecture to build for: that of `parameters`, of the deployed stack, or the
/// default of the template. Emulators run programs for this machine.
fn architecture(
    account: &Account,
    template: &Template,
    deployed: Option<&DeployedStack>,
    parameters: &[String],
) -> Result<Architecture> {
    if account.endpoint.is_some() {
        return Ok(Architecture::of_this_machine());
    }
    let given = parameters.iter().rev().find_map(|text| text.strip_prefix("Architecture="));
    let before = deployed.and_then(|stack| stack.parameters.get("Architecture")).map(String::as_str);
    let name = given.or(before).unwrap_or(&template.architecture);
    Architecture::from_str(name, false)
        .map_err(|_| anyhow!("Lambda has no architecture {name}. Choose arm64 or x86_64."))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AWS: Account = Account { region: None, endpoint: None };

    fn template() -> Template {
        let parameters = ["AlarmEmail", "Architecture"].map(str::to_owned).into();
        Template { parameters, architecture: "arm64".to_owned() }
    }

    fn stack(parameters: &[(&str, &str)]) -> DeployedStack {
        let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        DeployedStack { parameters: parameters.collect(), ..DeployedStack::default() }
    }

    #[test]
    fn refuses_unknown_parameters() {
        ensure_known(&template(), &["AlarmEmail=a=b".to_owned()]).unwrap();
        let error = ensure_known(&template(), &["AlarmMail=a".to_owned()]).unwrap_err().to_string();
        assert_eq!(
            error,
            "template.yaml has no parameter AlarmMail. Choose one of: AlarmEmail, Architecture."
        );
    }

    #[test]
    fn a_stack_can_be_deployed_when_it_is_complete() {
        for status in ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"]
        {
            ensure_deployable(&AWS, "eu-central-1", "photos", status).unwrap();
        }
        for (status, advice) in [
            ("ROLLBACK_COMPLETE", "--destroy --stack photos"),
            ("DELETE_FAILED", "--destroy --stack photos"),
            ("UPDATE_IN_PROGRESS", "Wait"),
            ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
        ] {
            let error = ensure_deployable(&AWS, "eu-central-1", "photos", status).unwrap_err().to_string();
            assert!(error.contains(advice), "{error}");
        }
    }

    #[test]
    fn the_advice_about_a_stack_names_its_region_and_endpoint() {
        let emulator = Account { endpoint: Some("http://localhost:1".to_owned()), ..AWS };
        for (status, advice) in [
            ("ROLLBACK_COMPLETE", "--stack photos --region us-east-1 --endpoint http://localhost:1`"),
            ("DELETE_FAILED", "--stack photos --region us-east-1 --endpoint http://localhost:1`"),
            ("UPDATE_ROLLBACK_FAILED", "AWS_ENDPOINT_URL=http://localhost:1"),
        ] {
            let error = ensure_deployable(&emulator, "us-east-1", "photos", status).unwrap_err().to_string();
            assert!(error.contains(advice), "{error}");
        }
    }

    #[test]
    fn refuses_the_stack_of_another_application() {
        stack(&[("LocalEndpoint", ""), ("WebOrigin", "*")]).ensure_ours("photos").unwrap();
        let error = stack(&[("WebOrigin", "*")]).ensure_ours("photos").unwrap_err().to_string();
        assert!(error.contains("--stack"), "{error}");
    }

    #[test]
    fn warns_of_the_quota_of_a_new_account() {
        assert!(
            warn_of_quota(10, "AWS_REGION=eu-central-1").unwrap().contains("AWS_REGION=eu-central-1 aws")
        );
        assert_eq!(warn_of_quota(100, ""), None);
    }

    #[test]
    fn the_architecture_remains_until_a_parameter_changes_it() {
        let deployed = stack(&[("Architecture", "x86_64")]);
        let choose = |deployed, parameters: &[&str]| {
            let parameters: Vec<_> = parameters.iter().map(|&text| text.to_owned()).collect();
            architecture(&AWS, &template(), deployed, &parameters)
        };
        assert_eq!(choose(None, &[]).unwrap(), Architecture::Arm64);
        assert_eq!(choose(Some(&deployed), &[]).unwrap(), Architecture::X86_64);
        assert_eq!(choose(Some(&deployed), &["Architecture=arm64"]).unwrap(), Architecture::Arm64);
        assert!(choose(None, &["Architecture=mips"]).is_err());
        let emulator = Account { endpoint: Some("http://localhost:1".to_owned()), ..AWS };
        let chosen = architecture(&emulator, &template(), None, &[]).unwrap();
        assert_eq!(chosen, Architecture::of_this_machine());
    }
}
