//! `albumen watch`

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{self, Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime};

use futures_util::stream::{self, Stream};
use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecursiveMode, Watcher};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::Outcome;
use crate::account;
use crate::failure::{Failure, describe_file_error};
use crate::output::Output;
use crate::upload::item::{FileSource, Item};
use crate::upload::retry::Patience;
use crate::upload::stop::Stop;
use crate::upload::summary::Summary;
use crate::upload::walk::{Found, walk};
use crate::upload::{self, UploadOptions};

/// The time without a change after which a file that a program has closed is complete.
const CLOSED_SETTLE: Duration = Duration::from_secs(1);
/// The time without a change after which any file is complete, such as one on a network share, of
/// which the writer cannot be observed.
const SETTLE: Duration = Duration::from_secs(4);
/// The interval at which changing files are looked at.
const TICK: Duration = Duration::from_millis(500);
/// The interval at which the whole folder is read, in case that events were lost.
const SCAN_INTERVAL: Duration = Duration::from_secs(60);
/// The shortest interval, after an event that asks for it.
const MIN_SCAN_INTERVAL: Duration = Duration::from_secs(5);
/// The ends of names of files that programs write and then rename.
const TEMPORARY: [&str; 5] = [".part", ".crdownload", ".download", ".tmp", "~"];

/// Arguments of `watch`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Also watch the folders below
    #[arg(long, short)]
    recursive: bool,
    #[command(flatten)]
    options: UploadOptions,
}

