//! The results of a run: one line each for scripts, and a summary for people.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use client::{ClientError, Session};
use domain::{PictureId, PictureKey};
use futures_util::stream::{self, StreamExt};
use indicatif::{HumanBytes, ProgressBar};
use reqwest::Method;
use serde::Serialize;
use serde_json::Value;

use super::engine::{Engine, Outcome};
use super::item::Item;
use super::retry::Error;
use super::walk::Found;
use crate::failure::Failure;
use crate::output::{Output, printable};

/// The interval at which `--wait` reads a picture that is not processed.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// The number of times that `--wait` reads a picture before it reports a failure.
const MAX_POLLS: u32 = 600;
/// The number of pictures that `--wait` reads at the same time.
const CONCURRENT_POLLS: usize = 4;

/// A result as a line of JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    file: &'a str,
    status: &'static str,
    id: Option<PictureId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
}

/// Collects and prints results.
#[derive(Debug)]
pub struct Summary<'a> {
    output: &'a Output,
    dry_run: bool,
    /// Keeps the uploaded pictures until [`Summary::wait`].
    wait: bool,
    /// Prints each result when it is known, also for people.
    each: bool,
    progress: ProgressBar,
    uploaded: Cell<usize>,
    duplicates: Cell<usize>,
    hidden: Cell<usize>,
    folders: Cell<usize>,
    failed: RefCell<Vec<(String, String)>>,
    unprocessed: RefCell<Vec<(String, PictureId)>>,
    /// The reason why a line could not be printed.
    broken: RefCell<Option<Failure>>,
}

impl<'a> Summary<'a> {
    pub fn new(output: &'a Output, dry_run: bool, wait: bool) -> Self {
        let progress = output.progress().add(ProgressBar::new_spinner());
        progress.enable_steady_tick(Duration::from_millis(200));
        Self {
            output,
            dry_run,
            wait,
            each: false,
            progress,
            uploaded: Cell::default(),
            duplicates: Cell::default(),
            hidden: Cell::default(),
            folders: Cell::default(),
            failed: RefCell::default(),
            unprocessed: RefCell::default(),
            broken: RefCell::default(),
        }
    }

    /// Creates the summary of a run that ends when the person stops it.
    pub fn of_watch(output: &'a Output) -> Self {
        Self { each: true, ..Self::new(output, false, false) }
    }

    /// Adds the result of an item, and prints it for scripts. Returns `false` if it cannot be
    /// printed: then nothing reads the results.
    pub fn add(&self, item: &Item, outcome: &Outcome) -> bool {
        match outcome {
            Outcome::Uploaded(id) if self.wait => {
                self.unprocessed.borrow_mut().push((item.name.clone(), *id));
            }
            outcome => self.count(&item.name, outcome),
        }
        self.progress.set_message(self.describe_counts());
        self.broken.borrow().is_none()
    }

    /// Adds what a walk found besides files.
    pub fn add_found(&self, found: Found) {
        match found {
            Found::File(_) => {}
            Found::Hidden => self.hidden.set(self.hidden.get() + 1),
            Found::Folder => self.folders.set(self.folders.get() + 1),
            Found::Unreadable(name, reason) => self.count(&name, &Outcome::Failed(reason)),
        }
    }

    fn count(&self, name: &str, outcome: &Outcome) {
        let (status, id, reason) = match outcome {
            Outcome::Uploaded(id) => {
                self.uploaded.set(self.uploaded.get() + 1);
                ("uploaded", Some(*id), None)
            }
            Outcome::Duplicate(id) => {
                self.duplicates.set(self.duplicates.get() + 1);
                ("duplicate", Some(*id), None)
            }
            Outcome::Failed(reason) => {
                self.failed.borrow_mut().push((name.to_owned(), reason.clone()));
                ("failed", None, Some(reason.as_str()))
            }
        };
        let line =
            format!("{status}: {name}{}", reason.map(|reason| format!(": {reason}")).unwrap_or_default());
        let printed = if self.each {
            self.output.line(&line)
        } else {
            self.output.detail(&line);
            Ok(())
        };
        // A dry run has no id for a file that it would upload.
        let id = id.filter(|id| !id.0.is_nil());
        let record = Record { file: name, status, id, reason, dry_run: self.dry_run };
        if let Err(failure) = printed.and_then(|()| self.output.record(&record)) {
            self.broken.borrow_mut().get_or_insert(failure);
        }
    }

