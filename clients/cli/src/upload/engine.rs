//! The uploads of a run: files are checked, compared with the server, and sent, several at a time.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::thread;

use client::{NewPicture, Session};
use domain::{MAX_HASHES, PictureId, Sha256, Visibility};
use futures_util::future;
use futures_util::stream::{self, Stream, StreamExt};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::{Mutex, mpsc};

use super::check::{self, CheckError, CheckedFile};
use super::item::{FileSource, Item};
use super::journal::{Entry, Journal};
use super::retry::{Error, Patience, Retry};
use super::stop::Stop;
use super::transfer::Transfer;
use crate::output::Output;

/// The maximum number of files that are hashed and wait for their upload.
const MAX_WAITING: usize = 2 * MAX_HASHES;

/// The result of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The picture is new.
    Uploaded(PictureId),
    /// The member has this file already.
    Duplicate(PictureId),
    /// The picture is uploaded, but its details are not set, for this reason.
    WithoutFacts(PictureId, String),
    /// The file is not uploaded, for this reason.
    Failed(String),
}

impl Outcome {
    /// Returns the picture of the file.
    pub fn picture(&self) -> Option<PictureId> {
        match self {
            Self::Uploaded(picture) | Self::Duplicate(picture) | Self::WithoutFacts(picture, _) => {
                Some(*picture)
            }
            Self::Failed(_) => None,
        }
    }
}

/// The state that all uploads of a run share.
#[derive(Debug)]
pub struct Engine<'a> {
    pub session: &'a Session,
    pub journal: Journal,
    pub retry: Retry<'a>,
    /// The number of files that are sent at the same time.
    pub jobs: usize,
    /// The visibility of new pictures.
    pub visibility: Visibility,
    /// Says what would happen, and changes nothing.
    pub dry_run: bool,
    /// The number of bytes that were sent, repeated ones included.
    pub sent_bytes: Cell<u64>,
    /// The files that S3 refused, and that it may accept later.
    pub postponed: Rc<RefCell<Vec<PathBuf>>>,
    /// The picture of each file of the run. Files with the same bytes wait for each other.
    pictures: RefCell<BTreeMap<Sha256, Rc<Mutex<Option<PictureId>>>>>,
}

/// A file that was checked, with its picture if the server finds one.
struct ComparedFile {
    file: CheckedFile,
    known: Option<PictureId>,
}

impl<'a> Engine<'a> {
    pub fn new(session: &'a Session, journal: Journal, output: &'a Output) -> Self {
        Self {
            session,
            journal,
            retry: Retry { stop: Stop::new(), patience: Patience::Bounded, output },
            jobs: 1,
            visibility: Visibility::default(),
            dry_run: false,
            sent_bytes: Cell::default(),
            postponed: Rc::default(),
            pictures: RefCell::default(),
        }
    }

    /// Uploads items. Calls `report` with the result of each. After [`Stop::set`], the items that
    /// are not finished have no result.
    pub async fn upload(&self, items: impl Stream<Item = Item>, report: impl AsyncFn(Item, Outcome)) {
        let (checked, to_compare) = mpsc::channel(MAX_WAITING);
        let (compared, to_send) = mpsc::channel(MAX_WAITING);
        let check = self.check_all(items, checked, &report);
        let compare = self.compare_all(to_compare, compared, &report);
        let send = into_stream(to_send).for_each_concurrent(self.jobs, async |compared: ComparedFile| {
            let item = compared.file.item.clone();
            match self.finish(compared).await {
                Ok(outcome) => report(item, outcome).await,
                Err(Error::File(reason)) => report(item, Outcome::Failed(reason)).await,
                Err(Error::Later(reason)) => {
                    if let FileSource::Path(path) = &item.source {
                        self.postponed.borrow_mut().push(path.clone());
                    }
                    report(item, Outcome::Failed(reason)).await;
                }
                Err(Error::Stopped) => {}
            }
        });
        future::join3(check, compare, send).await;
    }

    /// Reads and hashes files.
    async fn check_all(
        &self,
        items: impl Stream<Item = Item>,
        checked: mpsc::Sender<CheckedFile>,
        report: &impl AsyncFn(Item, Outcome),
    ) {
        let threads = thread::available_parallelism().map_or(2, |threads| threads.get().min(4));
        let items = items.take_until(self.retry.stop.until_set());
        let checks = items.map(|item| async {
            let checking = item.clone();
            let result = tokio::task::spawn_blocking(move || check::check(checking)).await;
            let broken = |error| Err(CheckError::File(format!("The file cannot be read: {error}.")));
            (item, result.unwrap_or_else(broken))
        });
        let mut checks = std::pin::pin!(checks.buffered(threads));
        while let Some((item, result)) = checks.next().await {
            match result {
                // Fails only after the end of the receiver, which ends after this sender.
                Ok(file) => _ = checked.send(file).await,
                Err(CheckError::File(reason)) => report(item, Outcome::Failed(reason)).await,
                Err(CheckError::Copy(failure)) => self.retry.stop.set(Some(failure)),
            }
        }
    }

