//! The journal of uploads: what this account has registered and uploaded, by the hash of each file.
//!
//! `POST /pictures/known` finds a picture some seconds after its upload. Until then, the journal
//! identifies the picture. It also identifies the multipart upload that a killed process has begun.
//!
//! It is a file of JSON lines. The last line about a hash counts. A process that is killed or has
//! no space leaves at most an incomplete last line, which the next one removes.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{PictureId, Sha256, UploadId, UserId};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The number of extra lines, beyond three per file, from which the journal is written again.
const MAX_OUTDATED: usize = 10_000;

/// The last known step of the upload of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum Entry {
    /// The picture is registered. Its bytes may have arrived.
    #[serde(rename_all = "camelCase")]
    Registered {
        /// The picture.
        picture_id: PictureId,
    },
    /// The bytes are being sent in parts. They may have arrived.
    #[serde(rename_all = "camelCase")]
    Sending {
        /// The picture.
        picture_id: PictureId,
        /// The multipart upload.
        upload_id: UploadId,
    },
    /// The bytes have arrived.
    #[serde(rename_all = "camelCase")]
    Uploaded {
        /// The picture.
        picture_id: PictureId,
    },
    /// The picture was deleted.
    Deleted,
}

#[derive(Serialize, Deserialize)]
struct Line {
    sha256: Sha256,
    #[serde(flatten)]
    entry: Entry,
}

/// The journal of one account. One process at a time has it.
#[derive(Clone, Debug)]
pub struct Journal(Arc<Mutex<Contents>>);

#[derive(Debug)]
struct Contents {
    path: PathBuf,
    /// `None` if the journal is only read.
    file: Option<File>,
    /// The length up to which the file has complete lines.
    length: u64,
    lines: usize,
    entries: BTreeMap<Sha256, Entry>,
    /// Locked until the process ends, however it ends.
    _lock: Option<File>,
}

impl Journal {
    /// Opens the journal of an account below the folder `state`.
    ///
    /// # Errors
    /// Returns a failure if another process has the journal, or if its file cannot be read or
    /// written.
    pub fn open(state: &Path, user: UserId) -> Result<Self, Failure> {
        let folder = state.join("uploads");
        fs::create_dir_all(&folder).map_err(|error| Failure::file("create", &folder, &error))?;
        let lock = lock(&folder.join(format!("{user}.lock")))?;
        let path = folder.join(format!("{user}.jsonl"));
        Contents::read(&path, lock)
            .map(|contents| Self(Arc::new(Mutex::new(contents))))
            .map_err(|error| Failure::file("open", &path, &error))
    }

    /// Reads the journal of an account, which another process may have. Writes nothing.
    ///
    /// # Errors
    /// Returns a failure if its file cannot be read.
    pub fn read(state: &Path, user: UserId) -> Result<Self, Failure> {
        let path = state.join("uploads").join(format!("{user}.jsonl"));
        let text = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            text => text.map_err(|error| Failure::file("read", &path, &error))?,
        };
        Ok(Self(Arc::new(Mutex::new(Contents::parse(&path, &text)))))
    }

    /// Returns the entry of a file.
    pub fn get(&self, sha256: &Sha256) -> Option<Entry> {
        self.contents().entries.get(sha256).filter(|entry| **entry != Entry::Deleted).cloned()
    }

    /// Writes an entry. It is on the disk when the call ends.
    ///
    /// # Errors
    /// Returns a failure if the disk is full or the file cannot be written. The journal is then
    /// unchanged.
    pub async fn set(&self, sha256: &Sha256, entry: Entry) -> Result<(), Failure> {
        let (journal, sha256) = (self.clone(), sha256.clone());
        let write = move || {
            let mut contents = journal.contents();
            contents.append(sha256, entry).map_err(|error| Failure::file("write", &contents.path, &error))
        };
        let written = tokio::task::spawn_blocking(write).await;
        written
            .map_err(|error| Failure::Failed(format!("The journal of uploads cannot be written: {error}.")))?
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        // `append` changes the entries last, so a panic leaves them valid.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    options
}

