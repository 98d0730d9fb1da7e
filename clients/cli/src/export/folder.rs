//! The folder that receives an export: what it contains, and how files are added.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use domain::{Sha256, UserId};
use serde_json::Value;
use tempfile::NamedTempFile;

use super::file_names::{id_suffix, id_suffix_in, path_of};
use super::picture::Picture;
use crate::download::incomplete_file;
use crate::failure::Failure;

/// Begins the names of incomplete files. No other command uses it, because an export deletes them.
const TEMPORARY: &str = ".albumen-export-";
/// Is locked during an export.
const LOCK: &str = ".albumen.lock";
/// Sidecars are shorter.
const MAX_SIDECAR_BYTES: u64 = 1_000_000;

/// A picture in the folder.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The file of the picture, which can be missing.
    pub path: PathBuf,
    /// The contents of the sidecar; null if it is missing.
    pub sidecar: Value,
}

/// The folder of an export, locked for this process.
#[derive(Debug)]
pub struct ExportFolder {
    root: PathBuf,
    /// The member. The folder can also contain the pictures of another account.
    owner: String,
    /// The member's pictures that have a sidecar, by id.
    sidecars: HashMap<String, Exported>,
    /// Files with the end of an id in their names, by that end.
    files: HashMap<String, PathBuf>,
    _lock: File,
}

impl ExportFolder {
    /// Creates the folder if necessary, locks it, deletes incomplete files of an export that was
    /// killed, and reads the sidecars.
    pub fn open(root: &Path, owner: UserId) -> Result<Self, Failure> {
        if root.exists() && !root.is_dir() {
            return Err(Failure::Failed(format!("{} is not a folder. Name another one.", root.display())));
        }
        fs::create_dir_all(root).map_err(|error| Failure::file("create", root, &error))?;
        let lock = lock(root)?;
        let mut folder = Self {
            root: root.to_owned(),
            owner: owner.to_string(),
            sidecars: HashMap::new(),
            files: HashMap::new(),
            _lock: lock,
        };
        folder.scan(root)?;
        Ok(folder)
    }

    fn scan(&mut self, folder: &Path) -> Result<(), Failure> {
        let fail = |error| Failure::file("read", folder, &error);
        for entry in fs::read_dir(folder).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            let kind = entry.file_type().map_err(fail)?;
            if kind.is_dir() {
                self.scan(&path)?;
            } else if kind.is_file() && name.starts_with(TEMPORARY) {
                fs::remove_file(&path).map_err(|error| Failure::file("delete", &path, &error))?;
            } else if kind.is_file() {
                self.add(path, &name);
            }
        }
        Ok(())
    }

    fn add(&mut self, path: PathBuf, name: &str) {
        match name.strip_suffix(".json") {
            None => {
                let suffix = id_suffix_in(name).map(str::to_owned);
                drop(suffix.map(|suffix| self.files.insert(suffix, path)));
            }
            Some(_) => {
                let sidecar = read_sidecar(&path).unwrap_or_default();
                if let (Some(id), true) = (sidecar["id"].as_str(), sidecar["owner"]["id"] == *self.owner) {
                    let path = path.with_extension("");
                    self.sidecars.insert(id.to_owned(), Exported { path, sidecar });
                }
            }
        }
    }

    /// Returns the picture if an export has added it, or else the path for it. The name does not
    /// change when the caption or the time of the picture changes later.
    pub fn find(&self, picture: &Picture) -> Exported {
        let without_sidecar = || {
            let path = self.files.get(&id_suffix(&picture.id)).cloned();
            Exported { path: path.unwrap_or_else(|| self.root.join(path_of(picture))), sidecar: Value::Null }
        };
        self.sidecars.get(&picture.id).cloned().unwrap_or_else(without_sidecar)
    }

    /// Returns the number of the member's pictures in the folder that are not among `ids`.
    pub fn count_others(&self, ids: &HashSet<String>) -> usize {
        self.sidecars.keys().filter(|id| !ids.contains(*id)).count()
    }
}

impl Exported {
    /// Returns the path of the sidecar.
    pub fn sidecar_path(&self) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(".json");
        path.into()
    }

    /// Returns the hash of the sidecar.
    pub fn sha256(&self) -> Option<Sha256> {
        self.sidecar["sha256"].as_str().and_then(Sha256::parse)
    }

    /// Writes the sidecar in place of the former one.
    pub fn write_sidecar(&self, sidecar: &Value) -> io::Result<()> {
        let path = self.sidecar_path();
        let mut file = temporary_beside(&path)?;
        serde_json::to_writer_pretty(&mut file, sidecar)?;
        file.write_all(b"\n")?;
        file.persist(&path)?;
        Ok(())
    }
}

/// Locks the folder until the file is closed.
fn lock(root: &Path) -> Result<File, Failure> {
    let path = root.join(LOCK);
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|error| Failure::file("write", &path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::Failed(format!(
            "Another export to {} is running. Wait until it ends.",
            root.display()
        ))),
        // Some network file systems have no locks.
        Err(TryLockError::Error(_)) => Ok(file),
    }
}

fn read_sidecar(path: &Path) -> Option<Value> {
    let mut json = Vec::new();
    File::open(path).ok()?.take(MAX_SIDECAR_BYTES).read_to_end(&mut json).ok()?;
    serde_json::from_slice(&json).ok()
}

/// Creates an incomplete file in the folder of `path`, which is deleted unless it is renamed.
pub fn temporary_beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    incomplete_file(folder, TEMPORARY)
}

/// Writes a file to the disk and gives it its name, unless another file has it.
pub async fn persist(file: NamedTempFile, path: PathBuf) -> io::Result<()> {
    let persist = move || {
        file.as_file().sync_all()?;
        file.persist_noclobber(path)?;
        Ok(())
    };
    tokio::task::spawn_blocking(persist).await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn opens_a_folder_with_files_of_others() {
        let folder = tempfile::tempdir().unwrap();
        let [member, other] = ["0b1d", "0b1e"]
            .map(|part| format!("3f1c2b9e-{part}-4a7b-9b57-0d6a3c1f2e4d").parse::<UserId>().unwrap());
        let write = |name: &str, json: &Value| fs::write(folder.path().join(name), json.to_string()).unwrap();
        write("a.jpg.json", &json!({"id": "a", "owner": {"id": member}}));
        write("b.jpg.json", &json!({"id": "b", "owner": {"id": other}}));
        write("package.json", &json!({"id": "c"}));
        for name in [".albumen-export-1", ".albumen-download-1", ".albumen-notes"] {
            write(name, &Value::Null);
        }
        let open = |member| ExportFolder::open(folder.path(), member).unwrap();
        assert_eq!(open(member).count_others(&HashSet::new()), 1);
        assert_eq!(open(member).count_others(&HashSet::from(["a".into()])), 0);
        assert_eq!(open(other).count_others(&HashSet::from(["b".into()])), 0);
        let has = |name: &str| folder.path().join(name).exists();
        assert!(!has(".albumen-export-1") && has(".albumen-download-1") && has(".albumen-notes"));
    }
}