    /// Asks the server which files it has, many at a time.
    async fn compare_all(
        &self,
        mut files: mpsc::Receiver<CheckedFile>,
        compared: mpsc::Sender<ComparedFile>,
        report: &impl AsyncFn(Item, Outcome),
    ) {
        loop {
            let mut batch = Vec::new();
            if files.recv_many(&mut batch, MAX_HASHES).await == 0 {
                return;
            }
            if self.retry.stop.is_set() {
                continue;
            }
            let hashes: Vec<_> = batch.iter().map(|file| &file.sha256).collect();
            let known = self.retry.repeat(async || self.session.known_pictures(&hashes).await).await;
            match known {
                Ok(known) => {
                    for file in batch {
                        let known = known.get(&file.sha256).copied();
                        let _ = compared.send(ComparedFile { file, known }).await;
                    }
                }
                Err(Error::File(reason) | Error::Later(reason)) => {
                    for file in batch {
                        report(file.item, Outcome::Failed(reason.clone())).await;
                    }
                }
                Err(Error::Stopped) => {}
            }
        }
    }

    /// Finds the picture of a file, or uploads it.
    async fn finish(&self, ComparedFile { file, known }: ComparedFile) -> Result<Outcome, Error> {
        if self.retry.stop.is_set() {
            return Err(Error::Stopped);
        }
        let slot = Rc::clone(self.pictures.borrow_mut().entry(file.sha256.clone()).or_default());
        let mut slot = slot.lock().await;
        if let Some(picture) = *slot {
            return Ok(Outcome::Duplicate(picture));
        }
        let outcome = match known {
            Some(picture) => Outcome::Duplicate(picture),
            None => self.send(&file).await?,
        };
        if let Outcome::Uploaded(picture) | Outcome::Duplicate(picture) = outcome {
            *slot = Some(picture);
        }
        Ok(outcome)
    }

    async fn send(&self, file: &CheckedFile) -> Result<Outcome, Error> {
        let progress = self.start_progress(file);
        let transfer = Transfer {
            session: self.session,
            journal: &self.journal,
            retry: &self.retry,
            progress: &progress,
            sent_bytes: &self.sent_bytes,
        };
        let outcome = self.send_with(&transfer, file).await;
        progress.finish_and_clear();
        self.retry.output.progress().remove(&progress);
        outcome
    }

    async fn send_with(&self, transfer: &Transfer<'_>, file: &CheckedFile) -> Result<Outcome, Error> {
        if let Some(Entry::Uploaded { picture_id }) = self.journal.get(&file.sha256) {
            // The server finds a picture some seconds after its upload, but not a failed one.
            match transfer.read(picture_id).await? {
                Some(picture) if picture["state"] == "failed" => {
                    let reason = picture["failure"].as_str().unwrap_or("The file cannot be processed.");
                    return Ok(Outcome::Failed(reason.to_owned()));
                }
                Some(_) => return Ok(Outcome::Duplicate(picture_id)),
                None if self.dry_run => {}
                None => transfer.record(file, Entry::Deleted).await?,
            }
        }
        if self.dry_run {
            return Ok(Outcome::Uploaded(PictureId(uuid::Uuid::nil())));
        }
        let new = NewPicture {
            content_type: file.content_type.as_str().to_owned(),
            caption: file.item.caption.clone(),
            visibility: file.item.visibility.unwrap_or(self.visibility),
        };
        Box::pin(transfer.send(file, &new)).await.map(Outcome::Uploaded)
    }

    fn start_progress(&self, file: &CheckedFile) -> ProgressBar {
        let bar = ProgressBar::new(file.bytes).with_style(bar_style());
        let bar = self.retry.output.progress().add(bar);
        bar.set_message(crate::output::printable(&file.item.name));
        bar
    }
}

/// Returns the style of a progress bar over bytes, with a message.
pub fn bar_style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:24} {bytes:>10} of {total_bytes:>10}  {wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn into_stream<T>(receiver: mpsc::Receiver<T>) -> impl Stream<Item = T> {
    stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver)))
}
