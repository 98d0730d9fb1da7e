//! The pictures to import, with the facts from their sidecars.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use super::folder_names::is_by_date;
use super::sidecar::{self, Media, Sidecar};
use super::sidecar_names::{candidates, has_title, sidecar_stem};
use super::source::{ExportFile, ExportFiles, TakeoutError};

/// The extensions of the pictures that Albumen supports. A file without an extension counts as a
/// picture, as does one with an unknown extension: the bytes decide.
const PICTURES: [&str; 9] = ["jpg", "jpeg", "jpe", "png", "webp", "gif", "avif", "heic", "heif"];
/// The extensions of videos, those in the pictures of phones included.
const VIDEOS: [&str; 16] = [
    "mp4", "mov", "m4v", "3gp", "avi", "mkv", "mpg", "mpeg", "wmv", "webm", "mts", "m2ts", "mod", "flv",
    "mp", "mv",
];
/// The extensions of pictures that Albumen does not support.
const UNSUPPORTED: [&str; 17] = [
    "dng", "cr2", "cr3", "crw", "nef", "nrw", "arw", "raf", "rw2", "orf", "pef", "srw", "tif", "tiff", "bmp",
    "svg", "jxl",
];

/// The extensions of other files. Such a file is a picture only if it has a sidecar.
const OTHERS: [&str; 8] = ["html", "htm", "txt", "csv", "pdf", "xml", "ini", "db"];

/// A picture to import.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The file.
    pub entry: ExportFile,
    /// The facts from its sidecar; empty without one.
    pub media: Media,
    /// The title of the album, for a file in the folder of an album.
    pub album: Option<String>,
}

/// The numbers of files and facts that an import leaves out or changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportNotes {
    /// Videos of live photos.
    pub live_videos: usize,
    /// Other videos.
    pub videos: usize,
    /// Pictures in formats that Albumen does not support, such as raw formats.
    pub unsupported: usize,
    /// Files that are no pictures.
    pub others: usize,
    /// Pictures in the trash.
    pub trashed: usize,
    /// Pictures without a sidecar. They are imported without its facts.
    pub without_sidecar: usize,
    /// Captions that were shortened.
    pub shortened_captions: usize,
    /// Marks of favourites.
    pub favorites: usize,
    /// Pictures with the names of people.
    pub people: usize,
    /// Pictures with a position in Google Photos.
    pub positions: usize,
    /// Folders of albums without a title.
    pub untitled_albums: usize,
}

/// The pictures to import, those of the folders by date first.
#[derive(Debug, Default)]
pub struct Plan {
    /// The pictures.
    pub pictures: Vec<Planned>,
    /// The files that the import leaves out, and why.
    pub skipped: Vec<(String, &'static str)>,
    /// The numbers for the summary.
    pub notes: ImportNotes,
}

/// One folder of the export, with the files of all parts.
#[derive(Default)]
struct Folder<'a> {
    files: Vec<&'a ExportFile>,
    /// By the name without `.json`.
    sidecars: HashMap<&'a str, Media>,
    /// `None`: the folder has no album file. `Some(None)`: its title is empty.
    album: Option<Option<String>>,
}

impl Plan {
    /// Reads the sidecars of an export, and finds the one of each picture.
    ///
    /// # Errors
    /// Returns [`TakeoutError::NoExport`] if there are no sidecars.
    pub fn new(source: &ExportFiles, paths: &[PathBuf]) -> Result<Self, TakeoutError> {
        let mut folders: BTreeMap<(bool, &str), Folder<'_>> = BTreeMap::new();
        for entry in &source.entries {
            let folder = folders.entry((!is_by_date(&entry.folder), &entry.folder)).or_default();
            match sidecar_stem(&entry.name) {
                Some(stem) => folder.add_json(stem, read_json(source, entry)),
                None => folder.files.push(entry),
            }
        }
        // Exports of other products, such as Drive, have no sidecars.
        let roots: HashSet<_> = folders
            .iter()
            .filter(|(_, folder)| !folder.sidecars.is_empty())
            .map(|((_, path), _)| root(path))
            .collect();
        if roots.is_empty() {
            return Err(TakeoutError::NoExport(paths.first().cloned().unwrap_or_default()));
        }
        let mut plan = Self::default();
        for ((is_album, path), folder) in &folders {
            if roots.contains(root(path)) {
                plan.add_folder(folder, *is_album);
            }
        }
        Ok(plan)
    }

