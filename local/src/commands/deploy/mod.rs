//! `cargo dev deploy`

mod checks;
mod destroy;
pub mod sam;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;

use self::checks::DeployedStack;
use super::{publish, up};
use crate::account::Account;
use crate::cloud;
use crate::functions::{self, Architecture};
use crate::python::{self, Packages};
use crate::{progress, release, tools, web, workspace};

/// Seconds until a new API and a new distribution answer everywhere.
const PATIENCE: &str = "120";
/// Seconds until the functions of a new stack answer on an emulator.
const LOCAL_PATIENCE: &str = "20";

/// Arguments of `deploy`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The name of the stack
    #[arg(long, default_value = "albumen")]
    stack: String,
    /// The AWS region [default: that of the AWS settings, such as AWS_DEFAULT_REGION]
    #[arg(long)]
    region: Option<String>,
    /// Set a parameter of template.yaml, as in `AlarmEmail=me@example.org`. Can be repeated. The
    /// value remains until you set another one
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = up::parse_parameter)]
    parameters: Vec<String>,
    /// Deploy builds for this machine to an emulator of AWS at this URL
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// Delete the stack. Asks first
    #[arg(long, conflicts_with = "parameters")]
    destroy: bool,
    /// Delete the stack without asking
    #[arg(long, requires = "destroy")]
    yes: bool,
}

impl Arguments {
    fn account(&self) -> Account {
        let endpoint = self.endpoint.as_ref().map(|url| url.trim_end_matches('/').to_owned());
        Account { region: self.region.clone(), endpoint }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    python::ensure(Packages::Cloud)?;
    let account = arguments.account();
    if arguments.destroy {
        return destroy::run(&account, &arguments.stack, arguments.yes);
    }
    // Detects problems before the build, which takes minutes.
    let architecture = checks::run(&account, &arguments.stack, &arguments.parameters)?;
    let template = build(&account, architecture)?;
    let parameters = parameters(&account, architecture, &arguments.parameters);
    sam::deploy(&account, &arguments.stack, &template, &parameters)?;
    let stack = checks::find_stack(&account, &arguments.stack)?;
    let stack = stack.with_context(|| format!("The stack {} is missing.", arguments.stack))?;
    let addresses = Addresses::of(&account, &stack)?;
    let config = addresses.web_config(&account);
    publish::publish(&arguments.stack, config.as_ref(), |command| account.set_environment(command))?;
    verify(&account, &stack, &addresses)?;
    print_addresses(&addresses);
    Ok(())
}

/// Builds the functions and the web app. Returns the path of the template that deploys this build.
fn build(account: &Account, architecture: Architecture) -> Result<PathBuf> {
    tools::ensure_node()?;
    let template = if account.endpoint.is_some() {
        functions::build()?;
        workspace::path("template.yaml")
    } else {
        release::build(architecture, &functions::names()?)?;
        release::write_template(architecture)?
    };
    web::build()?;
    Ok(template)
}

/// Returns the parameters of the deployment: those of the developer, and those that follow from the
/// build.
fn parameters(account: &Account, architecture: Architecture, given: &[String]) -> Vec<String> {
    let mut parameters = vec![format!("Architecture={}", architecture.name())];
    if let Some(endpoint) = &account.endpoint {
        parameters.push(format!("LocalEndpoint={endpoint}"));
    }
    parameters.extend(given.iter().filter(|text| !text.starts_with("Architecture=")).cloned());
    parameters
}

/// The addresses of a deployed stack.
#[derive(Debug)]
struct Addresses {
    /// Base URL of the REST API's stage `v1`, without a slash at the end.
    api: String,
    /// URL of the WebSocket API's stage `v1`.
    live: String,
    /// URL of the root of the site at CloudFront's own host name, with a slash at the end.
    distribution: String,
    /// URL of the root of the site, with a slash at the end.
    site: String,
}

impl Addresses {
    fn of(account: &Account, stack: &DeployedStack) -> Result<Self> {
        let domain: String = account.call(&["domain", stack.output("WebDistributionId")?])?;
        Self::new(account, stack, &domain)
    }

