//! `cargo dev deploy --destroy`

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::{BufRead, IsTerminal};

use anyhow::{Result, bail, ensure};
use serde::Deserialize;

use super::checks;
use crate::account::Account;
use crate::progress;

/// A resource of a stack.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    /// The logical id.
    id: String,
    /// The physical id, which is the name of a bucket or table.
    name: String,
    #[serde(rename = "type")]
    kind: String,
    /// Whether the resource remains when the stack is deleted.
    is_kept: bool,
}

/// The effects of the deletion of a stack.
#[derive(Debug)]
struct Plan {
    deleted: Vec<Resource>,
    kept: Vec<Resource>,
}

impl Plan {
    fn new(resources: Vec<Resource>) -> Self {
        let (kept, deleted) = resources.into_iter().partition(|resource| resource.is_kept);
        Self { deleted, kept }
    }

    /// Returns the buckets that CloudFormation can only delete when they are empty.
    fn buckets(&self) -> impl Iterator<Item = &Resource> {
        self.deleted.iter().filter(|resource| resource.kind == "AWS::S3::Bucket" && !resource.name.is_empty())
    }

    /// Returns what is deleted and what remains, for the developer.
    fn describe(&self, stack: &str, region: &str) -> String {
        let mut text = format!(
            "The stack {stack} in {region} has {} resources.\n",
            self.deleted.len() + self.kept.len()
        );
        let mut counts = BTreeMap::<&str, usize>::new();
        for resource in &self.deleted {
            *counts.entry(&resource.kind).or_default() += 1;
        }
        let counts: Vec<_> = counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let _ = writeln!(text, "\nDeleted for good:\n  {}", counts.join(", "));
        for bucket in self.buckets() {
            let _ = writeln!(text, "  all files in the bucket {}", bucket.name);
        }
        if !self.kept.is_empty() {
            let _ = writeln!(text, "\nKept, with the accounts, pictures and comments:");
        }
        for resource in &self.kept {
            let _ = writeln!(text, "  {} {} ({})", resource.kind, resource.name, resource.id);
        }
        text
    }

    /// Returns the commands that delete what the stack has kept.
    fn clean_up(&self, account: &Account, region: &str) -> Vec<String> {
        self.kept.iter().map(|kept| removal(account, region, &kept.kind, &kept.name)).collect()
    }
}

/// Returns the command that deletes a resource that is in no stack, with its content.
pub(super) fn removal(account: &Account, region: &str, kind: &str, name: &str) -> String {
    let variables = account.shell_variables(region);
    format!("{variables} .local/venv/bin/python local/python/stacks.py remove {kind} {name}")
}

/// The caller of AWS.
#[derive(Debug, Deserialize)]
struct Caller {
    caller: String,
    region: String,
}

/// Deletes a stack after a question, which `is_confirmed` answers.
pub(super) fn run(account: &Account, stack: &str, is_confirmed: bool) -> Result<()> {
    let caller: Caller = account.call(&["account"])?;
    let Some(deployed) = checks::find_stack(account, stack)? else {
        bail!("There is no stack {stack} in {}. Check `--stack` and `--region`.", caller.region);
    };
    deployed.ensure_ours(stack)?;
    ensure!(
        !deployed.is_protected,
        "The stack {stack} has termination protection. Run `{} aws cloudformation \
         update-termination-protection --no-enable-termination-protection --stack-name {stack}` first.",
        account.shell_variables(&caller.region)
    );
    ensure!(
        !deployed.status.ends_with("IN_PROGRESS") || deployed.status == "REVIEW_IN_PROGRESS",
        "The stack {stack} is in the state {}. Wait until it is complete, then try again.",
        deployed.status
    );
    let plan = Plan::new(account.call(&["resources", stack])?);
    progress::note(&format!("{} in {}", caller.caller, caller.region));
    eprintln!("{}", plan.describe(stack, &caller.region));
    if !is_confirmed {
        let input = std::io::stdin();
        ask(stack, input.lock(), input.is_terminal())?;
    }
    delete(account, stack, &plan)?;
    print_remains(stack, &plan.clean_up(account, &caller.region));
    Ok(())
}

/// Asks for the name of the stack. Returns an error if `input` is no terminal, or has another name.
fn ask(stack: &str, mut input: impl BufRead, is_terminal: bool) -> Result<()> {
    ensure!(is_terminal, "Nothing is deleted. Add `--yes` to delete the stack without a question.");
    eprint!("Type the name of the stack to delete it: ");
    let mut answer = String::new();
    input.read_line(&mut answer)?;
    ensure!(answer.trim() == stack, "Nothing is deleted, because the name differs.");
    Ok(())
}

