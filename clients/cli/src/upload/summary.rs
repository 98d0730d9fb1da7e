//! The results of a run: one line each for scripts, and a summary for people.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use client::{ClientError, Session};
use domain::{PictureId, PictureKey, Visibility};
use futures_util::stream::{self, StreamExt};
use indicatif::{HumanBytes, ProgressBar};
use reqwest::Method;
use serde::Serialize;
use serde_json::Value;

use super::engine::{self, Engine, Outcome};
use super::item::Item;
use super::retry::Error;
use super::walk::Found;
use crate::failure::Failure;
use crate::output::{Output, format_with_noun, printable};

/// The interval at which `--wait` reads a picture that is not processed.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// The number of times that `--wait` reads a picture before it reports a failure.
const MAX_POLLS: u32 = 600;
/// The reason for a picture that is not processed when the run ends.
const NOT_PROCESSED: &str = "Your picture is uploaded, but not processed yet. See `albumen list` later.";
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
    /// Keeps the pictures until [`Summary::wait`].
    wait: bool,
    /// Prints each result when it is known, also for people.
    prints_each: bool,
    /// Over the bytes of the files that are found so far.
    progress: ProgressBar,
    counts: Counts,
    failed: RefCell<Vec<(String, String)>>,
    /// The name and the outcome of each picture that may not be processed yet.
    unprocessed: RefCell<Vec<(String, Outcome)>>,
    /// The reason why a line could not be printed.
    print_failure: RefCell<Option<Failure>>,
}

/// Counts files and folders during a run.
#[derive(Debug, Default)]
struct Counts {
    /// The files that the walk or the import found.
    found: Cell<usize>,
    /// The files that have a result.
    done: Cell<usize>,
    uploaded: Cell<usize>,
    duplicates: Cell<usize>,
    /// The new pictures that an import keeps private.
    private: Cell<usize>,
    hidden: Cell<usize>,
    folders: Cell<usize>,
    skipped: Cell<usize>,
}

impl<'a> Summary<'a> {
    pub fn new(output: &'a Output, dry_run: bool, wait: bool) -> Self {
        let progress = output.progress().add(ProgressBar::new(0).with_style(engine::bar_style()));
        Self {
            output,
            dry_run,
            wait,
            prints_each: false,
            progress,
            counts: Counts::default(),
            failed: RefCell::default(),
            unprocessed: RefCell::default(),
            print_failure: RefCell::default(),
        }
    }

    /// Creates the summary of a run that ends when the person stops it.
    pub fn of_watch(output: &'a Output) -> Self {
        Self { prints_each: true, ..Self::new(output, false, false) }
    }

    /// Adds the result of an item, and prints it for scripts. Returns `false` if it cannot be
    /// printed: then nothing reads the results.
    pub fn add(&self, item: &Item, outcome: &Outcome) -> bool {
        if item.visibility == Some(Visibility::Private) && matches!(outcome, Outcome::Uploaded(_)) {
            increment(&self.counts.private);
        }
        match outcome {
            Outcome::Uploaded(_) | Outcome::Duplicate(_) if self.wait => {
                self.unprocessed.borrow_mut().push((item.name.clone(), outcome.clone()));
            }
            outcome => self.count(&item.name, outcome),
        }
        increment(&self.counts.done);
        self.progress.inc(item.bytes);
        self.show_progress();
        self.print_failure.borrow().is_none()
    }

    /// Adds what a walk or an import found. Returns the item of a file.
    pub fn add_found(&self, found: Found) -> Option<Item> {
        match found {
            Found::File(item) => {
                increment(&self.counts.found);
                self.progress.inc_length(item.bytes);
                self.show_progress();
                return Some(item);
            }
            Found::Hidden => increment(&self.counts.hidden),
            Found::Folder => increment(&self.counts.folders),
            Found::Unreadable(name, reason) => self.count(&name, &Outcome::Failed(reason)),
            Found::Skipped(name, reason) => {
                increment(&self.counts.skipped);
                self.print_result(&name, "skipped", None, Some(&reason));
            }
        }
        None
    }

    /// Returns the number of new pictures that an import keeps private.
    pub fn private(&self) -> usize {
        self.counts.private.get()
    }

    fn show_progress(&self) {
        let (done, found) =
            (self.counts.done.get(), format_with_noun(self.counts.found.get(), "file", "files"));
        self.progress.set_message(format!("{done} of {found}: {}", self.describe_counts()));
    }

    fn count(&self, name: &str, outcome: &Outcome) {
        let (status, reason) = match outcome {
            Outcome::Uploaded(_) => {
                increment(&self.counts.uploaded);
                ("uploaded", None)
            }
            Outcome::Duplicate(_) => {
                increment(&self.counts.duplicates);
                ("duplicate", None)
            }
            Outcome::WithoutFacts(_, reason) | Outcome::Failed(reason) => {
                self.failed.borrow_mut().push((name.to_owned(), reason.clone()));
                ("failed", Some(reason.as_str()))
            }
        };
        self.print_result(name, status, outcome.picture(), reason);
    }

