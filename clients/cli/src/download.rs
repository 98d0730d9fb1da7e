//! `albumen download`

use std::fs::Permissions;
use std::io::{self, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use client::Session;
use domain::ContentType;
use futures_util::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::header::RANGE;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::{Builder, NamedTempFile};
use tokio::time::{sleep, timeout};

use crate::account;
use crate::failure::Failure;
use crate::output::Output;
use crate::picture::PictureName;
use crate::{Outcome, stopped};

/// The time without a byte after which the connection counts as lost.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// The delays before further attempts after the connection was lost.
const DELAYS: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];

/// Arguments of `download`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Pictures, by the ids that `list` prints
    #[arg(required = true, value_name = "ID", value_parser = PictureName::parse)]
    pictures: Vec<PictureName>,
    /// The file for the picture, or the folder for several: by default the current one. A file with
    /// this name is replaced
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
}

/// Runs the command. Goes on with the other pictures if one cannot be downloaded.
///
/// # Errors
/// Returns a failure if nobody is signed in, or if several pictures would have the same file.
pub async fn run(arguments: Arguments, output: &Output) -> Result<Outcome, Failure> {
    let Arguments { pictures, output: path } = arguments;
    let path = path.unwrap_or_default();
    if pictures.len() > 1 && !is_folder(&path) {
        let path = path.display();
        return Err(Failure::Usage(format!("{path} is not a folder. Name a folder for several pictures.")));
    }
    let session = account::session(output).await?;
    let mut outcome = Outcome::Complete;
    for picture in pictures {
        let result = tokio::select! {
            result = download(&session, picture, &path, output) => result,
            () = stopped() => return Err(Failure::Failed("Stopped. The file is not complete and is deleted.".into())),
        };
        match result {
            Ok(file) => {
                let file = file.display().to_string();
                output.line(&file)?;
                output.record(&json!({"id": picture.id, "file": file, "status": "downloaded"}))?;
            }
            Err(failure) => {
                outcome = Outcome::Incomplete;
                output
                    .failed(&json!({"id": picture.id, "file": Value::Null, "status": "failed"}), &failure)?;
            }
        }
    }
    Ok(outcome)
}

/// Downloads the original of a picture, and returns the path of the complete file.
async fn download(
    session: &Session,
    name: PictureName,
    path: &Path,
    output: &Output,
) -> Result<PathBuf, Failure> {
    let picture = name.call(session, Method::GET).await?;
    let file = if is_folder(path) { path.join(file_name(&picture)) } else { path.to_owned() };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let disk_error = |error: io::Error| Failure::file("write", &file, &error);
    if file.symlink_metadata().is_ok_and(|metadata| !metadata.is_file()) {
        let file = file.display();
        return Err(Failure::Failed(format!(
            "{file} is not a file, so it is not replaced. Name another file."
        )));
    }
    let permissions = Permissions::from_mode(0o666);
    let created = Builder::new().prefix(".albumen-").permissions(permissions).tempfile_in(folder);
    let mut temporary = created.map_err(disk_error)?;
    let bar = progress_bar(&picture, output);
    let mut delays = DELAYS.into_iter();
    while let Err(error) = receive(session, name, &mut temporary, &bar).await {
        match (error, delays.next()) {
            (ReceiveError::Connection, Some(delay)) => {
                output.note("The connection is lost. The download continues where it ended.");
                sleep(delay).await;
            }
            (ReceiveError::Connection, None) => {
                return Err(Failure::Failed(
                    "The connection was lost several times. Check your network and try again.".into(),
                ));
            }
            (ReceiveError::Disk(error), _) => return Err(disk_error(error)),
            (ReceiveError::Other(failure), _) => return Err(failure),
        }
    }
    bar.finish_and_clear();
    temporary.as_file().sync_all().map_err(disk_error)?;
    temporary.persist(&file).map_err(|error| disk_error(error.error))?;
    Ok(file)
}

/// The reason why an attempt failed.
enum ReceiveError {
    /// The next attempt continues.
    Connection,
    Disk(io::Error),
    Other(Failure),
}

/// Appends the missing bytes to the file.
async fn receive(
    session: &Session,
    name: PictureName,
    file: &mut NamedTempFile,
    bar: &ProgressBar,
) -> Result<(), ReceiveError> {
    // Each attempt has a URL of its own: they expire within 15 minutes.
    let picture = name.call(session, Method::GET).await.map_err(ReceiveError::Other)?;
    let length = picture["bytes"].as_u64().unwrap_or_default();
    let Some(url) = picture["original"]["url"].as_str() else {
        return Err(ReceiveError::Other(no_original(&picture)));
    };
    let mut received = file.as_file_mut().seek(io::SeekFrom::End(0)).map_err(ReceiveError::Disk)?;
    if received == length {
        return Ok(());
    }
    let response = request(url, received).await?;
    if response.status() == StatusCode::OK && received > 0 {
        file.as_file_mut().set_len(0).and_then(|()| file.rewind()).map_err(ReceiveError::Disk)?;
        received = 0;
    }
    bar.set_position(received);
    let mut body = response.bytes_stream();
    while let Some(chunk) = timeout(STALL_TIMEOUT, body.next()).await.map_err(|_| ReceiveError::Connection)? {
        let chunk = chunk.map_err(|_| ReceiveError::Connection)?;
        file.write_all(&chunk).map_err(ReceiveError::Disk)?;
        received += chunk.len() as u64;
        bar.set_position(received);
    }
    if received == length { Ok(()) } else { Err(ReceiveError::Connection) }
}

/// Requests the bytes after the first `received` ones.
async fn request(url: &str, received: u64) -> Result<Response, ReceiveError> {
    let http = reqwest::Client::builder().connect_timeout(STALL_TIMEOUT).build();
    let http = http.map_err(|_| ReceiveError::Connection)?;
    let mut request = http.get(url);
    if received > 0 {
        request = request.header(RANGE, format!("bytes={received}-"));
    }
    let response = timeout(STALL_TIMEOUT, request.send()).await.map_err(|_| ReceiveError::Connection)?;
    let response = response.map_err(|_| ReceiveError::Connection)?;
    match response.status() {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT => Ok(response),
        status if status.is_server_error() => Err(ReceiveError::Connection),
        status => Err(ReceiveError::Other(Failure::Failed(format!(
            "The storage refused the original with status {status}. Try again in a moment."
        )))),
    }
}

fn no_original(picture: &Value) -> Failure {
    let id = picture["id"].as_str().unwrap_or_default();
    Failure::Failed(match picture["state"].as_str() {
        Some("awaitingUpload") => format!("The picture {id} is not uploaded yet."),
        _ => format!("You cannot download the original of {id}. Only its owner can."),
    })
}

/// Returns `true` if files go into a folder. An empty path is the current folder.
fn is_folder(path: &Path) -> bool {
    path.as_os_str().is_empty() || path.is_dir()
}

fn file_name(picture: &Value) -> String {
    let id = picture["id"].as_str().unwrap_or_default();
    let content_type = picture["contentType"].as_str().and_then(ContentType::parse);
    match content_type {
        Some(content_type) => format!("{id}.{}", content_type.extension()),
        None => id.to_owned(),
    }
}

fn progress_bar(picture: &Value, output: &Output) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:24} {decimal_bytes}/{decimal_total_bytes} {eta}");
    let bar = ProgressBar::new(picture["bytes"].as_u64().unwrap_or_default());
    output.progress().add(bar).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