    fn add_folder(&mut self, folder: &Folder<'_>, is_album: bool) {
        let album = folder.album.clone().filter(|_| is_album);
        self.notes.untitled_albums += usize::from(album == Some(None));
        let pictures = folder.pictures();
        let stems: HashSet<_> = pictures.iter().map(|entry| stem(&entry.name)).collect();
        let notes = &mut self.notes;
        for entry in folder.files.iter().filter(|entry| !folder.is_picture(entry)) {
            let (number, reason) = match kind(&entry.name) {
                Kind::Video if stems.contains(stem(&entry.name)) => {
                    (&mut notes.live_videos, "Albumen has no videos.")
                }
                Kind::Video => (&mut notes.videos, "Albumen has no videos."),
                Kind::Unsupported => (&mut notes.unsupported, "Albumen does not support this format."),
                Kind::Picture | Kind::Other => (&mut notes.others, "The file is not a picture."),
            };
            *number += 1;
            self.skipped.push((entry.path(), reason));
        }
        for (entry, media) in folder.matches(&pictures) {
            self.add_picture(entry, media, album.clone().flatten());
        }
    }

    fn add_picture(&mut self, entry: &ExportFile, media: Option<&Media>, album: Option<String>) {
        let counts = &mut self.notes;
        counts.without_sidecar += usize::from(media.is_none());
        let media = media.cloned().unwrap_or_default();
        if media.is_trashed {
            counts.trashed += 1;
            self.skipped.push((entry.path(), "The picture is in the trash of Google Photos."));
            return;
        }
        counts.shortened_captions += usize::from(media.is_caption_shortened);
        counts.favorites += usize::from(media.is_favorite);
        counts.people += usize::from(media.has_people);
        counts.positions += usize::from(media.has_position);
        self.pictures.push(Planned { entry: entry.clone(), media, album });
    }
}

impl<'a> Folder<'a> {
    fn add_json(&mut self, stem: &'a str, sidecar: Option<Sidecar>) {
        match sidecar {
            Some(Sidecar::Media(media)) => drop(self.sidecars.insert(stem, *media)),
            Some(Sidecar::Album(title)) => self.album = Some(title),
            None => {}
        }
    }

    fn pictures(&self) -> Vec<&'a ExportFile> {
        self.files.iter().copied().filter(|entry| self.is_picture(entry)).collect()
    }

    fn is_picture(&self, entry: &ExportFile) -> bool {
        match kind(&entry.name) {
            Kind::Picture => true,
            Kind::Other => self.sidecar(entry).is_some(),
            Kind::Video | Kind::Unsupported => false,
        }
    }

    /// Returns the first sidecar that a file can have.
    fn sidecar(&self, entry: &ExportFile) -> Option<(&&'a str, &Media)> {
        let stems = candidates(&entry.name).into_iter();
        stems.filter_map(|stem| self.sidecars.get_key_value(stem.as_str())).next()
    }

    /// Returns each picture with its sidecar.
    fn matches(&self, pictures: &[&'a ExportFile]) -> Vec<(&'a ExportFile, Option<&Media>)> {
        let mut names: HashMap<&str, Vec<&str>> = HashMap::new();
        for entry in pictures {
            if let Some((sidecar, _)) = self.sidecar(entry) {
                names.entry(sidecar).or_default().push(&entry.name);
            }
        }
        // Several long names can match one sidecar. It belongs to the picture that its title names.
        let agrees = |name: &str, sidecar: &str, media: &Media| {
            let others = &names[sidecar];
            let has_title = |name: &str| has_title(name, &media.title);
            has_title(name) || !others.iter().any(|other| has_title(other))
        };
        let media_of = |entry: &ExportFile| {
            let own = self.sidecar(entry).filter(|(sidecar, media)| agrees(&entry.name, sidecar, media));
            own.map(|(_, media)| media).or_else(|| self.by_title(&entry.name, &names))
        };
        pictures.iter().map(|entry| (*entry, media_of(entry))).collect()
    }

    /// Returns the only sidecar with the title `name`, among those that belong to no picture.
    fn by_title(&self, name: &str, names: &HashMap<&str, Vec<&str>>) -> Option<&Media> {
        let unused = self.sidecars.iter().filter(|(stem, _)| !names.contains_key(*stem));
        let mut found = unused.filter(|(_, media)| media.title == name);
        found.next().filter(|_| found.next().is_none()).map(|(_, media)| media)
    }
}

