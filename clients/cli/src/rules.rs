//! `albumen rules`

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::pin::pin;

use client::{ClientError, RuleCase, RuleResult, RuleToEvaluate, Session};
use domain::{PictureId, PictureKey};
use futures_util::{StreamExt, TryStreamExt};
use serde_json::{Value, json};

use crate::account;
use crate::failure::Failure;
use crate::output::Output;
use crate::picture::PictureName;
use crate::rule_file::RuleFile;
use crate::{Outcome, list, lists};

/// The number of newest pictures that the API searches for ready ones.
const MAX_PICTURES_READ: usize = 300;

/// Arguments of `rules`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Evaluate a rule for your newest pictures, and list those for which it is true
    Test(TestArguments),
}

#[derive(Debug, clap::Args)]
struct TestArguments {
    /// The file of the rule, or `-` for standard input
    file: PathBuf,
    /// The largest number of pictures to evaluate
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u8).range(1..=100))]
    limit: u8,
    /// A picture of yours for which the rule must be true. You can repeat this option
    #[arg(long, value_name = "PICTURE", value_parser = PictureName::parse)]
    expect_match: Vec<PictureName>,
    /// A picture of yours for which the rule must be false. You can repeat this option
    #[arg(long, value_name = "PICTURE", value_parser = PictureName::parse)]
    expect_no_match: Vec<PictureName>,
}

impl TestArguments {
    /// Returns the pictures with the expected results.
    fn cases(&self, session: &Session) -> Vec<RuleCase> {
        let case = |picture: &PictureName, expect| {
            let picture = PictureKey { owner_id: picture.owner(session), picture_id: picture.id };
            RuleCase { picture, expect }
        };
        let matches = self.expect_match.iter().map(|picture| case(picture, true));
        matches.chain(self.expect_no_match.iter().map(|picture| case(picture, false))).collect()
    }
}

/// Runs the command.
///
/// # Errors
/// Returns a failure if nobody is signed in, or if the rule has an error.
pub async fn run(arguments: Arguments, output: &Output) -> Result<Outcome, Failure> {
    let Command::Test(arguments) = arguments.command;
    let file = RuleFile::read(&arguments.file)?;
    test(&account::session(output).await?, &file, &arguments, output).await
}

async fn test(
    session: &Session,
    file: &RuleFile,
    arguments: &TestArguments,
    output: &Output,
) -> Result<Outcome, Failure> {
    let (code, cases) = (file.code.clone(), arguments.cases(session));
    let rule = RuleToEvaluate { code, limit: arguments.limit, cases };
    let evaluation = session.evaluate_rule(&rule).await.map_err(explain)?;
    for RuleResult { picture_id, matches } in &evaluation.results {
        output.record(&json!({"id": picture_id, "matches": matches}))?;
    }
    if !output.is_json() && (evaluation.error.is_none() || !evaluation.results.is_empty()) {
        let is_complete = evaluation.error.is_none();
        print_matches(session, &evaluation.results, is_complete, output).await?;
    }
    let mut outcome = Outcome::Complete;
    for (case, holds) in rule.cases.iter().zip(&evaluation.cases) {
        let RuleCase { picture: PictureKey { picture_id: id, .. }, expect } = case;
        let record = json!({"id": id, "expect": expect, "holds": holds});
        if *holds {
            output.record(&record)?;
        } else {
            outcome = Outcome::Incomplete;
            output.failed(&record, &Failure::Failed(describe_case(*id, *expect)))?;
        }
    }
    match evaluation.error {
        Some(error) => Err(file.locate(error)),
        None => Ok(outcome),
    }
}

/// Prints the pictures for which the rule is true, as `list` does. `is_complete`: the rule has a
/// result for each evaluated picture.
async fn print_matches(
    session: &Session,
    results: &[RuleResult],
    is_complete: bool,
    output: &Output,
) -> Result<(), Failure> {
    let matches = results.iter().filter(|result| result.matches).map(|result| result.picture_id);
    let matches: BTreeSet<_> = matches.collect();
    let note = match results.len() {
        0 => "You have no pictures that are ready. Run `albumen upload PATH`.".into(),
        all if is_complete => format!("The rule is true for {} of {all} pictures.", matches.len()),
        all => format!("The rule is true for {} of the {all} pictures with a result.", matches.len()),
    };
    if !matches.is_empty() {
        let mut table = list::table();
        for picture in read(session, matches).await? {
            table.add(list::row(&picture, session));
        }
        table.print(output, "You deleted these pictures during the test.")?;
    }
    output.note(&note);
    Ok(())
}

