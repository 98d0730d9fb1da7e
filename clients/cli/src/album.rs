//! `albumen album`

use std::path::PathBuf;
use std::pin::pin;

use client::{NewAlbum, Session};
use domain::{AlbumId, Visibility};
use futures_util::TryStreamExt;
use reqwest::Method;
use serde_json::Value;

use crate::Outcome;
use crate::account;
use crate::arguments::parse_visibility;
use crate::failure::Failure;
use crate::lists;
use crate::output::{Output, Table, format_count};
use crate::rule_file::RuleFile;

/// Arguments of `album`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

impl Arguments {
    /// Returns `true` if the command has no effect except its output.
    pub fn only_prints(&self) -> bool {
        matches!(self.command, Command::List)
    }
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Create an album
    Create(CreateArguments),
    /// List your own albums and those that you joined, last changed first
    List,
}

#[derive(Debug, clap::Args)]
struct CreateArguments {
    /// The title, of at most 100 characters
    title: String,
    /// The description of the album
    #[arg(long)]
    description: Option<String>,
    /// The people who see the album: `private`, `friends` or `public`
    #[arg(long, default_value = "private", value_parser = parse_visibility)]
    visibility: Visibility,
    /// The file of a rule, or `-` for standard input. The album then contains those of your
    /// pictures for which the rule is true
    #[arg(long, value_name = "FILE")]
    rule: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Returns a failure if nobody is signed in, or if the site rejects the call.
pub async fn run(arguments: Arguments, output: &Output) -> Result<Outcome, Failure> {
    match arguments.command {
        Command::Create(arguments) => {
            let CreateArguments { title, description, visibility, rule } = arguments;
            let file = rule.as_deref().map(RuleFile::read).transpose()?;
            let rule = file.as_ref().map(|file| file.code.clone());
            let album = NewAlbum { title, description, visibility, rule };
            create(&account::session(output).await?, &album, file.as_ref(), output).await
        }
        Command::List => list(&account::session(output).await?, output).await,
    }
}

/// Creates an album, with the rule in `file` if there is one.
async fn create(
    session: &Session,
    album: &NewAlbum,
    file: Option<&RuleFile>,
    output: &Output,
) -> Result<Outcome, Failure> {
    let album = match (session.create_album(album).await, file) {
        (Ok(album), _) => album,
        (Err(refusal), Some(file)) => return Err(file.explain(session, refusal).await),
        (Err(error), None) => return Err(error.into()),
    };
    output.line(album["id"].as_str().unwrap_or_default())?;
    output.record(&album)?;
    Ok(Outcome::Complete)
}

async fn list(session: &Session, output: &Output) -> Result<Outcome, Failure> {
    let mut table = Table::new(["ID", "PICTURES", "ROLE", "VISIBILITY", "TITLE"]);
    let mut albums = pin!(lists::items(session, "/albums"));
    while let Some(album) = albums.try_next().await? {
        let text = |name: &str| album[name].as_str().unwrap_or_default().to_owned();
        let count = format_count(album["count"].as_u64().unwrap_or_default());
        table.add([text("id"), count, text("role"), text("visibility"), text("title")]);
        output.record(&album)?;
    }
    table.print(output, "You have no albums. Run `albumen album create TITLE`.")?;
    Ok(Outcome::Complete)
}

/// Finds an album that the person sees by its id, or one of their own and joined ones by its title.
///
/// # Errors
/// Returns a failure if no album or several albums have the title.
pub async fn find(session: &Session, name: &str) -> Result<Value, Failure> {
    if let Ok(id) = name.parse::<AlbumId>() {
        let answer = session.call(Method::GET, &format!("/albums/{id}"), None).await?;
        if answer.code != 404 {
            return Ok(answer.ok()?);
        }
    }
    let mut named = Vec::new();
    let mut albums = pin!(lists::items(session, "/albums"));
    while let Some(album) = albums.try_next().await? {
        if album["title"].as_str() == Some(name.trim()) {
            named.push(album);
        }
    }
    match named.len() {
        1 => Ok(named.remove(0)),
        0 => {
            Err(Failure::Failed(format!("There is no album {name}. `albumen album list` lists your albums.")))
        }
        _ => Err(Failure::Failed(describe_several(name))),
    }
}

/// Explains that a title names several albums.
pub fn describe_several(title: &str) -> String {
    format!("Several albums have the title {title}. Name one by its id, which `albumen album list` prints.")
}
