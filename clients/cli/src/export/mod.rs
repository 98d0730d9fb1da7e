//! `albumen export`

mod file_names;
mod folder;
mod library;
mod picture;

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use client::Session;
use domain::Sha256;
use futures_util::TryStreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::Method;
use serde_json::json;

use crate::account;
use crate::download::original::{self, ReceiveError, Receiver};
use crate::failure::{Failure, describe_file_error};
use crate::output::{Output, format_with_noun};
use crate::upload::check;
use crate::{Outcome, stopped};
use folder::{ExportFolder, Exported, persist, temporary_beside};
use picture::{Albums, Picture};

/// The number of pictures in a row without a whole original that ends the export: the connection is
/// lost.
const MAX_LOST: usize = 5;

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The folder for the pictures, created if it does not exist
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The number of pictures to download at the same time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=32))]
    jobs: u8,
}

/// The result of one picture.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Status {
    /// The file or the sidecar was written.
    Exported,
    /// The file and the sidecar were complete.
    Unchanged,
    /// There is no original to download.
    Skipped(SkipReason),
    /// The reason, as a sentence.
    Failed(String),
}

/// The reason why there is no original to download.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SkipReason {
    NotUploaded,
    OfGuest,
    Deleted,
    Unknown,
}

/// The reason why a picture was not exported.
enum ExportError {
    /// Only this picture is affected.
    Picture(String),
    /// There is no original to download.
    Skipped(SkipReason),
    /// No attempt received the whole original.
    Lost,
    /// All pictures are affected.
    All(Failure),
}

impl From<Failure> for ExportError {
    fn from(failure: Failure) -> Self {
        Self::All(failure)
    }
}

/// Numbers of pictures.
#[derive(Debug, Default)]
struct Summary {
    exported: usize,
    unchanged: usize,
    /// By the reason.
    skipped: BTreeMap<SkipReason, usize>,
    failed: usize,
    ids: HashSet<String>,
}

/// Writes every original of the member with a sidecar to a folder.
///
/// # Errors
/// Returns a failure if nobody is signed in, or if nothing more can be exported.
pub async fn run(arguments: Arguments, output: &Output) -> Result<Outcome, Failure> {
    let session = account::session(output).await?;
    let folder = ExportFolder::open(&arguments.folder, session.user())?;
    let (albums, receiver) = (library::albums(&session).await?, Receiver::new()?);
    let export = Export { session: &session, folder, albums, receiver, losses: Losses::default() };
    let bar = progress_bar(&session, output).await?;
    let mut summary = Summary::default();
    let result = export.run(arguments.jobs.into(), |picture, path, status| {
        bar.inc(1);
        summary.add(&picture.id, &status);
        report(output, picture, path, &status)
    });
    let result = tokio::select! {
        result = result => result,
        () = stopped() => Err(Failure::Failed("Stopped. Run the same command again to continue.".into())),
    };
    bar.finish_and_clear();
    if let (Err(_), 1..) = (&result, summary.exported) {
        let pictures = format_with_noun(summary.exported, "picture", "pictures");
        output.note(&format!("{pictures} exported before the error."));
    }
    result?;
    summary.print(output, &export.folder)?;
    Ok(if summary.failed == 0 { Outcome::Complete } else { Outcome::Incomplete })
}

async fn progress_bar(session: &Session, output: &Output) -> Result<ProgressBar, Failure> {
    let usage = session.call(Method::GET, &format!("/users/{}/usage", session.user()), None).await?.ok()?;
    let bar = output.progress().add(ProgressBar::new(usage["pictures"].as_u64().unwrap_or_default()));
    let style = ProgressStyle::with_template("{bar:30} {pos} of {len} pictures, {eta} left");
    Ok(bar.with_style(style.map_err(|error| Failure::Failed(error.to_string()))?))
}

fn report(output: &Output, picture: &Picture, path: Option<&Path>, status: &Status) -> Result<(), Failure> {
    let (name, reason) = match status {
        Status::Exported => ("exported", None),
        Status::Unchanged => ("unchanged", None),
        Status::Skipped(reason) => ("skipped", Some(reason.sentence())),
        Status::Failed(reason) => ("failed", Some(reason.as_str())),
    };
    let path = path.map(|path| path.display().to_string());
    match status {
        Status::Failed(reason) if !output.is_json() => output.error(reason),
        _ => output.detail(&format!("{name}: {}", path.as_deref().unwrap_or(&picture.id))),
    }
    let mut record = json!({"file": path, "status": name, "id": picture.id});
    if let Some(reason) = reason {
        record["reason"] = reason.into();
    }
    output.record(&record)
}

