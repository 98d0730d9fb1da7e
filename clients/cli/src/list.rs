//! `albumen list`

use std::pin::pin;

use client::Session;
use futures_util::TryStreamExt;
use serde_json::Value;

use crate::Outcome;
use crate::account;
use crate::album;
use crate::failure::Failure;
use crate::lists;
use crate::output::{Output, Table, format_bytes};
use crate::picture::name_of;

/// Arguments of `list`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// List the pictures of this album, by its id or title
    #[arg(long)]
    album: Option<String>,
    /// The largest number of pictures to list
    #[arg(long, default_value_t = 50, conflicts_with = "all", value_parser = clap::value_parser!(u64).range(1..))]
    limit: u64,
    /// List all pictures
    #[arg(long)]
    all: bool,
}

/// Runs the command.
///
/// # Errors
/// Returns a failure if nobody is signed in, or if the album does not exist.
pub async fn run(arguments: Arguments, output: &Output) -> Result<Outcome, Failure> {
    let session = account::session(output).await?;
    let path = match &arguments.album {
        Some(name) => {
            let album = album::find(&session, name).await?;
            format!("/albums/{}/pictures", album["id"].as_str().unwrap_or_default())
        }
        None => format!("/users/{}/pictures", session.user()),
    };
    let limit = if arguments.all { u64::MAX } else { arguments.limit };
    let mut table = table();
    let (mut count, mut more) = (0, false);
    let mut pictures = pin!(lists::items(&session, &path));
    while let Some(picture) = pictures.try_next().await? {
        if count == limit {
            more = true;
            break;
        }
        count += 1;
        table.add(row(&picture, &session));
        output.record(&picture)?;
    }
    let empty = match arguments.album {
        Some(_) => "The album is empty.",
        None => "You have no pictures. Run `albumen upload PATH`.",
    };
    table.print(output, empty)?;
    if more {
        output.note("More pictures follow. Add `--limit NUMBER` or `--all`.");
    }
    Ok(Outcome::Complete)
}

/// Returns the table of pictures, without rows.
pub fn table() -> Table<6> {
    Table::new(["ID", "TAKEN", "SIZE", "VISIBILITY", "STATE", "CAPTION"])
}

/// Returns the row of a picture.
pub fn row(picture: &Value, session: &Session) -> [String; 6] {
    let text = |field: &str| picture[field].as_str().unwrap_or_default();
    let taken = text("takenAt").get(..16).map(|time| time.replace('T', " ")).unwrap_or_default();
    let size = picture["bytes"].as_u64().map(format_bytes).unwrap_or_default();
    let caption = text("caption").lines().next().unwrap_or_default().to_owned();
    [name_of(picture, session), taken, size, text("visibility").into(), text("state").into(), caption]
}