fn read_json(source: &ExportFiles, entry: &ExportFile) -> Option<Sidecar> {
    let json = (entry.bytes <= sidecar::MAX_BYTES).then(|| source.read(entry, sidecar::MAX_BYTES))?;
    Sidecar::parse(&json.ok()?)
}

/// Returns the first folder of a path.
fn root(path: &str) -> &str {
    path.split('/').next().unwrap_or_default()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Picture,
    Video,
    Unsupported,
    /// Such as `archive_browser.html` or `.DS_Store`.
    Other,
}

fn kind(name: &str) -> Kind {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref() {
        _ if name.starts_with('.') => Kind::Other,
        Some(extension) if PICTURES.contains(&extension) => Kind::Picture,
        Some(extension) if VIDEOS.contains(&extension) => Kind::Video,
        Some(extension) if UNSUPPORTED.contains(&extension) => Kind::Unsupported,
        Some(extension) if OTHERS.contains(&extension) => Kind::Other,
        _ => Kind::Picture,
    }
}

/// Returns a name without its extension.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::Write;
    use std::path::Path;

    use tempfile::TempDir;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::failure::Failure;

    const ALBUM: &str = r#"{"title": "Oslo", "access": "protected", "date": {"timestamp": "1"}}"#;

    fn picture_json(title: &str, caption: &str) -> String {
        serde_json::json!({
            "title": title, "description": caption, "photoTakenTime": {"timestamp": "1600596727"},
        })
        .to_string()
    }

    fn write_zip(path: &Path, files: &[(&str, &str)]) {
        let mut zip = ZipWriter::new(File::create(path).unwrap());
        for (name, text) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
    }

    fn write_tree(root: &Path, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    fn plan(paths: &[PathBuf]) -> Result<Plan, TakeoutError> {
        Plan::new(&ExportFiles::open(paths)?, paths)
    }

    /// Returns folder, name, caption and album of each picture.
    fn describe(plan: &Plan) -> Vec<[&str; 4]> {
        let mut rows = Vec::new();
        for Planned { entry, media, album } in &plan.pictures {
            let [caption, album] = [&media.caption, album].map(|text| text.as_deref().unwrap_or("-"));
            rows.push([&*entry.folder, &*entry.name, caption, album]);
        }
        rows
    }

    #[test]
    fn joins_the_parts_of_an_export() {
        let folder = TempDir::new().unwrap();
        let [json, caption] = [picture_json("a.jpg", "A"), picture_json("b.jpg", "B")];
        write_zip(
            &folder.path().join("takeout-001.zip"),
            &[
                ("Takeout/Google Fotos/Oslo/a.jpg", "a"),
                ("Takeout/Google Fotos/Fotos von 2020/b.jpg", "b"),
                ("Takeout/Google Fotos/Fotos von 2020/a.jpg", "a"),
                ("Takeout/Google Fotos/Fotos von 2020/a.jpg.json", &json),
                ("Takeout/archive_browser.html", ""),
            ],
        );
        write_zip(
            &folder.path().join("takeout-002.ZIP"),
            &[
                ("Takeout/Google Fotos/Oslo/Metadaten.json", ALBUM),
                ("Takeout/Google Fotos/Oslo/a.jpg.supplemental-metadata.json", &json),
                ("Takeout/Google Fotos/Fotos von 2020/b.jpg.supplemental-meta.json", &caption),
                ("Takeout/Drive/scan.jpg", "no picture of Google Photos"),
            ],
        );
        let expected = [
            ["Google Fotos/Fotos von 2020", "a.jpg", "A", "-"],
            ["Google Fotos/Fotos von 2020", "b.jpg", "B", "-"],
            ["Google Fotos/Oslo", "a.jpg", "A", "Oslo"],
        ];
        assert_eq!(describe(&plan(&[folder.path().to_owned()]).unwrap()), expected);
        let parts = ["takeout-002.ZIP", "takeout-001.zip"].map(|name| folder.path().join(name));
        assert_eq!(describe(&plan(&parts).unwrap()), expected);
    }

    #[test]
    fn reads_an_unpacked_export_of_a_mac() {
        let folder = TempDir::new().unwrap();
        let json = picture_json("Zoe\u{308}.jpg", "Zoë");
        write_tree(
            folder.path(),
            &[
                ("part 1/Takeout/Google Photos/Oslo/Zoe\u{308}.jpg", "a"),
                ("part 2/Takeout/Google Photos/Oslo/Zo\u{eb}.jpg.supplemental-metadata.json", &json),
                ("part 2/Takeout/Google Photos/Oslo/metadata.json", ALBUM),
            ],
        );
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        let plan = plan(&[folder.path().to_owned()]).unwrap();
        assert_eq!(describe(&plan), [["Google Photos/Oslo", "Zo\u{eb}.jpg", "Zoë", "Oslo"]]);
    }

    #[test]
    fn counts_what_it_leaves_out() {
        let folder = TempDir::new().unwrap();
        let fact = |field: &str, value: serde_json::Value| {
            let mut json = serde_json::json!({"title": "x", "photoTakenTime": {"timestamp": "1"}});
            json[field] = value;
            json.to_string()
        };
        write_tree(
            folder.path(),
            &[
                ("Photos from 2020/live.HEIC", "a"),
                ("Photos from 2020/live.MP4", "video"),
                ("Photos from 2020/film.mp4", "video"),
                ("Photos from 2020/raw.dng", "raw"),
                ("Photos from 2020/notes.txt", "text"),
                ("Photos from 2020/.DS_Store", "x"),
                ("Photos from 2020/no sidecar", "a"),
                ("Photos from 2020/trash.jpg", "a"),
                ("Photos from 2020/trash.jpg.json", &fact("trashed", true.into())),
                ("Photos from 2020/archive.jpg", "a"),
                ("Photos from 2020/archive.jpg.json", &fact("archived", true.into())),
                ("Photos from 2020/favourite.jpg", "a"),
                ("Photos from 2020/favourite.jpg.json", &fact("favorited", true.into())),
                ("Photos from 2020/people.jpg", "a"),
                ("Photos from 2020/people.jpg.json", &fact("people", serde_json::json!([{"name": "Zoë"}]))),
                ("Photos from 2020/place.jpg", "a"),
                ("Photos from 2020/place.jpg.json", &fact("geoData", serde_json::json!({"latitude": 1.5}))),
                ("Photos from 2020/caption.jpg", "a"),
                ("Photos from 2020/caption.jpg.json", &fact("description", "é".repeat(2001).into())),
                ("Untitled/metadata.json", r#"{"title": "", "date": {}}"#),
            ],
        );
        let plan = plan(&[folder.path().to_owned()]).unwrap();
        let names: Vec<_> = plan.pictures.iter().map(|picture| picture.entry.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "archive.jpg",
                "caption.jpg",
                "favourite.jpg",
                "live.HEIC",
                "no sidecar",
                "people.jpg",
                "place.jpg"
            ]
        );
        let expected = ImportNotes {
            live_videos: 1,
            videos: 1,
            unsupported: 1,
            others: 2,
            trashed: 1,
            without_sidecar: 2,
            shortened_captions: 1,
            favorites: 1,
            people: 1,
            positions: 1,
            untitled_albums: 0,
        };
        assert_eq!(plan.notes, expected);
        let skipped: Vec<_> = plan.skipped.iter().map(|(path, _)| path.rsplit('/').next().unwrap()).collect();
        assert_eq!(skipped, [".DS_Store", "film.mp4", "live.MP4", "notes.txt", "raw.dng", "trash.jpg"]);
    }

    #[test]
    fn the_bytes_decide_about_other_extensions() {
        let folder = TempDir::new().unwrap();
        let json = picture_json("x", "");
        write_tree(
            folder.path(),
            &[
                ("Oslo/2016-05-15 10.30.15", "a"),
                ("Oslo/scan.jfif", "a"),
                ("Oslo/scan.jfif.json", &json),
                ("Oslo/page.html", "a"),
                ("Oslo/page.html.json", &json),
                ("Oslo/film.mp4", "a"),
                ("Oslo/film.mp4.json", &json),
            ],
        );
        let plan = plan(&[folder.path().to_owned()]).unwrap();
        let names: Vec<_> = plan.pictures.iter().map(|picture| picture.entry.name.as_str()).collect();
        assert_eq!(names, ["2016-05-15 10.30.15", "page.html", "scan.jfif"]);
    }

    #[test]
    fn the_title_decides_between_long_names() {
        let folder = TempDir::new().unwrap();
        let long = "A wedding with so many guests that no name";
        let [one, other] = ["one.jpg", "other.jpg"].map(|end| format!("{long} fits {end}"));
        write_tree(
            folder.path(),
            &[
                (&format!("Oslo/{one}"), "a"),
                (&format!("Oslo/{other}"), "b"),
                (&format!("Oslo/{}.json", &one[..46]), &picture_json(&one, "One")),
                ("Oslo/renamed.json", &picture_json("x.jpg", "X")),
                ("Oslo/x.jpg", "c"),
            ],
        );
        let plan = plan(&[folder.path().to_owned()]).unwrap();
        let captions: Vec<_> = plan.pictures.iter().map(|picture| picture.media.caption.as_deref()).collect();
        assert_eq!(captions, [Some("One"), None, Some("X")]);
    }

    #[test]
    fn edited_pictures_share_the_sidecar() {
        let folder = TempDir::new().unwrap();
        write_tree(
            folder.path(),
            &[
                ("Oslo/a.jpg", "a"),
                ("Oslo/a-bearbeitet.jpg", "b"),
                ("Oslo/a.jpg.json", &picture_json("a.jpg", "A")),
            ],
        );
        let plan = plan(&[folder.path().to_owned()]).unwrap();
        assert!(plan.pictures.iter().all(|picture| picture.media.caption.as_deref() == Some("A")));
        assert_eq!(plan.pictures.len(), 2);
    }

    fn error(path: PathBuf) -> String {
        Failure::from(plan(&[path]).unwrap_err()).to_string()
    }

    #[test]
    fn explains_what_is_no_export() {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        write_zip(&at("other.zip"), &[("Takeout/Drive/a.jpg", "a")]);
        write_zip(&at("slip.zip"), &[("../../a.jpg", "a")]);
        fs::write(at("text.zip"), "no archive").unwrap();
        let bytes = fs::read(at("other.zip")).unwrap();
        fs::write(at("half.zip"), &bytes[..bytes.len() / 2]).unwrap();
        let mut encrypted = bytes;
        let header = encrypted.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
        encrypted[6] |= 1;
        encrypted[header + 8] |= 1;
        fs::write(at("encrypted.zip"), encrypted).unwrap();
        for (name, part) in [
            ("other.zip", "contains no Google Photos export"),
            ("slip.zip", "unsafe path"),
            ("text.zip", "is not a ZIP archive"),
            ("half.zip", "is damaged or incomplete"),
            ("encrypted.zip", "is encrypted"),
            ("missing.zip", "Cannot read"),
        ] {
            let message = error(at(name));
            assert!(message.contains(part) && message.ends_with('.'), "{name}: {message}");
        }
    }
}
