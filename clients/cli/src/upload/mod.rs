//! `albumen upload`

pub mod albums;
pub mod check;
pub mod engine;
mod facts;
#[cfg(test)]
mod histories;
pub mod item;
pub mod journal;
pub mod retry;
pub mod stop;
pub mod summary;
#[cfg(test)]
pub mod test_server;
mod transfer;
pub mod walk;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use client::Session;
use domain::Visibility;
use futures_util::future;
use futures_util::stream::{self, Stream, StreamExt};
use serde_json::json;
use tokio::sync::{Mutex, Notify, mpsc};
use tokio::time::timeout;

use crate::account::{self, folders};
use crate::arguments::parse_visibility;
use crate::failure::Failure;
use crate::output::{Output, format_with_noun};
use crate::takeout::Takeout;
use crate::{Outcome, stopped};

use albums::{Albums, Name, NotAdded};
use engine::Engine;
use item::Item;
use journal::Journal;
use retry::Patience;
use stop::Stop;
use summary::Summary;
use walk::{Found, walk};

/// The number of files that the walk finds ahead of their check.
const MAX_FOUND: usize = 1_000;
/// The interval at which uploaded pictures are added to their albums.
const ALBUM_INTERVAL: Duration = Duration::from_secs(5);
/// The exit code of an interrupted program, by the convention of shells: 128 + SIGINT.
const INTERRUPTED: i32 = 130;

/// Arguments of `upload`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Pictures, and folders of pictures
    #[arg(required_unless_present = "from_takeout", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Import an export of Google Photos: its ZIP files, or the folder that contains them
    #[arg(long, num_args = 1.., value_name = "ZIP|DIR", conflicts_with_all = ["paths", "recursive"])]
    from_takeout: Vec<PathBuf>,
    /// Also upload the folders below the named ones
    #[arg(long, short)]
    recursive: bool,
    /// Say what would be uploaded, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Wait until the pictures are processed, and report those that cannot be
    #[arg(long, conflicts_with = "dry_run")]
    wait: bool,
    #[command(flatten)]
    options: UploadOptions,
}

/// Options of `upload` and `watch`.
#[derive(Clone, Debug, clap::Args)]
pub struct UploadOptions {
    /// Add the pictures to this album, by its id or title. An unknown title becomes a new album
    #[arg(long)]
    pub album: Option<String>,
    /// The people who see new pictures: `private`, `friends` or `public`
    #[arg(long, default_value = "private", value_parser = parse_visibility)]
    pub visibility: Visibility,
    /// The number of files to send at the same time
    #[arg(long, short, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub jobs: u8,
}

/// Runs the command.
///
/// # Errors
/// Returns a failure if nothing can be uploaded, or if the run stops early.
pub async fn run(arguments: Arguments, output: &Output) -> Result<Outcome, Failure> {
    let takeout = match &arguments.from_takeout[..] {
        [] => None,
        paths => Some(Arc::new(Takeout::open(paths, output)?)),
    };
    let session = account::session(output).await?.without_retries();
    let engine = open_engine(&session, &arguments.options, arguments.dry_run, output)?;
    let (found, mut items) = mpsc::channel(MAX_FOUND);
    let (paths, recursive) = (arguments.paths, arguments.recursive);
    let import = takeout.clone();
    let walking = tokio::task::spawn_blocking(move || match import {
        Some(takeout) => _ = takeout.items().all(|item| found.blocking_send(item).is_ok()),
        None => find_all(&paths, recursive, &found),
    });
    let summary = Summary::new(output, arguments.dry_run, arguments.wait);
    let items = stream::poll_fn(move |context| items.poll_recv(context));
    let outcome = upload_all(&engine, items, arguments.options.album.as_deref(), &summary).await;
    // The walk ends when nobody receives what it finds.
    drop(walking);
    if let (Some(takeout), Ok(_)) = (takeout, &outcome) {
        takeout.print(output, summary.private())?;
    }
    outcome
}

/// Opens the journal of a member, and prepares uploads.
///
/// # Errors
/// Returns a failure if another process uploads for the member, or if the journal cannot be opened.
pub fn open_engine<'a>(
    session: &'a Session,
    options: &UploadOptions,
    dry_run: bool,
    output: &'a Output,
) -> Result<Engine<'a>, Failure> {
    let open = if dry_run { Journal::read } else { Journal::open };
    let journal = open(&folders::state()?, session.user())?;
    let mut engine = Engine::new(session, journal, output);
    engine.jobs = options.jobs.into();
    engine.visibility = options.visibility;
    engine.dry_run = dry_run;
    Ok(engine)
}

/// Sends everything that is found to `found`.
fn find_all(paths: &[PathBuf], recursive: bool, found: &mpsc::Sender<Found>) {
    for path in paths {
        walk(path, recursive, &mut |next| found.blocking_send(next).is_ok());
    }
}