    /// `domain` is CloudFront's own host name of the site.
    fn new(account: &Account, stack: &DeployedStack, domain: &str) -> Result<Self> {
        let [api, live] = [stack.output("ApiUrl")?, stack.output("LiveUrl")?];
        let Some(endpoint) = &account.endpoint else {
            let [api, live, site] = [api, live, stack.output("WebUrl")?].map(str::to_owned);
            return Ok(Self { api, live, distribution: format!("https://{domain}/"), site });
        };
        let (_, host) = endpoint.split_once("://").context("The endpoint is no URL.")?;
        let port = host.rsplit_once(':').map_or("80", |(_, port)| port);
        // The emulator serves each distribution at a host name that browsers resolve.
        let label = domain.split('.').next().unwrap_or(domain);
        let site = format!("http://{label}.cloudfront.localhost:{port}/");
        let live = cloud::local_address(live, endpoint).replacen("http", "ws", 1);
        Ok(Self { api: cloud::local_address(api, endpoint), live, distribution: site.clone(), site })
    }

    /// Returns the values of the web app's configuration that differ from the outputs of the stack.
    fn web_config(&self, account: &Account) -> Option<serde_json::Value> {
        let endpoint = account.endpoint.as_ref()?;
        Some(serde_json::json!({"endpoint": endpoint, "api": self.api, "live": self.live}))
    }
}

/// Calls the health check, the web app and the API, to verify that they answer as they must.
fn verify(account: &Account, stack: &DeployedStack, addresses: &Addresses) -> Result<()> {
    let Addresses { api, distribution, .. } = addresses;
    let [user_pool, bucket] = [stack.output("UserPoolId")?, stack.output("MediaBucket")?];
    let renditions_from = stack.output("RenditionsFrom")?;
    let patience = if account.endpoint.is_some() { LOCAL_PATIENCE } else { PATIENCE };
    progress::step("Verifying the API and the web app", || {
        let problems: Vec<String> =
            account.call(&["verify", api, distribution, user_pool, bucket, renditions_from, patience])?;
        if !problems.is_empty() {
            bail!(
                "The stack is deployed, but it does not answer as it must:\n  {}\nRun the command again in some \
                 minutes. If the problem remains, look at the logs of the functions in CloudWatch.",
                problems.join("\n  ")
            );
        }
        Ok(())
    })
}

/// Prints the addresses of the stack.
#[expect(clippy::print_stdout, reason = "prints the result of the command")]
fn print_addresses(addresses: &Addresses) {
    println!("Web app    {}", addresses.site);
    println!("API        {}", addresses.api);
    println!("Live       {}", addresses.live);
    if addresses.site != addresses.distribution {
        println!("CloudFront {} (the target of your DNS record)", addresses.distribution);
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn parse(arguments: &[&str]) -> Result<Arguments, clap::Error> {
        Program::try_parse_from([&["deploy"], arguments].concat()).map(|program| program.arguments)
    }

    #[test]
    fn deletion_takes_no_parameters_and_only_a_deletion_is_confirmed() {
        assert_eq!(parse(&[]).unwrap().stack, "albumen");
        parse(&["--destroy", "--stack", "photos", "--yes"]).unwrap();
        for arguments in
            [&["--yes"][..], &["--destroy", "--parameter", "MaxPictures=7"], &["--parameter", "MaxPictures"]]
        {
            assert!(parse(arguments).is_err(), "{arguments:?}");
        }
    }

    fn account(endpoint: Option<&str>) -> Account {
        Account { region: None, endpoint: endpoint.map(str::to_owned) }
    }

    #[test]
    fn the_parameters_follow_the_build() {
        let given = ["Architecture=x86_64", "MaxPictures=7"].map(str::to_owned);
        let on_aws = parameters(&account(None), Architecture::X86_64, &given);
        assert_eq!(on_aws, ["Architecture=x86_64", "MaxPictures=7"]);
        let local = parameters(&account(Some("http://localhost:1")), Architecture::Arm64, &given);
        assert_eq!(local, ["Architecture=arm64", "LocalEndpoint=http://localhost:1", "MaxPictures=7"]);
    }

    #[test]
    fn addresses_on_an_emulator_contain_its_port() {
        let outputs = [
            ("ApiUrl", "https://abc.execute-api.us-east-1.amazonaws.com/v1"),
            ("LiveUrl", "wss://def.execute-api.us-east-1.amazonaws.com/v1"),
        ];
        let stack = DeployedStack::with_outputs(&outputs);
        let account = account(Some("http://localhost:4740"));
        let addresses = Addresses::new(&account, &stack, "d123.cloudfront.net").unwrap();
        assert_eq!(addresses.site, "http://d123.cloudfront.localhost:4740/");
        assert_eq!(addresses.live, "ws://localhost:4740/_aws/execute-api/def/v1");
        let config = addresses.web_config(&account).unwrap();
        assert_eq!(config["api"], "http://localhost:4740/_aws/execute-api/abc/v1");
    }
}
