//! `albumen album`

use std::pin::pin;

use client::Session;
use domain::{AlbumId, Visibility};
use futures_util::TryStreamExt;
use reqwest::Method;
use serde_json::{Value, json};

use crate::Outcome;
use crate::account;
use crate::arguments::parse_visibility;
use crate::failure::Failure;
use crate::lists;
use crate::output::{Output, Table, format_count};

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
}

/// Runs the command.
///
/// # Errors
/// Returns a failure if nobody is signed in, or if the site rejects the call.
pub async fn run(arguments: Arguments, output: &Output) -> Result<Outcome, Failure> {
    let session = account::session(output).await?;
    match arguments.command {
        Command::Create(arguments) => create(&session, arguments, output).await,
        Command::List => list(&session, output).await,
    }
}

async fn create(session: &Session, arguments: CreateArguments, output: &Output) -> Result<Outcome, Failure> {
    let CreateArguments { title, description, visibility } = arguments;
    let mut album = json!({"title": title, "visibility": visibility});
    if let Some(description) = description {
        album["description"] = description.into();
    }
    let album = session.call(Method::POST, "/albums", Some(&album)).await?.ok()?;
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
