//! `albumen delete`

use reqwest::Method;
use serde_json::json;

use crate::Outcome;
use crate::account;
use crate::ask::ask;
use crate::failure::Failure;
use crate::output::Output;
use crate::picture::PictureName;

/// Arguments of `delete`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Pictures, by the ids that `list` prints
    #[arg(required = true, value_name = "ID", value_parser = PictureName::parse)]
    pictures: Vec<PictureName>,
    /// Delete without asking
    #[arg(long, short)]
    yes: bool,
}

/// Runs the command. Goes on with the other pictures if one cannot be deleted.
///
/// # Errors
/// Returns a failure if nobody is signed in, or if the person does not agree.
pub async fn run(arguments: Arguments, output: &Output) -> Result<Outcome, Failure> {
    if !arguments.yes && !agrees(arguments.pictures.len())? {
        return Err(Failure::Failed("You did not confirm, so nothing was deleted.".into()));
    }
    let session = account::session(output).await?;
    let mut outcome = Outcome::Complete;
    for picture in arguments.pictures {
        match picture.call(&session, Method::DELETE).await {
            Ok(_) => {
                output.line(&format!("Deleted {}.", picture.id))?;
                output.record(&json!({"id": picture.id, "status": "deleted"}))?;
            }
            Err(failure) => {
                outcome = Outcome::Incomplete;
                output.failed(&json!({"id": picture.id, "status": "failed"}), &failure)?;
            }
        }
    }
    Ok(outcome)
}

fn agrees(count: usize) -> Result<bool, Failure> {
    let pictures = if count == 1 { "this picture".into() } else { format!("these {count} pictures") };
    let without_terminal = "Add `--yes`: there is no terminal to ask whether to delete.";
    let answer = ask(&format!("Delete {pictures} for good? [y/N]"), without_terminal)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}