    /// Waits until the uploaded pictures are processed.
    pub async fn wait(&self, engine: &Engine<'_>) {
        let pictures = self.unprocessed.take();
        let waits = stream::iter(pictures).map(async |(name, picture)| {
            let outcome = match until_processed(engine, picture).await {
                Ok(None) => Outcome::Uploaded(picture),
                Ok(Some(reason)) | Err(Error::File(reason)) => Outcome::Failed(reason),
                Err(Error::Stopped) => {
                    Outcome::Failed("The picture is uploaded, but not processed yet.".into())
                }
            };
            self.count(&name, &outcome);
        });
        waits.buffer_unordered(CONCURRENT_POLLS).collect::<()>().await;
    }

    /// Prints the summary for people. Returns `true` if everything succeeded, and `false` also if
    /// there are only folders that were not read.
    ///
    /// # Errors
    /// Returns a failure if the results cannot be printed.
    pub fn print(&self, sent_bytes: u64) -> Result<bool, Failure> {
        self.progress.finish_and_clear();
        if let Some(failure) = self.broken.take() {
            return Err(failure);
        }
        let failed = self.failed.borrow();
        for (name, reason) in failed.iter().filter(|_| !self.each) {
            self.output.line(&format!("failed: {}: {reason}", printable(name)))?;
        }
        self.output.line(&self.describe_counts())?;
        if let folders @ 1.. = self.folders.get() {
            let what = count(folders, "folder was", "folders were");
            self.output.warn(&format!("{what} not read. Use --recursive to upload them."));
        }
        if let hidden @ 1.. = self.hidden.get() {
            let what = count(hidden, "hidden file or folder was", "hidden files and folders were");
            self.output.note(&format!("{what} skipped."));
        }
        self.output.detail(&format!("{sent_bytes} bytes sent ({}).", HumanBytes(sent_bytes)));
        let has_results = self.uploaded.get() + self.duplicates.get() > 0;
        Ok(failed.is_empty() && (has_results || self.folders.get() == 0))
    }

    fn describe_counts(&self) -> String {
        let (uploaded, duplicates) =
            (self.uploaded.get() + self.unprocessed.borrow().len(), self.duplicates.get());
        let verb = if self.dry_run { "would be uploaded" } else { "uploaded" };
        let duplicates = count(duplicates, "duplicate", "duplicates");
        format!("{uploaded} {verb}, {duplicates}, {} failed.", self.failed.borrow().len())
    }
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Waits until a picture is processed. Returns the reason if it cannot be.
async fn until_processed(engine: &Engine<'_>, picture: PictureId) -> Result<Option<String>, Error> {
    for _ in 0..MAX_POLLS {
        if engine.retry.stop.is_set() {
            return Err(Error::Stopped);
        }
        let data = engine.retry.repeat(async || read(engine.session, picture).await).await?;
        match data["state"].as_str() {
            Some("ready") => return Ok(None),
            Some("failed") => {
                let reason = data["failure"].as_str().unwrap_or("The file cannot be processed.");
                return Ok(Some(reason.to_owned()));
            }
            _ => engine.retry.stop.sleep(POLL_INTERVAL).await,
        }
    }
    Ok(Some("The picture is uploaded, but not processed after ten minutes.".into()))
}

async fn read(session: &Session, picture_id: PictureId) -> Result<Value, ClientError> {
    let key = PictureKey { owner_id: session.user(), picture_id };
    session.call(Method::GET, &format!("/pictures/{key}"), None).await?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::OutputArguments;
    use std::path::Path;

    #[test]
    fn counts_results_and_succeeds_only_without_failures() {
        let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
        let summary = Summary::new(&output, false, false);
        let (item, id) = (Item::of_path(Path::new("a.jpg")), PictureId::new());
        summary.add(&item, &Outcome::Uploaded(id));
        summary.add(&item, &Outcome::Duplicate(id));
        assert_eq!(summary.describe_counts(), "1 uploaded, 1 duplicate, 0 failed.");
        assert!(summary.print(0).unwrap());
        summary.add_found(Found::Unreadable("b".into(), "Cannot read b.".into()));
        assert_eq!(summary.describe_counts(), "1 uploaded, 1 duplicate, 1 failed.");
        assert!(!summary.print(0).unwrap());
    }

    #[test]
    fn succeeds_without_files_but_not_if_only_folders_are_left_out() {
        let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
        let summary = Summary::new(&output, false, false);
        assert!(summary.print(0).unwrap());
        summary.add_found(Found::Folder);
        assert!(!summary.print(0).unwrap());
        summary.add(&Item::of_path(Path::new("a.jpg")), &Outcome::Uploaded(PictureId::new()));
        assert!(summary.print(0).unwrap());
    }
}
