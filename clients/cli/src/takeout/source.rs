//! The files of an export: in archives, in a folder of archives, or in an unpacked folder.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use domain::MAX_ORIGINAL_BYTES;
use zip::ZipArchive;
use zip::result::ZipError;

use super::folder_names::below_takeout;
use super::sidecar_names::normalize;
use crate::upload::item::OpenError;

const BUFFER_BYTES: usize = 256 * 1024;

/// The reason why an export cannot be read, as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum TakeoutError {
    /// A path does not exist or cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// The reason.
        #[source]
        error: io::Error,
    },
    /// A file is no archive.
    #[error(
        "{} is not a ZIP archive. Pass the ZIP files of the export, or the folder that contains them.",
        .0.display()
    )]
    NotAnArchive(PathBuf),
    /// An archive is incomplete or damaged.
    #[error("The archive {} is damaged or incomplete. Download it again.", .0.display())]
    Damaged(PathBuf),
    /// An archive needs a password.
    #[error("The archive {} is encrypted. Unpack it, and pass the folder.", .0.display())]
    Encrypted(PathBuf),
    /// An archive contains a path outside of its folder.
    #[error("The archive {} contains an unsafe path, so it is no export of Google.", .0.display())]
    UnsafePath(PathBuf),
    /// There are no pictures with sidecars.
    #[error(
        "{} contains no Google Photos export. Pass the ZIP files from Google Takeout, or their folder.",
        .0.display()
    )]
    NoExport(PathBuf),
}

/// A file of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportFile {
    /// The path of the folder below `Takeout/`, the same in every ZIP file.
    pub folder: String,
    /// The name, in composed form.
    pub name: String,
    /// The length that the archive or the file system states.
    pub bytes: u64,
    location: Location,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Location {
    /// The index of the archive, and that of the entry in it.
    Archive(usize, usize),
    Disk(PathBuf),
}

impl ExportFile {
    fn new(path: &str, bytes: u64, location: Location) -> Self {
        let path = normalize(path);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        Self { folder: below_takeout(folder).to_owned(), name: name.to_owned(), bytes, location }
    }

    /// Returns the path for messages.
    pub fn path(&self) -> String {
        match &self.location {
            Location::Disk(path) => path.display().to_string(),
            Location::Archive(..) => format!("{}/{}", self.folder, self.name),
        }
    }
}

/// The archives and folders of an export.
#[derive(Debug, Default)]
pub struct ExportFiles {
    archives: Vec<Mutex<ZipArchive<File>>>,
    /// All files, sorted by folder and name.
    pub entries: Vec<ExportFile>,
    /// The archives in a folder that cannot be read, and that are probably no part of the export.
    pub skipped: Vec<(PathBuf, TakeoutError)>,
}

impl ExportFiles {
    /// Lists the files of all `paths`. Reads no contents.
    pub fn open(paths: &[PathBuf]) -> Result<Self, TakeoutError> {
        let mut source = Self::default();
        for path in paths {
            let metadata = fs::metadata(path).map_err(|error| unreadable(path, error))?;
            if metadata.is_dir() { source.add_folder(path, path)? } else { source.add_archive(path)? }
        }
        source.entries.sort_by(|one, other| (&one.folder, &one.name).cmp(&(&other.folder, &other.name)));
        Ok(source)
    }

    /// Adds the files below `folder`, and those in the archives directly in `root`. Ignores
    /// symbolic links.
    fn add_folder(&mut self, root: &Path, folder: &Path) -> Result<(), TakeoutError> {
        let unreadable = |error| unreadable(folder, error);
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let metadata = path.symlink_metadata().map_err(unreadable)?;
            let is_archive = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
            if metadata.is_dir() {
                self.add_folder(root, &path)?;
            } else if metadata.is_file() && is_archive && folder == root {
                if let Err(error) = self.add_archive(&path) {
                    if is_part(&path) {
                        return Err(error);
                    }
                    self.skipped.push((path, error));
                }
            } else if metadata.is_file() {
                let relative = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
                self.entries.push(ExportFile::new(&relative, metadata.len(), Location::Disk(path)));
            }
        }
        Ok(())
    }

    fn add_archive(&mut self, path: &Path) -> Result<(), TakeoutError> {
        let files = self.list_archive(path)?;
        self.entries.extend(files);
        Ok(())
    }

    /// Opens an archive, and returns its files.
    fn list_archive(&mut self, path: &Path) -> Result<Vec<ExportFile>, TakeoutError> {
        let file = File::open(path).map_err(|error| unreadable(path, error))?;
        let mut archive = ZipArchive::new(file).map_err(|error| not_opened(path, error))?;
        let mut files = Vec::new();
        for index in 0..archive.len() {
            let entry = archive.by_index_raw(index).map_err(|_| TakeoutError::Damaged(path.to_owned()))?;
            if entry.encrypted() {
                return Err(TakeoutError::Encrypted(path.to_owned()));
            }
            let name = entry.enclosed_name().ok_or_else(|| TakeoutError::UnsafePath(path.to_owned()))?;
            if entry.is_file() {
                let location = Location::Archive(self.archives.len(), index);
                files.push(ExportFile::new(&name.to_string_lossy(), entry.size(), location));
            }
        }
        self.archives.push(Mutex::new(archive));
        Ok(files)
    }

    /// Reads at most `limit` bytes of a file.
    pub fn read(&self, entry: &ExportFile, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.with_reader(entry, |reader| reader.take(limit).read_to_end(&mut bytes).map(drop))?;
        Ok(bytes)
    }

    /// Returns the path of a file outside of archives.
    pub fn path<'a>(&self, entry: &'a ExportFile) -> Option<&'a Path> {
        match &entry.location {
            Location::Disk(path) => Some(path),
            Location::Archive(..) => None,
        }
    }

    /// Copies a file of an archive to a temporary file without a name. Never writes more than an
    /// original can have, whatever length the archive states.
    pub fn extract(&self, entry: &ExportFile) -> Result<File, OpenError> {
        self.extract_to(entry, tempfile::tempfile().map_err(OpenError::Copy)?)
    }

    fn extract_to(&self, entry: &ExportFile, mut copy: File) -> Result<File, OpenError> {
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut written = Ok(());
        self.with_reader(entry, |reader| {
            let mut reader = reader.take(MAX_ORIGINAL_BYTES + 1);
            while written.is_ok() {
                match reader.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(length) => written = copy.write_all(&buffer[..length]),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })
        .map_err(OpenError::Read)?;
        written.and_then(|()| copy.rewind()).map_err(OpenError::Copy)?;
        Ok(copy)
    }

    fn with_reader(
        &self,
        entry: &ExportFile,
        read: impl FnOnce(&mut dyn Read) -> io::Result<()>,
    ) -> io::Result<()> {
        match &entry.location {
            Location::Disk(path) => read(&mut File::open(path)?),
            Location::Archive(archive, index) => {
                let mut archive = self.archives[*archive].lock().unwrap_or_else(PoisonError::into_inner);
                read(&mut archive.by_index(*index)?)
            }
        }
    }
}

