//! `albumen download`

pub mod original;

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use client::Session;
use domain::ContentType;
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::{Builder, NamedTempFile};

use crate::account;
use crate::failure::Failure;
use crate::output::Output;
use crate::picture::PictureName;
use crate::{Outcome, stopped};
use original::{Progress, ReceiveError, Receiver};

/// Begins the names of incomplete files.
const TEMPORARY: &str = ".albumen-download-";

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
    let receiver = Receiver::new()?;
    let mut outcome = Outcome::Complete;
    for picture in pictures {
        let result = tokio::select! {
            result = download(&session, &receiver, picture, &path, output) => result,
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
    receiver: &Receiver,
    name: PictureName,
    path: &Path,
    output: &Output,
) -> Result<PathBuf, Failure> {
    let picture = name.call(session, Method::GET).await?;
    let Some(url) = picture["original"]["url"].as_str() else {
        return Err(no_original(&picture, name.owner(session) == session.user()));
    };
    let file = if is_folder(path) { path.join(file_name(&picture)) } else { path.to_owned() };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let disk_error = |error: io::Error| Failure::file("write", &file, &error);
    if file.symlink_metadata().is_ok_and(|metadata| !metadata.is_file()) {
        let file = file.display();
        return Err(Failure::Failed(format!(
            "{file} is not a file, so it is not replaced. Name another file."
        )));
    }
    let mut temporary = incomplete_file(folder, TEMPORARY).map_err(disk_error)?;
    let bytes = picture["bytes"].as_u64().unwrap_or_default();
    let bar = progress_bar(bytes, output);
    let report = |progress| match progress {
        Progress::Received(received) => bar.set_position(received),
        Progress::Lost => output.note("The connection is lost. The download continues where it ended."),
    };
    let api_path = name.path(session);
    let renew = async || original::renew(session, &api_path).await;
    let received = receiver.receive(url, bytes, &mut temporary, renew, report).await;
    bar.finish_and_clear();
    received.map_err(|error| match error {
        ReceiveError::Lost => {
            Failure::Failed("The connection was lost several times. Check your network and try again.".into())
        }
        ReceiveError::Gone => Failure::Failed(format!("The picture {} was deleted.", name.id)),
        ReceiveError::Refused(status) => {
            Failure::Failed(original::describe_refusal(&name.id.to_string(), status))
        }
        ReceiveError::Disk(error) => disk_error(error),
        ReceiveError::Api(failure) => failure,
    })?;
    temporary.as_file().sync_all().map_err(disk_error)?;
    temporary.persist(&file).map_err(|error| disk_error(error.error))?;
    Ok(file)
}

/// Creates a file that is deleted unless it is renamed.
pub fn incomplete_file(folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
    Builder::new().prefix(prefix).permissions(Permissions::from_mode(0o666)).tempfile_in(folder)
}

fn no_original(picture: &Value, is_owner: bool) -> Failure {
    let id = picture["id"].as_str().unwrap_or_default();
    Failure::Failed(match picture["state"].as_str() {
        Some("awaitingUpload") => format!("The picture {id} is not uploaded yet."),
        _ if is_owner && picture["guest"].is_object() => {
            "The site does not give out the original of this guest's picture, because it may contain a position."
                .into()
        }
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

fn progress_bar(bytes: u64, output: &Output) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:24} {decimal_bytes}/{decimal_total_bytes} {eta}");
    let bar = ProgressBar::new(bytes);
    output.progress().add(bar).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
