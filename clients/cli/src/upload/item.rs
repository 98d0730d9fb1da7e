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
    pub source: Source,
    /// The caption of a new picture.
    pub caption: Option<String>,
    /// The people who see a new picture, instead of the choice for the run.
    pub visibility: Option<Visibility>,
    /// The time at which the picture was taken, for a picture whose file has none.
    pub taken_at: Option<TakenAt>,
    /// The place, in the owner's words.
    pub place: Option<String>,
    /// The titles of albums that receive the picture, also if the picture exists already.
    pub albums: Vec<String>,
}

/// The place of the bytes of an item. It is opened twice: to hash the file, and to send it.
#[derive(Clone)]
pub enum Source {
    /// A file of the person.
    Path(PathBuf),
    /// An entry of an archive. Each call returns a file with its bytes, such as a temporary file
    /// without a name.
    Entry(Arc<dyn Fn() -> io::Result<File> + Send + Sync>),
}

impl Item {
    /// Creates an item of a file, without further details.
    pub fn of_path(path: &Path) -> Self {
        Self { name: path.display().to_string(), source: Source::Path(path.to_owned()), ..Self::default() }
    }
}

impl Source {
    /// Opens the bytes for reading, at their start.
    pub fn open(&self) -> io::Result<File> {
        match self {
            Self::Path(path) => File::open(path),
            Self::Entry(open) => open(),
        }
    }
}

impl Default for Source {
    fn default() -> Self {
        Self::Path(PathBuf::new())
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.fmt(formatter),
            Self::Entry(_) => formatter.write_str("Entry"),
        }
    }
}