    fn print_result(&self, name: &str, status: &'static str, id: Option<PictureId>, reason: Option<&str>) {
        let line =
            format!("{status}: {name}{}", reason.map(|reason| format!(": {reason}")).unwrap_or_default());
        let printed = if self.prints_each {
            self.output.line(&line)
        } else {
            self.output.detail(&line);
            Ok(())
        };
        // A dry run has no id for a file that it would upload.
        let id = id.filter(|id| !id.0.is_nil());
        let record = Record { file: name, status, id, reason, dry_run: self.dry_run };
        if let Err(failure) = printed.and_then(|()| self.output.record(&record)) {
            self.print_failure.borrow_mut().get_or_insert(failure);
        }
    }

    /// Waits until the pictures are processed.
    pub async fn wait(&self, engine: &Engine<'_>) {
        let pictures = self.unprocessed.take();
        let waits = stream::iter(pictures).map(async |(name, outcome)| {
            let result = match outcome.picture() {
                Some(picture) => until_processed(engine, picture).await,
                None => Ok(None),
            };
            let outcome = match result {
                Ok(None) => outcome,
                Ok(Some(reason)) | Err(Error::File(reason) | Error::Later(reason)) => Outcome::Failed(reason),
                Err(Error::Stopped) => Outcome::Failed(NOT_PROCESSED.into()),
            };
            self.count(&name, &outcome);
        });
        waits.buffer_unordered(CONCURRENT_POLLS).collect::<()>().await;
    }

    /// Prints the summary for people. Returns `true` if everything succeeded, and `false` also if
    /// there are only files and folders that were left out.
    ///
    /// # Errors
    /// Returns a failure if the results cannot be printed.
    pub fn print(&self, sent_bytes: u64) -> Result<bool, Failure> {
        self.progress.finish_and_clear();
        if let Some(failure) = self.print_failure.take() {
            return Err(failure);
        }
        let failed = self.failed.borrow();
        for (name, reason) in failed.iter().filter(|_| !self.prints_each) {
            self.output.line(&format!("failed: {}: {reason}", printable(name)))?;
        }
        self.output.line(&self.describe_counts())?;
        if let folders @ 1.. = self.counts.folders.get() {
            let what = format_with_noun(folders, "folder was", "folders were");
            self.output.warn(&format!("{what} not read. Use --recursive to upload them."));
        }
        if let hidden @ 1.. = self.counts.hidden.get() {
            let what = format_with_noun(hidden, "hidden file or folder was", "hidden files and folders were");
            self.output.note(&format!("{what} skipped."));
        }
        self.output.detail(&format!("{sent_bytes} bytes sent ({}).", HumanBytes(sent_bytes)));
        let has_results = self.counts.uploaded.get() + self.counts.duplicates.get() > 0;
        Ok(failed.is_empty() && (has_results || self.counts.folders.get() + self.counts.skipped.get() == 0))
    }

    fn describe_counts(&self) -> String {
        let unprocessed = self.unprocessed.borrow();
        let uploaded =
            unprocessed.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Uploaded(_))).count();
        let duplicates = self.counts.duplicates.get() + unprocessed.len() - uploaded;
        let uploaded = self.counts.uploaded.get() + uploaded;
        let verb = if self.dry_run { "would be uploaded" } else { "uploaded" };
        let duplicates = format_with_noun(duplicates, "duplicate", "duplicates");
        format!("{uploaded} {verb}, {duplicates}, {} failed.", self.failed.borrow().len())
    }
}

fn increment(number: &Cell<usize>) {
    number.set(number.get() + 1);
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
    Ok(Some(NOT_PROCESSED.into()))
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

    #[test]
    fn fails_if_an_import_leaves_out_everything() {
        let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
        let summary = Summary::new(&output, false, false);
        summary.add_found(Found::Skipped("raw.dng".into(), "Albumen has no raw formats.".into()));
        assert!(!summary.print(0).unwrap());
        summary.add(&Item::default(), &Outcome::Duplicate(PictureId::new()));
        assert!(summary.print(0).unwrap());
    }

    #[test]
    fn counts_the_new_private_pictures_of_an_import() {
        let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
        let summary = Summary::new(&output, false, true);
        let item = Item { visibility: Some(Visibility::Private), ..Item::default() };
        summary.add(&item, &Outcome::Uploaded(PictureId::new()));
        summary.add(&item, &Outcome::Duplicate(PictureId::new()));
        assert_eq!(summary.private(), 1);
        assert_eq!(summary.describe_counts(), "1 uploaded, 1 duplicate, 0 failed.");
    }
}
