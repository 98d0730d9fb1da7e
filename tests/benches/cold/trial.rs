//! One cold start, from exec to the first reply.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;
use store::{Error, Table};

use crate::certificate::Identity;
use crate::dynamodb;
use crate::process::Process;
use crate::report::Cost;
use crate::runtime_api::RuntimeApi;

/// The limits of each member, which no call reaches.
const QUOTAS: &str = r#"{"pictures": 9, "bytes": 9, "picturesPerDay": 9, "bytesPerDay": 9,
    "openRegistrations": 9, "commentsPerHour": 9, "friendRequestsPerDay": 9, "devices": 9, "connections": 9}"#;

/// A program to start.
pub struct Program {
    pub path: PathBuf,
    /// The file of certificates that it trusts.
    pub trusted: PathBuf,
    pub call: Call,
}

/// The event of an invocation, and a field of the `data` of its reply with the expected value.
#[derive(Clone)]
pub struct Call {
    pub event: Value,
    pub reply: (&'static str, Value),
}

/// The endpoints of a cold start.
pub struct Trial {
    runtime: RuntimeApi,
    dynamodb_url: String,
}

impl Trial {
    pub fn new(identity: Identity) -> Result<Self, Error> {
        Ok(Self { runtime: RuntimeApi::start()?, dynamodb_url: dynamodb::start(identity)? })
    }

    /// Measures one cold start of `program`.
    ///
    /// # Errors
    /// Returns an error if the program does not start, or if its reply is unexpected.
    pub fn run(&self, program: &Program) -> Result<Cost, Error> {
        let started = Instant::now();
        let process = Process::start(&mut self.command(program))?;
        let connection = self.runtime.next()?;
        let until_poll = started.elapsed();
        let cpu_to_poll = process.cpu_when_idle()?;
        let invoked = Instant::now();
        let reply = self.runtime.invoke(connection, &program.call.event.to_string())?;
        let wall = until_poll + invoked.elapsed();
        let cpu = process.cpu_when_idle()?;
        check(&reply, &program.call).map_err(|error| format!("{}: {error}", program.path.display()))?;
        Ok(Cost {
            cpu: millis(cpu),
            cpu_to_poll: millis(cpu_to_poll),
            wall: millis(wall),
            memory: process.peak_memory()?,
        })
    }

    /// Builds the command with an environment that contains no settings of the developer.
    fn command(&self, program: &Program) -> Command {
        let mut command = Command::new(&program.path);
        command.env_clear().stdin(Stdio::null()).stdout(Stdio::null());
        command.envs([
            ("AWS_LAMBDA_FUNCTION_NAME", "cold"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "EXAMPLE"),
            ("AWS_SESSION_TOKEN", "EXAMPLE"),
            ("AWS_ENDPOINT_URL", &self.dynamodb_url),
            ("LIVE_DOMAIN", "live.example.org"),
            ("LIVE_STAGE", "v1"),
            ("QUOTAS", QUOTAS),
        ]);
        command.envs(Table::ALL.map(|table| (table.variable(), format!("{table:?}"))));
        command.env("AWS_LAMBDA_RUNTIME_API", self.runtime.address.to_string());
        // The function reads the first variable, the baseline the second.
        command.env("AWS_CA_BUNDLE", &program.trusted).env("SSL_CERT_FILE", &program.trusted);
        command
    }
}

/// Returns an error if the reply does not have the expected field.
fn check(reply: &[u8], call: &Call) -> Result<(), Error> {
    let (field, expected) = &call.reply;
    let reply: Value = serde_json::from_slice(reply)?;
    let body: Value = serde_json::from_str(reply["body"].as_str().unwrap_or_default())?;
    match reply["statusCode"] == 200 && body["data"][*field] == *expected {
        true => Ok(()),
        false => Err(format!("an unexpected reply: {reply}").into()),
    }
}

fn millis(duration: std::time::Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
