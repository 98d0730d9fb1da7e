//! Reads an export of Google Photos for `albumen upload --from-takeout`.

mod folder_names;
mod plan;
mod sidecar;
mod sidecar_names;
mod source;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use domain::{MAX_ORIGINAL_BYTES, Visibility};
use photo_metadata::{Extractor, Step};

use crate::failure::Failure;
use crate::output::Output;
use crate::upload::check::describe_length;
use crate::upload::item::{FileSource, Item};
use crate::upload::walk::Found;
use plan::{ImportNotes, Plan, Planned};
use source::{ExportFile, ExportFiles, TakeoutError};

/// An export of Google Photos.
#[derive(Debug)]
pub struct Takeout {
    source: Arc<ExportFiles>,
    plan: Plan,
}

impl From<TakeoutError> for Failure {
    fn from(error: TakeoutError) -> Self {
        match error {
            TakeoutError::Unreadable { path, error } => Self::file("read", &path, &error),
            error => Self::Failed(error.to_string()),
        }
    }
}

impl Takeout {
    /// Opens archives and folders, and reads the sidecars.
    ///
    /// # Errors
    /// Returns a failure if a path is no export, or is damaged.
    pub fn open(paths: &[PathBuf], output: &Output) -> Result<Self, Failure> {
        output.note("Reading the export of Google Photos.");
        let mut source = ExportFiles::open(paths)?;
        // An archive that cannot be read explains why there is no export.
        let plan = Plan::new(&source, paths)
            .map_err(|error| source.skipped.pop().map_or(error, |(_, reason)| reason))?;
        Ok(Self { source: Arc::new(source), plan })
    }

    /// Returns the pictures to upload, and what the import leaves out.
    pub fn items(&self) -> impl Iterator<Item = Found> {
        let archives = self.source.skipped.iter();
        let archives =
            archives.map(|(path, error)| Found::Skipped(path.display().to_string(), error.to_string()));
        let files = self.plan.skipped.iter();
        let files = files.map(|(path, reason)| Found::Skipped(path.clone(), (*reason).to_owned()));
        self.plan.pictures.iter().map(|picture| self.item(picture)).chain(archives).chain(files)
    }

    fn item(&self, picture: &Planned) -> Found {
        let Planned { entry, media, album } = picture;
        let name = entry.path();
        if entry.bytes > MAX_ORIGINAL_BYTES {
            return Found::Unreadable(name, describe_length(entry.bytes));
        }
        // A file that cannot be read is reported when it is uploaded.
        let has_time = media.taken_at.is_none() || has_time(&self.source, entry).unwrap_or(true);
        Found::File(Item {
            name,
            source: self.open_later(entry),
            bytes: entry.bytes,
            caption: media.caption.clone(),
            taken_at: media.taken_at.clone().filter(|_| !has_time),
            albums: album.iter().cloned().collect(),
            visibility: media.is_archived.then_some(Visibility::Private),
        })
    }

    fn open_later(&self, entry: &ExportFile) -> FileSource {
        match self.source.path(entry) {
            Some(path) => FileSource::Path(path.to_owned()),
            None => {
                let (source, entry) = (Arc::clone(&self.source), entry.clone());
                FileSource::Archive(Arc::new(move || source.extract(&entry)))
            }
        }
    }

    /// Prints what the import leaves out, and why. `private` is the number of pictures that it kept
    /// private.
    pub fn print(&self, output: &Output, private: usize) -> Result<(), Failure> {
        for (_, error) in &self.source.skipped {
            output.line(&format!("Not imported: {error}"))?;
        }
        self.plan.notes.sentences(private).iter().try_for_each(|sentence| output.line(sentence))
    }
}

/// Returns whether a picture contains the time when it was taken.
fn has_time(source: &ExportFiles, entry: &ExportFile) -> io::Result<bool> {
    let mut extractor = Extractor::new();
    loop {
        match extractor.step() {
            Step::Need(range) => {
                let bytes = source.read(entry, range.end().saturating_add(1).min(entry.bytes))?;
                let start =
                    usize::try_from(*range.start()).map_or(bytes.len(), |start| start.min(bytes.len()));
                extractor.feed(&bytes[start..], entry.bytes);
            }
            Step::Done(metadata) => return Ok(metadata.taken_at.is_some()),
        }
    }
}

impl ImportNotes {
    /// Returns a sentence for each kind.
    fn sentences(&self, private: usize) -> Vec<String> {
        let parts = [
            (self.live_videos, "Not imported: {video} of live photos, because Albumen has no videos."),
            (self.videos, "Not imported: {video}, because Albumen has no videos."),
            (
                self.unsupported,
                "Not imported: {picture} in raw and other formats that Albumen does not support.",
            ),
            (self.others, "Not imported: {other file}, because Albumen accepts only pictures."),
            (self.trashed, "Not imported: {picture} in the trash of Google Photos."),
            (self.untitled_albums, "Not imported: {album} without a title. Their pictures are imported."),
            (self.favorites, "You marked {picture} as favourite. Albumen has no favourites."),
            (self.people, "Not imported: the names of people in {picture}."),
            (self.positions, "Not imported: the positions of {picture}. Those in the files are kept."),
            (
                self.without_sidecar,
                "Imported without caption and time: {picture}, because Google's JSON file is missing. \
                 Pass all ZIP files in one command.",
            ),
            (self.shortened_captions, "Shortened: {caption} of more than 2,000 characters."),
            (private, "Imported as private, and added to no album: {picture} that you archived or locked."),
        ];
        let used = parts.into_iter().filter(|(number, _)| *number > 0);
        used.map(|(number, sentence)| {
            let plural = if number == 1 { "" } else { "s" };
            sentence.replace('{', &format!("{number} ")).replace('}', plural)
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::OutputArguments;

    #[test]
    fn names_an_unreadable_archive_if_there_is_no_export() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("google.zip"), b"PK\x03\x04 and nothing else").unwrap();
        let output = Output::new(&OutputArguments { quiet: true, ..OutputArguments::default() });
        let failure = Takeout::open(&[folder.path().to_owned()], &output).unwrap_err();
        assert!(failure.to_string().contains("google.zip is damaged"), "{failure}");
    }

    #[test]
    fn says_what_is_left_out() {
        let notes = ImportNotes { videos: 1, people: 2, ..ImportNotes::default() };
        let expected = [
            "Not imported: 1 video, because Albumen has no videos.",
            "Not imported: the names of people in 2 pictures.",
            "Imported as private, and added to no album: 3 pictures that you archived or locked.",
        ];
        assert_eq!(notes.sentences(3), expected);
    }
}