impl Summary {
    fn add(&mut self, id: &str, status: &Status) {
        self.ids.insert(id.to_owned());
        match status {
            Status::Exported => self.exported += 1,
            Status::Unchanged => self.unchanged += 1,
            Status::Skipped(reason) => *self.skipped.entry(*reason).or_default() += 1,
            Status::Failed(_) => self.failed += 1,
        }
    }

    /// Prints the numbers, if the export ran to its end.
    fn print(&self, output: &Output, folder: &ExportFolder) -> Result<(), Failure> {
        output.line(&format!(
            "{} exported, {} unchanged, {} failed.",
            self.exported, self.unchanged, self.failed
        ))?;
        for (reason, count) in &self.skipped {
            output.note(&reason.describe(*count));
        }
        match folder.count_others(&self.ids) {
            0 => {}
            1 => output.note("1 picture in the folder no longer exists on the site. Its file remains."),
            count => output.note(&format!(
                "{count} pictures in the folder no longer exist on the site. Their files remain."
            )),
        }
        Ok(())
    }
}

impl SkipReason {
    fn of(picture: &Picture) -> Self {
        match picture.state.as_str() {
            "awaitingUpload" => Self::NotUploaded,
            _ if picture.fields.contains_key("guest") => Self::OfGuest,
            _ => Self::Unknown,
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::NotUploaded => "You have not finished the upload. Upload the picture again.",
            Self::OfGuest => "A guest sent the picture, and you cannot download its original.",
            Self::Deleted => "The picture was deleted during the export.",
            Self::Unknown => "The site has no original of the picture.",
        }
    }

    fn describe(self, count: usize) -> String {
        let reason = match self {
            _ if count == 1 => return format!("Skipped 1 picture. {}", self.sentence()),
            Self::NotUploaded => "you have not finished their upload. Upload them again.",
            Self::OfGuest => "guests sent them, and you cannot download their originals.",
            Self::Deleted => "they were deleted during the export.",
            Self::Unknown => "the site has no originals of them.",
        };
        format!("Skipped {count} pictures: {reason}")
    }
}

/// The session, the folder and the output of an export.
struct Export<'a> {
    session: &'a Session,
    folder: ExportFolder,
    albums: Albums,
    receiver: Receiver,
    losses: Losses,
}

/// Counts the pictures in a row without a whole original.
#[derive(Debug, Default)]
struct Losses(Cell<usize>);

impl Losses {
    fn reset(&self) {
        self.0.set(0);
    }

    /// Adds a picture, and returns the reason why it failed.
    ///
    /// # Errors
    /// Returns a failure if there were [`MAX_LOST`] in a row.
    fn add(&self, id: &str) -> Result<String, Failure> {
        self.0.set(self.0.get() + 1);
        if self.0.get() < MAX_LOST {
            return Ok(format!("The original of {id} did not arrive. Run the command again later."));
        }
        Err(Failure::Failed(
            "The connection to the site was lost. Run the command again: it continues where it ended.".into(),
        ))
    }
}