/// Returns `true` if Google Takeout gives such a name to the parts of an export.
fn is_part(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.to_ascii_lowercase().starts_with("takeout-")
}

fn unreadable(path: &Path, error: io::Error) -> TakeoutError {
    TakeoutError::Unreadable { path: path.to_owned(), error }
}

fn not_opened(path: &Path, error: ZipError) -> TakeoutError {
    match error {
        ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => unreadable(path, error),
        _ if starts_as_archive(path) => TakeoutError::Damaged(path.to_owned()),
        _ => TakeoutError::NotAnArchive(path.to_owned()),
    }
}

/// Returns whether a file begins with the signature of an entry of an archive.
fn starts_as_archive(path: &Path) -> bool {
    let mut start = [0; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *b"PK\x03\x04"
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;

    use tempfile::TempDir;
    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use super::*;

    fn archive(bytes: &[u8]) -> (TempDir, ExportFiles) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("takeout.zip");
        let mut zip = ZipWriter::new(File::create(&path).unwrap());
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        zip.start_file("Takeout/Google Photos/Oslo/a.jpg", options).unwrap();
        zip.write_all(bytes).unwrap();
        zip.finish().unwrap();
        let source = ExportFiles::open(&[path]).unwrap();
        (folder, source)
    }

    #[test]
    fn copies_at_most_one_byte_more_than_an_original_can_have() {
        let (_folder, source) = archive(&vec![0; 60_000_000]);
        let copy = source.extract(&source.entries[0]).unwrap();
        assert_eq!(copy.metadata().unwrap().len(), MAX_ORIGINAL_BYTES + 1);
        assert_eq!(source.read(&source.entries[0], 10).unwrap(), [0; 10]);
    }

    #[test]
    fn notices_a_damaged_file() {
        let (folder, _) = archive(b"picture");
        let path = folder.path().join("takeout.zip");
        let mut bytes = fs::read(&path).unwrap();
        let start = bytes.windows(5).position(|bytes| bytes == b"a.jpg").unwrap() + 5;
        bytes[start + 2] ^= 0xFF;
        fs::write(&path, bytes).unwrap();
        let source = ExportFiles::open(&[path]).unwrap();
        assert!(matches!(source.extract(&source.entries[0]), Err(OpenError::Read(_))));
    }

    #[test]
    fn a_full_disk_is_no_error_of_the_file() {
        let (_folder, source) = archive(b"picture");
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let error = source.extract_to(&source.entries[0], full).unwrap_err();
        assert!(
            matches!(&error, OpenError::Copy(error) if error.kind() == io::ErrorKind::StorageFull),
            "{error:?}"
        );
    }

    #[test]
    fn skips_a_damaged_archive_of_a_folder_unless_it_is_a_part() {
        let (folder, _) = archive(b"picture");
        fs::write(folder.path().join("backup.zip"), b"PK\x03\x04 and nothing else").unwrap();
        let source = ExportFiles::open(&[folder.path().to_owned()]).unwrap();
        assert_eq!(source.entries.len(), 1);
        let [(path, TakeoutError::Damaged(_))] = &source.skipped[..] else { panic!("{source:?}") };
        assert!(path.ends_with("backup.zip"));
        fs::rename(path, folder.path().join("Takeout-2026-002.zip")).unwrap();
        let error = ExportFiles::open(&[folder.path().to_owned()]).unwrap_err();
        assert!(matches!(error, TakeoutError::Damaged(_)), "{error}");
    }
}