/// Reads those of the newest pictures that have these ids, newest first.
async fn read(session: &Session, mut ids: BTreeSet<PictureId>) -> Result<Vec<Value>, Failure> {
    let path = format!("/users/{}/pictures", session.user());
    let mut newest = pin!(lists::items(session, &path).take(MAX_PICTURES_READ));
    let mut found = Vec::with_capacity(ids.len());
    while !ids.is_empty()
        && let Some(picture) = newest.try_next().await?
    {
        let id = picture["id"].as_str().and_then(|id| id.parse().ok());
        if id.is_some_and(|id: PictureId| ids.remove(&id)) {
            found.push(picture);
        }
    }
    Ok(found)
}

/// Describes a case for which the rule does not have the expected result.
fn describe_case(picture: PictureId, expect: bool) -> String {
    let option = if expect { "--expect-match" } else { "--expect-no-match" };
    format!("The rule is not {expect} for {picture}. Correct the rule, or the option `{option}`.")
}

/// Explains the reply for a picture that does not exist, which could be any of those with an
/// expected result.
fn explain(error: ClientError) -> Failure {
    match error {
        ClientError::Rejected { code: 404, .. } => Failure::Failed(
            "One of the pictures with an expected result does not exist, or is not yours. `albumen list` \
             lists your pictures."
                .into(),
        ),
        error => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::OutputArguments;
    use crate::upload::test_server::{Picture, serve, sign_in};
    use clap::Parser;

    const ID: &str = "019ad2c4-0000-7000-8000-000000000001";

    /// Runs `rules test` with these options. Returns the result and the body that the server
    /// received.
    async fn test_with(options: &[&str], evaluation: Value) -> (Result<Outcome, Failure>, Value) {
        #[derive(Parser)]
        struct Program {
            #[command(flatten)]
            arguments: TestArguments,
        }
        let (server, address) = serve().await;
        server.lock().unwrap().evaluation = evaluation;
        let session = sign_in(&address).await;
        let file = RuleFile { name: "rule.py".into(), code: "True".into() };
        let output = Output::new(&OutputArguments { json: true, ..OutputArguments::default() });
        let words = ["test", "rule.py"].into_iter().chain(options.iter().copied());
        let Program { arguments } = Program::parse_from(words);
        let result = test(&session, &file, &arguments, &output).await;
        let evaluated = server.lock().unwrap().evaluated.take();
        (result, evaluated)
    }

    #[tokio::test]
    async fn a_test_fails_if_a_picture_has_another_result_than_expected() {
        let options = ["--expect-match", ID, "--expect-no-match", ID, "--limit", "7"];
        let reply = |cases: [bool; 2]| json!({ "results": [], "cases": cases });
        let (result, body) = test_with(&options, reply([true, true])).await;
        assert_eq!(result.unwrap(), Outcome::Complete);
        let picture = json!({ "ownerId": "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d", "pictureId": ID });
        let cases = [true, false].map(|expect| json!({ "picture": picture, "expect": expect }));
        assert_eq!(body, json!({ "code": "True", "limit": 7, "cases": cases }));
        let (result, _) = test_with(&options, reply([true, false])).await;
        assert_eq!(result.unwrap(), Outcome::Incomplete);
    }

    #[tokio::test]
    async fn an_error_has_the_position_in_the_file() {
        let error = json!({ "line": 2, "column": 9, "message": "The reason." });
        let results = json!([{ "pictureId": ID, "matches": true }]);
        let reply = json!({ "results": results, "cases": [], "error": error });
        let (result, _) = test_with(&[], reply).await;
        assert_eq!(result.unwrap_err().to_string(), "rule.py:2:9: The reason.");
    }

    #[tokio::test]
    async fn reads_the_pictures_for_which_the_rule_is_true() {
        let (server, address) = serve().await;
        let session = sign_in(&address).await;
        let ids = [PictureId::new(), PictureId::new(), PictureId::new()];
        for id in &ids[..2] {
            server.lock().unwrap().pictures.insert(id.to_string(), Picture::default());
        }
        let pictures = read(&session, BTreeSet::from([ids[0], ids[2]])).await.unwrap();
        let found: Vec<_> = pictures.iter().map(|picture| &picture["id"]).collect();
        assert_eq!(found, [&json!(ids[0])], "the last one was deleted");
        let output = Output::new(&OutputArguments::default());
        let results = ids.map(|picture_id| RuleResult { picture_id, matches: true });
        print_matches(&session, &results, true, &output).await.unwrap();
    }
}