impl Export<'_> {
    /// Exports all pictures, and reports each.
    async fn run(
        &self,
        jobs: usize,
        mut report: impl FnMut(&Picture, Option<&Path>, Status) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let pictures = library::pictures(self.session).map_ok(|picture| self.export(picture));
        let mut results = Box::pin(pictures.try_buffer_unordered(jobs));
        while let Some((picture, path, status)) = results.try_next().await? {
            report(&picture, path.as_deref(), status)?;
        }
        Ok(())
    }

    /// Exports one picture.
    async fn export(&self, picture: Picture) -> Result<(Picture, Option<PathBuf>, Status), Failure> {
        let exported = self.folder.find(&picture);
        let (path, status) = match self.write(&picture, &exported).await {
            Ok(status) => (Some(exported.path), status),
            Err(ExportError::Skipped(reason)) => (None, Status::Skipped(reason)),
            Err(ExportError::Picture(reason)) => (Some(exported.path), Status::Failed(reason)),
            Err(ExportError::Lost) => (Some(exported.path), Status::Failed(self.losses.add(&picture.id)?)),
            Err(ExportError::All(failure)) => return Err(failure),
        };
        Ok((picture, path, status))
    }

    /// Writes the file and the sidecar, unless they are complete.
    async fn write(&self, picture: &Picture, exported: &Exported) -> Result<Status, ExportError> {
        let path = &exported.path;
        let (sha256, is_new) = match fs::symlink_metadata(path) {
            Ok(file) if file.is_file() && file.len() == picture.bytes => (known_hash(exported)?, false),
            Ok(_) => return Err(ExportError::Picture(in_the_way(path))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match &picture.original {
                Some(original) => (self.download(picture, &original.url, path).await?, true),
                None => return Err(ExportError::Skipped(SkipReason::of(picture))),
            },
            Err(error) => return Err(read_error(path, &error)),
        };
        let albums = self.albums.get(&picture.id).map(Vec::as_slice).unwrap_or_default();
        let sidecar = picture.sidecar(&sha256, albums);
        if sidecar == exported.sidecar {
            return Ok(if is_new { Status::Exported } else { Status::Unchanged });
        }
        let written = exported.write_sidecar(&sidecar);
        written.map_err(|error| write_error(&exported.sidecar_path(), &error))?;
        Ok(Status::Exported)
    }

    /// Downloads the original of a picture. The file is complete as soon as it has its name.
    async fn download(&self, picture: &Picture, url: &str, path: &Path) -> Result<Sha256, ExportError> {
        let mut file = temporary_beside(path).map_err(|error| write_error(path, &error))?;
        let api_path = format!("/pictures/{}/{}", self.session.user(), picture.id);
        let renew = async || original::renew(self.session, &api_path).await;
        let received = self.receiver.receive(url, picture.bytes, &mut file, renew, |_| ()).await;
        let sha256 = received.map_err(|error| match error {
            ReceiveError::Lost => ExportError::Lost,
            ReceiveError::Gone => ExportError::Skipped(SkipReason::Deleted),
            ReceiveError::Refused(status) => {
                ExportError::Picture(original::describe_refusal(&picture.id, status))
            }
            ReceiveError::Disk(error) => write_error(path, &error),
            ReceiveError::Api(failure) => ExportError::All(failure),
        })?;
        persist(file, path.to_owned()).await.map_err(|error| write_error(path, &error))?;
        self.losses.reset();
        Ok(sha256)
    }
}

/// Returns the hash in the sidecar, or else that of the file.
fn known_hash(exported: &Exported) -> Result<Sha256, ExportError> {
    let path = &exported.path;
    let hash = || File::open(path).and_then(check::hash).map_err(|error| read_error(path, &error));
    exported.sha256().map_or_else(hash, Ok)
}

/// Describes a file that cannot be read. The other pictures are not affected.
fn read_error(path: &Path, error: &io::Error) -> ExportError {
    ExportError::Picture(match error.kind() {
        io::ErrorKind::NotADirectory => in_the_way(path),
        _ => describe_file_error("read", path, error),
    })
}

/// Describes a file that cannot be written. Another file at the path, or a folder that is a file,
/// affects one picture only.
fn write_error(path: &Path, error: &io::Error) -> ExportError {
    use io::ErrorKind::{AlreadyExists, IsADirectory, NotADirectory};
    match error.kind() {
        AlreadyExists | IsADirectory | NotADirectory => ExportError::Picture(in_the_way(path)),
        _ => ExportError::All(Failure::file("write", path, error)),
    }
}

/// Explains that the path of a picture has other contents.
fn in_the_way(path: &Path) -> String {
    format!("{} is another file. Move it away, and run the command again.", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_lost_original_does_not_end_an_export() {
        let losses = Losses::default();
        for _ in 0..3 {
            for _ in 1..MAX_LOST {
                assert!(losses.add("1").unwrap().starts_with("The original of 1 did not arrive."));
            }
            losses.reset();
        }
        for _ in 1..MAX_LOST {
            losses.add("1").unwrap();
        }
        assert!(losses.add("1").unwrap_err().to_string().starts_with("The connection"));
    }

    #[test]
    fn a_file_that_cannot_be_read_does_not_end_an_export() {
        let exported = Exported { path: "/nowhere/a.jpg".into(), sidecar: serde_json::Value::Null };
        assert!(matches!(known_hash(&exported), Err(ExportError::Picture(_))));
    }

    #[test]
    fn says_why_pictures_are_skipped() {
        assert_eq!(
            SkipReason::NotUploaded.describe(1),
            "Skipped 1 picture. You have not finished the upload. Upload the picture again."
        );
        assert_eq!(
            SkipReason::NotUploaded.describe(2),
            "Skipped 2 pictures: you have not finished their upload. Upload them again."
        );
    }
}