fn delete(account: &Account, stack: &str, plan: &Plan) -> Result<()> {
    for bucket in plan.buckets() {
        progress::step(&format!("Emptying the bucket {}", bucket.name), || {
            let count: u64 = account.call(&["empty", &bucket.name])?;
            progress::note(&format!("{count} files deleted"));
            Ok(())
        })?;
    }
    progress::step(&format!("Deleting the stack {stack} (CloudFront takes some minutes)"), || {
        account.call::<Option<()>>(&["delete", stack])
    })?;
    Ok(())
}

/// Prints what remains, and how to delete that, too.
#[expect(clippy::print_stdout, reason = "prints the result of the command")]
fn print_remains(stack: &str, commands: &[String]) {
    println!("The stack {stack} is deleted.");
    if !commands.is_empty() {
        println!("\nTo delete what remains for good, with the accounts and pictures of all members:\n");
        println!("{}", commands.join("\n"));
        println!(
            "\nBefore you deploy a stack with the same name again, delete at least its bucket. Another name needs no \
             deletion. A new stack is empty: it does not continue with what remains."
        );
    }
    println!("\nThe bucket of the SAM CLI (aws-sam-cli-managed-default) keeps the programs below {stack}/.");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(id: &str, kind: &str, is_kept: bool) -> Resource {
        let name = format!("photos-{id}").to_lowercase();
        Resource { id: id.to_owned(), name, kind: kind.to_owned(), is_kept }
    }

    fn account(endpoint: Option<&str>) -> Account {
        Account { region: None, endpoint: endpoint.map(str::to_owned) }
    }

    fn plan() -> Plan {
        Plan::new(vec![
            resource("FeedsTable", "AWS::DynamoDB::Table", false),
            resource("ReceiptsTable", "AWS::DynamoDB::Table", false),
            resource("PicturesTable", "AWS::DynamoDB::Table", true),
            resource("WebBucket", "AWS::S3::Bucket", false),
            resource("MediaBucket", "AWS::S3::Bucket", true),
            resource("UserPool", "AWS::Cognito::UserPool", true),
        ])
    }

    #[test]
    fn describes_what_is_deleted_and_what_is_kept() {
        let expected = "\
The stack photos in eu-central-1 has 6 resources.

Deleted for good:
  2 AWS::DynamoDB::Table, 1 AWS::S3::Bucket
  all files in the bucket photos-webbucket

Kept, with the accounts, pictures and comments:
  AWS::DynamoDB::Table photos-picturestable (PicturesTable)
  AWS::S3::Bucket photos-mediabucket (MediaBucket)
  AWS::Cognito::UserPool photos-userpool (UserPool)
";
        assert_eq!(plan().describe("photos", "eu-central-1"), expected);
    }

    #[test]
    fn only_buckets_that_are_deleted_are_emptied() {
        let plan = plan();
        let names: Vec<_> = plan.buckets().map(|bucket| bucket.name.as_str()).collect();
        assert_eq!(names, ["photos-webbucket"]);
    }

    #[test]
    fn each_kept_resource_has_a_command_that_deletes_it() {
        let commands = [
            "remove AWS::DynamoDB::Table photos-picturestable",
            "remove AWS::S3::Bucket photos-mediabucket",
            "remove AWS::Cognito::UserPool photos-userpool",
        ]
        .map(|command| {
            format!(
                "AWS_REGION=eu-central-1 AWS_DEFAULT_REGION=eu-central-1 .local/venv/bin/python \
                 local/python/stacks.py {command}"
            )
        });
        assert_eq!(plan().clean_up(&account(None), "eu-central-1"), commands);
    }

    #[test]
    fn the_commands_for_an_emulator_call_no_aws() {
        let commands = plan().clean_up(&account(Some("http://localhost:4566")), "us-east-1");
        assert_eq!(commands.len(), 3);
        for command in commands {
            let (variables, _) = command.split_once(" .local/venv/bin/python ").unwrap();
            let variables: Vec<_> = variables.split(' ').collect();
            for expected in [
                "AWS_ENDPOINT_URL=http://localhost:4566",
                "AWS_ACCESS_KEY_ID=test",
                "AWS_SECRET_ACCESS_KEY=test",
            ] {
                assert!(variables.contains(&expected), "{command}");
            }
        }
    }

    #[test]
    fn a_script_must_confirm_the_deletion() {
        let error = ask("photos", &b"photos\n"[..], false).unwrap_err().to_string();
        assert!(error.contains("--yes"), "{error}");
    }

    #[test]
    fn a_person_types_the_name_of_the_stack() {
        ask("photos", &b"photos\n"[..], true).unwrap();
        for answer in ["", "\n", "y\n", "albumen\n"] {
            let error = ask("photos", answer.as_bytes(), true).unwrap_err().to_string();
            assert!(error.contains("Nothing is deleted"), "{answer:?}: {error}");
        }
    }
}
