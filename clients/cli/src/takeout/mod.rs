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
use crate::upload::item::{self, Item};
use crate::upload::walk::Found;
use plan::{LeftOut, Plan, Planned};
use source::{Entry, Source, TakeoutError};

/// An export of Google Photos.
#[derive(Debug)]
pub struct Takeout {
    source: Arc<Source>,
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
        let source = Source::open(paths)?;
        let plan = Plan::new(&source, paths)?;
        Ok(Self { source: Arc::new(source), plan })
    }

    /// Returns the pictures to upload.
    pub fn items(&self) -> impl Iterator<Item = Found> {
        self.plan.pictures.iter().map(|picture| self.item(picture))
    }

    fn item(&self, picture: &Planned) -> Found {
        let Planned { entry, media, album } = picture;
        let name = entry.path();
        if entry.bytes > MAX_ORIGINAL_BYTES {
            let megabytes = entry.bytes.div_ceil(1_000_000);
            return Found::Unreadable(name, format!("The file has {megabytes} MB. The most is 50 MB."));
        }
        // A file that cannot be read is reported when it is uploaded.
        let has_time = media.taken_at.is_none() || has_time(&self.source, entry).unwrap_or(true);
        Found::File(Item {
            name,
            source: self.open_later(entry),
            caption: media.caption.clone(),
            taken_at: media.taken_at.clone().filter(|_| !has_time),
            albums: album.iter().cloned().collect(),
            visibility: media.is_archived.then_some(Visibility::Private),
            ..Item::default()
        })
    }

    fn open_later(&self, entry: &Entry) -> item::Source {
        match self.source.path(entry) {
            Some(path) => item::Source::Path(path.to_owned()),
            None => {
                let (source, entry) = (Arc::clone(&self.source), entry.clone());
                item::Source::Entry(Arc::new(move || source.extract(&entry)))
            }
        }
    }

    /// Prints what the import leaves out, and why.
    pub fn print(&self, output: &Output) -> Result<(), Failure> {
        self.plan.left_out.sentences().iter().try_for_each(|sentence| output.line(sentence))
    }
}

/// Returns whether a picture contains the time when it was taken.
fn has_time(source: &Source, entry: &Entry) -> io::Result<bool> {
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

impl LeftOut {
    /// Returns a sentence for each kind.
    fn sentences(&self) -> Vec<String> {
        let parts = [
            (self.live_videos, "Not imported: {video} of live photos, because Albumen has no videos."),
            (self.videos, "Not imported: {video}, because Albumen has no videos."),
            (
                self.unsupported,
                "Not imported: {picture} in raw and other formats that Albumen does not support.",
            ),
            (self.trashed, "Not imported: {picture} in the trash of Google Photos."),
            (self.untitled_albums, "Not imported: {album} without a title. Their pictures are imported."),
            (self.favorites, "Not imported: the marks of {favourite}, because Albumen has no favourites."),
            (self.people, "Not imported: the names of people in {picture}."),
            (self.positions, "Not imported: the positions of {picture}. Those in the files are kept."),
            (
                self.without_sidecar,
                "Imported without caption: {picture} without a sidecar. Pass all ZIP files.",
            ),
            (self.shortened_captions, "Shortened: {caption} of more than 2,000 characters."),
            (self.archived, "Imported as private: {picture} that you archived or locked."),
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

    #[test]
    fn says_what_is_left_out() {
        let left_out = LeftOut { videos: 1, people: 2, ..LeftOut::default() };
        let expected = [
            "Not imported: 1 video, because Albumen has no videos.",
            "Not imported: the names of people in 2 pictures.",
        ];
        assert_eq!(left_out.sentences(), expected);
    }
}
