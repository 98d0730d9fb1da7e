//! A file to upload, and what the person or an import says about it.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{TakenAt, Visibility};

/// A file to upload.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// The name in results and messages: the path as the person wrote it, or that in an archive.
    pub name: String,
    /// The bytes.
    pub source: FileSource,
    /// The length when the file was found, for the progress.
    pub bytes: u64,
    /// The caption of a new picture.
    pub caption: Option<String>,
    /// The people who see a new picture, instead of the choice for the run.
    pub visibility: Option<Visibility>,
    /// The time at which the picture was taken, for a picture whose file has none.
    pub taken_at: Option<TakenAt>,
    /// The titles of albums that receive the picture, also if the picture exists already.
    pub albums: Vec<String>,
}

/// The place of the bytes of an item. It is opened twice: to hash the file, and to send it.
#[derive(Clone)]
pub enum FileSource {
    /// A file of the person.
    Path(PathBuf),
    /// A file in an archive. Each call returns a file with its bytes, such as a temporary file
    /// without a name.
    Archive(Arc<dyn Fn() -> Result<File, OpenError> + Send + Sync>),
}

/// The reason why an item cannot be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The file cannot be read.
    Read(io::Error),
    /// A copy of the file cannot be written to the folder for temporary files.
    Copy(io::Error),
}

impl Item {
    /// Creates an item of a file, without further details.
    pub fn of_path(path: &Path) -> Self {
        Self {
            name: path.display().to_string(),
            source: FileSource::Path(path.to_owned()),
            ..Self::default()
        }
    }
}

impl FileSource {
    /// Opens the bytes for reading, at their start.
    pub fn open(&self) -> Result<File, OpenError> {
        match self {
            Self::Path(path) => File::open(path).map_err(OpenError::Read),
            Self::Archive(open) => open(),
        }
    }
}

impl Default for FileSource {
    fn default() -> Self {
        Self::Path(PathBuf::new())
    }
}

impl fmt::Debug for FileSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.fmt(formatter),
            Self::Archive(_) => formatter.write_str("Archive"),
        }
    }
}