/// Uploads what a walk or an import finds, adds it to albums, and prints a summary. Stops when the
/// person presses Ctrl-C.
///
/// # Errors
/// Returns the failure that stopped the run.
pub async fn upload_all(
    engine: &Engine<'_>,
    found: impl Stream<Item = Found>,
    album: Option<&str>,
    summary: &Summary<'_>,
) -> Result<Outcome, Failure> {
    let mut albums = Albums::new(engine.session, &engine.retry);
    let album = album.map(|album| Name::Written(album.to_owned()));
    if let Some(album) = &album {
        albums.find(album).await?;
    }
    let albums = Mutex::new(albums);
    let items = found.filter_map(async |found| summary.add_found(found));
    // An album can have viewers. Of a picture that an import keeps private, another copy can be in
    // the folder of an album.
    let private = RefCell::new(BTreeSet::new());
    let report = async |item: Item, outcome: engine::Outcome| {
        if item.visibility == Some(Visibility::Private) {
            private.borrow_mut().extend(outcome.picture());
        }
        let Some(outcome) = set_facts(engine, &item, outcome).await else { return };
        let is_private = |picture: &_| private.borrow().contains(picture);
        let picture = outcome.picture().filter(|picture| !engine.dry_run && !is_private(picture));
        if let Some(picture) = picture {
            let mut albums = albums.lock().await;
            for name in item.albums.iter().cloned().map(Name::Imported).chain(album.clone()) {
                Box::pin(albums.add(name, picture)).await;
            }
        }
        if !summary.add(&item, &outcome) {
            engine.retry.stop.set(None);
        }
    };
    let is_uploaded = Notify::new();
    let upload = async {
        Box::pin(engine.upload(items, report)).await;
        is_uploaded.notify_one();
    };
    let add = async {
        while timeout(ALBUM_INTERVAL, is_uploaded.notified()).await.is_err() {
            Box::pin(async { albums.lock().await.send_waiting().await }).await;
        }
    };
    let run = async {
        future::join(upload, add).await;
        let not_added = Box::pin(async { albums.lock().await.finish().await }).await;
        summary.wait(engine).await;
        not_added
    };
    let not_added = tokio::select! {
        not_added = run => not_added,
        never = stop_on_signal(&engine.retry.stop, engine.retry.output) => match never {},
    };
    let is_complete = summary.print(engine.sent_bytes.get())?;
    record(&not_added, engine.retry.output)?;
    if let Some(failure) = engine.retry.stop.reason() {
        return Err(failure);
    }
    for NotAdded { album, pictures, reason } in &not_added {
        let pictures = format_with_noun(pictures.len(), "picture is", "pictures are");
        engine.retry.output.warn(&format!("{pictures} not in the album {album}: {reason}"));
    }
    // `watch` ends only in this way.
    let is_cut_off = engine.retry.stop.is_set() && engine.retry.patience == Patience::Bounded;
    if is_cut_off {
        engine.retry.output.note("Stopped. Run the same command again to continue.");
    }
    let is_complete = is_complete && not_added.is_empty() && !is_cut_off;
    Ok(if is_complete { Outcome::Complete } else { Outcome::Incomplete })
}

/// Prints the pictures that an album does not contain, for scripts.
fn record(not_added: &[NotAdded], output: &Output) -> Result<(), Failure> {
    for NotAdded { album, pictures, reason } in not_added {
        for picture in pictures {
            let record = json!({"album": album, "pictureId": picture, "status": "refused", "reason": reason});
            output.record(&record)?;
        }
    }
    Ok(())
}

/// Sets the facts about a picture that the upload does not send. Returns `None` if the run is
/// stopped.
async fn set_facts(engine: &Engine<'_>, item: &Item, outcome: engine::Outcome) -> Option<engine::Outcome> {
    let (picture, is_new) = match outcome {
        engine::Outcome::Uploaded(picture) if !engine.dry_run => (picture, true),
        engine::Outcome::Duplicate(picture) if !engine.dry_run => (picture, false),
        outcome => return Some(outcome),
    };
    match Box::pin(facts::set(engine, item, picture, is_new)).await {
        Ok(()) => Some(outcome),
        Err(retry::Error::File(reason) | retry::Error::Later(reason)) => {
            let reason = format!("The picture is uploaded, but its details are not set: {reason}");
            Some(engine::Outcome::WithoutFacts(picture, reason))
        }
        Err(retry::Error::Stopped) => None,
    }
}

/// Stops the run at the first Ctrl-C or SIGTERM. The second one ends the program.
pub async fn stop_on_signal(stop: &Stop, output: &Output) -> Infallible {
    stopped().await;
    output.note("Stopping after the current parts. Press Ctrl-C again to stop at once.");
    stop.set(None);
    stopped().await;
    std::process::exit(INTERRUPTED);
}