/// Uploads the pictures of a folder, and new ones, until Ctrl-C.
///
/// # Errors
/// Returns a failure if the folder cannot be watched.
pub async fn run(arguments: Arguments, output: &Output) -> Result<Outcome, Failure> {
    let Arguments { folder, recursive, options } = arguments;
    if !folder.is_dir() {
        let folder = folder.display();
        return Err(Failure::Usage(format!("{folder} is not a folder. Name an existing folder.")));
    }
    let session = account::session(output).await?.without_retries();
    let mut engine = upload::open_engine(&session, &options, false, output)?;
    engine.retry.patience = Patience::Endless;
    let (sender, events) = mpsc::unbounded_channel();
    let mut watcher = notify::recommended_watcher(move |event| {
        // Fails only at the end of the program.
        let _ = sender.send(event);
    })
    .map_err(|error| describe(&folder, &error))?;
    let mode = if recursive { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
    // Before the first scan, so that no file is missed between the two.
    watcher.watch(&folder, mode).map_err(|error| describe(&folder, &error))?;
    output.note(&format!("Watching {}. Press Ctrl-C to stop.", folder.display()));
    let files = Files {
        postponed: Rc::clone(&engine.postponed),
        ..Files::new(folder, recursive, events, engine.retry.stop.clone())
    };
    let summary = Summary::of_watch(output);
    upload::upload_all(&engine, files.into_stream(), options.album.as_deref(), &summary).await
}

fn describe(folder: &Path, error: &notify::Error) -> Failure {
    let folder = folder.display();
    Failure::Failed(match &error.kind {
        notify::ErrorKind::MaxFilesWatch => format!(
            "Cannot watch {folder}, because the system allows no more watched folders. \
             Increase `fs.inotify.max_user_watches`."
        ),
        _ => format!("Cannot watch {folder}: {error}."),
    })
}

/// The length of a file and the time of its last change, which differ between two versions.
type Version = (u64, i64, i64);

/// A file that may still be written.
#[derive(Debug)]
struct Changing {
    version: Version,
    unchanged_since: Instant,
    is_closed: bool,
}

/// The files of a folder, each as soon as it is complete.
struct Files {
    folder: PathBuf,
    /// The absolute path of the folder, with which the paths of events begin.
    absolute: PathBuf,
    recursive: bool,
    events: mpsc::UnboundedReceiver<notify::Result<Event>>,
    stop: Stop,
    changing: BTreeMap<PathBuf, Changing>,
    /// The versions that were handed out.
    complete: BTreeMap<PathBuf, Version>,
    /// The files to hand out again at the next scan, because their upload failed for now.
    postponed: Rc<RefCell<Vec<PathBuf>>>,
    /// The versions that could not be read. They are tried again at each scan.
    unreadable: BTreeMap<PathBuf, Version>,
    /// The paths, also of folders, that the last scan could not read.
    unreadable_paths: BTreeSet<String>,
    ready: Vec<Found>,
    scanned: Option<Instant>,
    /// An event asks for a scan.
    needs_scan: bool,
}

impl Files {
    fn new(
        folder: PathBuf,
        recursive: bool,
        events: mpsc::UnboundedReceiver<notify::Result<Event>>,
        stop: Stop,
    ) -> Self {
        let (changing, complete) = (BTreeMap::new(), BTreeMap::new());
        let absolute = path::absolute(&folder).unwrap_or_else(|_| folder.clone());
        Self {
            folder,
            absolute,
            recursive,
            events,
            stop,
            changing,
            complete,
            postponed: Rc::default(),
            unreadable: BTreeMap::new(),
            unreadable_paths: BTreeSet::new(),
            ready: Vec::new(),
            scanned: None,
            needs_scan: false,
        }
    }

    fn into_stream(self) -> impl Stream<Item = Found> {
        stream::unfold(self, async |mut files| Some((files.next().await, files)))
    }

    async fn next(&mut self) -> Found {
        loop {
            if let Some(found) = self.ready.pop() {
                return found;
            }
            let interval = if self.needs_scan { MIN_SCAN_INTERVAL } else { SCAN_INTERVAL };
            if self.scanned.is_none_or(|scanned| scanned.elapsed() > interval) {
                self.scan().await;
            }
            if let Ok(Some(event)) = timeout(TICK, self.events.recv()).await {
                self.react(event);
            }
            while let Ok(event) = self.events.try_recv() {
                self.react(event);
            }
            self.hand_out_complete();
        }
    }

    /// Reads the whole folder.
    async fn scan(&mut self) {
        self.needs_scan = false;
        if !self.folder.is_dir() {
            let sentence = format!("The folder {} no longer exists.", self.folder.display());
            self.stop.set(Some(Failure::Failed(sentence)));
        }
        let (folder, recursive) = (self.folder.clone(), self.recursive);
        let find = move || {
            let (mut files, mut unreadable) = (Vec::new(), BTreeMap::new());
            walk(&folder, recursive, &mut |found| {
                match found {
                    // The name of an item replaces bytes that are not UTF-8.
                    Found::File(Item { source: FileSource::Path(path), .. }) => {
                        files.extend(version(&path).map(|version| (path, version)));
                    }
                    Found::Unreadable(path, reason) => drop(unreadable.insert(path, reason)),
                    _ => {}
                }
                true
            });
            (files, unreadable)
        };
        // Uploads continue in the meantime.
        let (files, unreadable) = tokio::task::spawn_blocking(find).await.unwrap_or_default();
        self.scanned = Some(Instant::now());
        let paths = unreadable.keys().cloned().collect();
        let reported = std::mem::replace(&mut self.unreadable_paths, paths);
        let new = unreadable.into_iter().filter(|(path, _)| !reported.contains(path));
        self.ready.extend(new.map(|(path, reason)| Found::Unreadable(path, reason)));
        for path in self.postponed.take() {
            self.complete.remove(&path);
        }
        for (path, version) in files {
            self.look(&path, version, false);
        }
    }

    fn react(&mut self, event: notify::Result<Event>) {
        let Ok(event) = event else { return self.needs_scan = true };
        if event.need_rescan() {
            self.needs_scan = true;
        }
        let is_closed = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => true,
            EventKind::Create(_) | EventKind::Modify(_) => false,
            _ => return,
        };
        for path in event.paths {
            // The same name as that of a scan, so that no file is handed out twice.
            let path =
                path.strip_prefix(&self.absolute).map_or(path.clone(), |below| self.folder.join(below));
            if path.is_dir() {
                // A folder that was moved here can have files already.
                self.needs_scan = true;
            } else if let Some(version) = version(&path) {
                self.look(&path, version, is_closed);
            }
        }
    }

    /// Looks at a file that may have changed.
    fn look(&mut self, path: &Path, version: Version, is_closed: bool) {
        if is_ignored(path, &self.folder) || self.complete.get(path) == Some(&version) {
            return;
        }
        let unchanged_since = Instant::now();
        let changing = self.changing.entry(path.to_owned()).or_insert(Changing {
            version,
            unchanged_since: unchanged_since.checked_sub(age(path)).unwrap_or(unchanged_since),
            is_closed,
        });
        changing.is_closed |= is_closed;
    }

    /// Hands out the files that have not changed for long enough.
    fn hand_out_complete(&mut self) {
        let (complete, unreadable, ready) = (&mut self.complete, &mut self.unreadable, &mut self.ready);
        self.changing.retain(|path, changing| {
            let Some(now) = version(path) else { return false };
            if now != changing.version {
                *changing = Changing { version: now, unchanged_since: Instant::now(), is_closed: false };
            }
            let settle = if changing.is_closed { CLOSED_SETTLE } else { SETTLE };
            let is_complete = changing.unchanged_since.elapsed() >= settle;
            if is_complete {
                match File::open(path) {
                    Ok(_) => {
                        complete.insert(path.clone(), now);
                        ready.push(Found::File(Item { bytes: now.0, ..Item::of_path(path) }));
                    }
                    Err(error) if unreadable.insert(path.clone(), now) != Some(now) => {
                        let reason = describe_file_error("read", path, &error);
                        ready.push(Found::Unreadable(path.display().to_string(), reason));
                    }
                    Err(_) => {}
                }
            }
            !is_complete
        });
    }
}