fn lock(path: &Path) -> Result<File, Failure> {
    let file = options().open(path).map_err(|error| Failure::file("open", path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::Failed(
            "Another `albumen upload` or `albumen watch` uses this account. Wait until it ends, or stop it."
                .into(),
        )),
        // Some network file systems have no locks.
        Err(TryLockError::Error(_)) => Ok(file),
    }
}

impl Contents {
    fn read(path: &Path, lock: File) -> io::Result<Self> {
        let mut file = options().open(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let contents = Self::parse(path, &text);
        file.set_len(contents.length)?;
        sync_folder(path);
        let mut contents = Self { file: Some(file), _lock: Some(lock), ..contents };
        contents.compact()?;
        Ok(contents)
    }

    fn parse(path: &Path, text: &[u8]) -> Self {
        let complete = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |position| position + 1);
        let lines: Vec<_> =
            text[..complete].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        // A line that a later version wrote, or that a defective disk changed, is skipped: at
        // worst, the file is compared with the server again.
        let parsed = lines.iter().filter_map(|line| serde_json::from_slice::<Line>(line).ok());
        let entries = parsed.map(|Line { sha256, entry }| (sha256, entry)).collect();
        let (length, lines) = (complete as u64, lines.len());
        Self { path: path.to_owned(), file: None, length, lines, entries, _lock: None }
    }

    fn append(&mut self, sha256: Sha256, entry: Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(&Line { sha256: sha256.clone(), entry: entry.clone() })?;
        line.push(b'\n');
        let file = self.file.as_mut().ok_or(io::ErrorKind::ReadOnlyFilesystem)?;
        let written = file
            .seek(SeekFrom::Start(self.length))
            .and_then(|_| file.write_all(&line))
            .and_then(|()| file.sync_data());
        if let Err(error) = written {
            // The next line overwrites the incomplete one if it cannot be removed.
            let _ = file.set_len(self.length);
            return Err(error);
        }
        self.length += line.len() as u64;
        self.lines += 1;
        self.entries.insert(sha256, entry);
        Ok(())
    }

    /// Writes the file again, without outdated lines, if most of its lines are outdated.
    fn compact(&mut self) -> io::Result<()> {
        if self.lines < self.entries.len() * 3 + MAX_OUTDATED {
            return Ok(());
        }
        self.entries.retain(|_, entry| *entry != Entry::Deleted);
        let temporary = self.path.with_extension("new");
        let mut file = options().truncate(true).open(&temporary)?;
        let mut text = Vec::new();
        for (sha256, entry) in &self.entries {
            serde_json::to_writer(&mut text, &Line { sha256: sha256.clone(), entry: entry.clone() })?;
            text.push(b'\n');
        }
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&temporary, &self.path)?;
        sync_folder(&self.path);
        (self.file, self.length, self.lines) = (Some(file), text.len() as u64, self.entries.len());
        Ok(())
    }
}