fn version(path: &Path) -> Option<Version> {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some((metadata.len(), metadata.mtime(), metadata.mtime_nsec()))
}

/// Returns the time since the last write to a file.
fn age(path: &Path) -> Duration {
    let written = fs::metadata(path).and_then(|metadata| metadata.modified());
    written.ok().and_then(|written| SystemTime::now().duration_since(written).ok()).unwrap_or_default()
}

/// Returns `true` for hidden files, files in hidden folders, and files that will be renamed.
fn is_ignored(path: &Path, folder: &Path) -> bool {
    let below = path.strip_prefix(folder).unwrap_or(path);
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    below.iter().any(|part| part.as_encoded_bytes().starts_with(b"."))
        || TEMPORARY.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::fs::OpenOptions;
    use std::io::Write;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use tempfile::tempdir;

    fn files(folder: &Path) -> (mpsc::UnboundedSender<notify::Result<Event>>, Files) {
        let (sender, events) = mpsc::unbounded_channel();
        (sender, Files::new(folder.to_owned(), false, events, Stop::new()))
    }

    fn closed(path: &Path) -> notify::Result<Event> {
        let kind = EventKind::Access(AccessKind::Close(AccessMode::Write));
        Ok(Event::new(kind).add_path(path.to_owned()))
    }

    fn name(found: &Found) -> &str {
        match found {
            Found::File(item) => item.name.rsplit('/').next().unwrap(),
            other => panic!("{other:?}"),
        }
    }

    fn write_old(path: &Path) {
        fs::write(path, "old").unwrap();
        let hour_ago = SystemTime::now() - Duration::from_secs(3600);
        OpenOptions::new().write(true).open(path).unwrap().set_modified(hour_ago).unwrap();
    }

    #[tokio::test]
    async fn finds_old_files_at_once_and_closed_files_soon() {
        let folder = tempdir().unwrap();
        write_old(&folder.path().join("old.jpg"));
        write_old(&folder.path().join("later.jpg.part"));
        let (sender, mut files) = files(folder.path());
        assert_eq!(name(&files.next().await), "old.jpg");
        let new = folder.path().join("new.jpg");
        fs::write(&new, "new").unwrap();
        sender.send(closed(&new)).unwrap();
        let start = Instant::now();
        assert_eq!(name(&files.next().await), "new.jpg");
        assert!(start.elapsed() < SETTLE, "{:?}", start.elapsed());
        // Neither file changed again.
        sender.send(closed(&new)).unwrap();
        assert!(timeout(CLOSED_SETTLE * 2, files.next()).await.is_err());
    }

    #[tokio::test]
    async fn names_files_below_the_folder_as_the_person_named_it() {
        let (sender, mut files) = files(Path::new("."));
        files.scanned = Some(Instant::now());
        let path = path::absolute("Cargo.toml").unwrap();
        sender.send(closed(&path)).unwrap();
        let Found::File(item) = files.next().await else { panic!("a file") };
        assert_eq!(item.name, "./Cargo.toml");
    }

    #[tokio::test]
    async fn finds_names_that_are_not_utf_8() {
        let folder = tempdir().unwrap();
        let path = folder.path().join(OsStr::from_bytes(b"\xe9t\xe9.jpg"));
        write_old(&path);
        let (_sender, mut files) = files(folder.path());
        let found = timeout(SETTLE, files.next()).await.unwrap();
        let Found::File(item) = found else { panic!("{found:?}") };
        assert!(matches!(&item.source, FileSource::Path(source) if *source == path), "{item:?}");
    }

    #[tokio::test]
    async fn reports_an_unreadable_path_once() {
        let folder = tempdir().unwrap();
        symlink("nowhere", folder.path().join("broken")).unwrap();
        let (_sender, mut files) = files(folder.path());
        for expected in [1, 0] {
            files.scan().await;
            let found = std::mem::take(&mut files.ready);
            assert_eq!(found.len(), expected, "{found:?}");
            assert!(found.iter().all(|found| matches!(found, Found::Unreadable(..))), "{found:?}");
        }
    }

    #[tokio::test]
    async fn hands_out_a_postponed_file_again() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        write_old(&path);
        let (_sender, mut files) = files(folder.path());
        for expected in [1, 0, 1] {
            files.scan().await;
            files.hand_out_complete();
            assert_eq!(std::mem::take(&mut files.ready).len(), expected);
            if expected == 0 {
                files.postponed.borrow_mut().push(path.clone());
            }
        }
    }

    #[tokio::test]
    async fn waits_for_a_file_that_grows() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("growing.jpg");
        let mut file = fs::File::create(&path).unwrap();
        let (_sender, mut files) = files(folder.path());
        for _ in 0..5 {
            file.write_all(b"more").unwrap();
            assert!(timeout(SETTLE / 2, files.next()).await.is_err());
        }
        assert_eq!(name(&files.next().await), "growing.jpg");
    }
}