/// Syncs the folder of a file to the disk, so that a loss of power does not remove a new file. Some
/// file systems refuse this, and need no such call.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent() {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use tempfile::{TempDir, tempdir};

    /// Returns the path of the journal below a folder.
    fn file(folder: &TempDir) -> PathBuf {
        folder.path().join(format!("uploads/{}.jsonl", user()))
    }

    fn user() -> UserId {
        UserId(uuid::Uuid::nil())
    }

    fn uploaded() -> Entry {
        Entry::Uploaded { picture_id: PictureId::new() }
    }

    #[tokio::test]
    async fn keeps_the_last_entry_of_each_file() {
        let folder = tempdir().unwrap();
        let (one, other) = (Sha256::of(b"1"), Sha256::of(b"2"));
        let picture_id = PictureId::new();
        let journal = Journal::open(folder.path(), user()).unwrap();
        assert_eq!(journal.get(&one), None);
        journal.set(&one, Entry::Registered { picture_id }).await.unwrap();
        let sending = Entry::Sending { picture_id, upload_id: UploadId::parse("u-1").unwrap() };
        journal.set(&one, sending.clone()).await.unwrap();
        journal.set(&other, uploaded()).await.unwrap();
        journal.set(&other, Entry::Deleted).await.unwrap();
        drop(journal);
        let journal = Journal::open(folder.path(), user()).unwrap();
        assert_eq!(journal.get(&one), Some(sending));
        assert_eq!(journal.get(&other), None);
        let mode = fs::metadata(file(&folder)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[tokio::test]
    async fn a_kill_during_any_write_loses_at_most_the_last_entry() {
        let folder = tempdir().unwrap();
        let hashes: Vec<_> = (0..3).map(|number: u8| Sha256::of(&[number])).collect();
        let journal = Journal::open(folder.path(), user()).unwrap();
        for sha256 in &hashes {
            journal.set(sha256, uploaded()).await.unwrap();
        }
        drop(journal);
        let complete = fs::read(file(&folder)).unwrap();
        let second = complete.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).unwrap().0;
        for length in second + 1..complete.len() {
            fs::write(file(&folder), &complete[..length]).unwrap();
            let journal = Journal::open(folder.path(), user()).unwrap();
            assert!(journal.get(&hashes[1]).is_some(), "{length}");
            assert_eq!(journal.get(&hashes[2]), None, "{length}");
            journal.set(&hashes[2], uploaded()).await.unwrap();
            drop(journal);
            let journal = Journal::open(folder.path(), user()).unwrap();
            assert!(hashes.iter().all(|sha256| journal.get(sha256).is_some()), "{length}");
        }
    }

    #[test]
    fn one_process_has_the_journal() {
        let folder = tempdir().unwrap();
        let journal = Journal::open(folder.path(), user()).unwrap();
        let failure = Journal::open(folder.path(), user()).unwrap_err();
        assert!(failure.to_string().starts_with("Another `albumen upload`"), "{failure}");
        drop(journal);
        Journal::open(folder.path(), user()).unwrap();
    }

    #[tokio::test]
    async fn a_reader_needs_no_lock_and_changes_nothing() {
        let folder = tempdir().unwrap();
        let sha256 = Sha256::of(b"1");
        assert_eq!(Journal::read(folder.path(), user()).unwrap().get(&sha256), None);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "no folder is created");
        let journal = Journal::open(folder.path(), user()).unwrap();
        journal.set(&sha256, uploaded()).await.unwrap();
        let text = [&fs::read(file(&folder)).unwrap()[..], b"incomplete"].concat();
        fs::write(file(&folder), &text).unwrap();
        let reader = Journal::read(folder.path(), user()).unwrap();
        assert_eq!(reader.get(&sha256), journal.get(&sha256));
        reader.set(&sha256, Entry::Deleted).await.unwrap_err();
        assert_eq!(fs::read(file(&folder)).unwrap(), text);
    }

    #[tokio::test]
    async fn a_full_disk_leaves_the_journal_unchanged() {
        let folder = tempdir().unwrap();
        let journal = Journal::open(folder.path(), user()).unwrap();
        journal.set(&Sha256::of(b"1"), uploaded()).await.unwrap();
        // Each write to this device fails for lack of space.
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let file = journal.contents().file.replace(full);
        let failure = journal.set(&Sha256::of(b"2"), uploaded()).await.unwrap_err();
        assert!(failure.to_string().contains("the disk is full"), "{failure}");
        assert_eq!(journal.get(&Sha256::of(b"2")), None);
        journal.contents().file = file;
        journal.set(&Sha256::of(b"3"), uploaded()).await.unwrap();
        drop(journal);
        let journal = Journal::open(folder.path(), user()).unwrap();
        assert!(journal.get(&Sha256::of(b"1")).is_some() && journal.get(&Sha256::of(b"3")).is_some());
    }

    #[tokio::test]
    async fn is_shortened_when_most_lines_are_outdated() {
        let folder = tempdir().unwrap();
        drop(Journal::open(folder.path(), user()).unwrap());
        let last = uploaded();
        let line = |entry| serde_json::to_string(&Line { sha256: Sha256::of(b"1"), entry }).unwrap() + "\n";
        let lines: String =
            (0..MAX_OUTDATED + 5).map(|_| line(uploaded())).chain([line(last.clone())]).collect();
        fs::write(file(&folder), lines).unwrap();
        let journal = Journal::open(folder.path(), user()).unwrap();
        assert_eq!(journal.get(&Sha256::of(b"1")), Some(last));
        journal.set(&Sha256::of(b"2"), uploaded()).await.unwrap();
        assert_eq!(fs::read_to_string(file(&folder)).unwrap().lines().count(), 2);
    }
}
