//! Checks of a file before its upload: its length, its type by its bytes, and its hash.

use std::env;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use domain::{ContentType, MAX_ORIGINAL_BYTES, Sha256, Sha256Hasher};

use super::item::{FileSource, Item, OpenError};
use crate::failure::{Failure, describe_file_error};

/// The number of bytes that contain the signature of every type, or up to 28 brands of a HEIF file.
const HEAD_BYTES: usize = 1024;
const BUFFER_BYTES: usize = 256 * 1024;

/// A file that the API accepts, as far as its first bytes tell.
#[derive(Clone, Debug)]
pub struct CheckedFile {
    /// The item.
    pub item: Item,
    /// The type of its bytes.
    pub content_type: ContentType,
    /// Its length.
    pub bytes: u64,
    /// The hash of its bytes.
    pub sha256: Sha256,
}

/// The reason why a file is not uploaded.
#[derive(Debug)]
pub enum CheckError {
    /// A sentence about the file: it cannot be read, or the API does not accept it.
    File(String),
    /// No file of an archive can be copied, so the run ends.
    Copy(Failure),
}

impl From<String> for CheckError {
    fn from(reason: String) -> Self {
        Self::File(reason)
    }
}

/// Reads and hashes a file.
///
/// # Errors
/// Returns the reason why the file is not uploaded.
pub fn check(item: Item) -> Result<CheckedFile, CheckError> {
    if let FileSource::Path(path) = &item.source {
        // An open call on a named pipe waits for its writer.
        let metadata = fs::metadata(path).map_err(|error| describe_error(&item, &error))?;
        refuse(&metadata)?;
    }
    let file = open(&item)?;
    let before = file.metadata().map_err(|error| describe_error(&item, &error))?;
    refuse(&before)?;
    let mut file = file.take(MAX_ORIGINAL_BYTES + 1);
    let mut head = Vec::with_capacity(HEAD_BYTES);
    file.by_ref()
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .map_err(|error| describe_error(&item, &error))?;
    let content_type = recognise(&head).map_err(describe_kind)?;
    let sha256 = hash(head.as_slice().chain(&mut file)).map_err(|error| describe_error(&item, &error))?;
    let after = file.get_ref().metadata().map_err(|error| describe_error(&item, &error))?;
    if version(&before) != version(&after) {
        return Err(CheckError::File(CHANGED.into()));
    }
    Ok(CheckedFile { item, content_type, bytes: before.len(), sha256 })
}

/// The reason why a file is not uploaded that another program writes.
pub const CHANGED: &str = "The file changed while it was read. Upload it again when it is complete.";

/// Opens the file of an item.
///
/// # Errors
/// Returns the reason why the file cannot be opened.
pub fn open(item: &Item) -> Result<File, CheckError> {
    item.source.open().map_err(|error| match error {
        OpenError::Read(error) => describe_error(item, &error).into(),
        OpenError::Copy(error) => CheckError::Copy(Failure::file("write to", &env::temp_dir(), &error)),
    })
}

fn describe_error(item: &Item, error: &io::Error) -> String {
    describe_file_error("read", Path::new(&item.name), error)
}

fn refuse(metadata: &Metadata) -> Result<(), String> {
    match metadata.len() {
        _ if !metadata.is_file() => Err("This is not a file.".into()),
        0 => Err("The file is empty.".into()),
        bytes if bytes > MAX_ORIGINAL_BYTES => Err(describe_length(bytes)),
        _ => Ok(()),
    }
}

/// Describes a file of more than [`MAX_ORIGINAL_BYTES`].
pub fn describe_length(bytes: u64) -> String {
    let [megabytes, limit] = [bytes, MAX_ORIGINAL_BYTES].map(|bytes| bytes.div_ceil(1_000_000));
    format!("The file is {megabytes} MB, and the limit is {limit} MB. Upload a smaller version.")
}

/// Returns what differs between two versions of a file. The kernel sets the time of the change
/// (`ctime`) at each write, also if a program restores the other time.
fn version(metadata: &Metadata) -> (u64, i64, i64) {
    (metadata.len(), metadata.ctime(), metadata.ctime_nsec())
}

/// Hashes all bytes.
///
/// # Errors
/// Returns the error of `bytes`.
pub fn hash(mut bytes: impl Read) -> io::Result<Sha256> {
    let mut hasher = Sha256Hasher::default();
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match bytes.read(&mut buffer) {
            Ok(0) => return Ok(hasher.finish()),
            Ok(length) => hasher.update(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn describe_kind(kind: &str) -> String {
    match kind {
        "not a picture" => "This is not a picture.".into(),
        kind => format!("Albumen does not accept {kind}. Choose a JPEG, HEIC, PNG, WebP, AVIF or GIF."),
    }
}

/// Returns the type of a file by its first bytes, or names the kind of a file that the API does not
/// accept.
fn recognise(head: &[u8]) -> Result<ContentType, &'static str> {
    match head {
        [0xff, 0xd8, 0xff, ..] => Ok(ContentType::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(ContentType::Png),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Ok(ContentType::Gif),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(ContentType::Webp),
        [b'I', b'I', 0x2a, 0, ..] | [b'M', b'M', 0, 0x2a, ..] => Err("a TIFF or raw camera picture"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => recognise_brands(head),
        _ if head.windows(4).any(|window| window.eq_ignore_ascii_case(b"<svg")) => Err("an SVG drawing"),
        _ => Err("not a picture"),
    }
}

/// Returns the type of an ISO media file by its brands (ISO/IEC 14496-12, 4.3).
fn recognise_brands(head: &[u8]) -> Result<ContentType, &'static str> {
    let length = head.first_chunk().map_or(0, |length| u32::from_be_bytes(*length) as usize);
    let brands = head.get(8..length.clamp(8, head.len())).unwrap_or_default().chunks_exact(4);
    // The second field is the version of the first brand.
    let brands: Vec<_> =
        brands.enumerate().filter(|(index, _)| *index != 1).map(|(_, brand)| brand).collect();
    let codec = brands.iter().find_map(|brand| match *brand {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => Some(ContentType::Heic),
        b"avif" | b"avis" => Some(ContentType::Avif),
        _ => None,
    });
    // These brands do not name the codec, which is nearly always HEVC. The server checks it.
    let any_codec = || brands.iter().any(|brand| matches!(*brand, b"mif1" | b"mif2" | b"msf1"));
    match (codec, brands.first()) {
        (Some(codec), _) => Ok(codec),
        (None, Some(&b"crx ")) => Err("a raw camera picture"),
        (None, _) if any_codec() => Ok(ContentType::Heic),
        (None, _) => Err("a video"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Seek, Write};
    use std::process::Command;
    use std::sync::Arc;

    fn item(bytes: &'static [u8]) -> Item {
        let open = move || {
            let mut file = tempfile::tempfile()?;
            file.write_all(bytes)?;
            file.rewind()?;
            Ok(file)
        };
        let open = move || open().map_err(OpenError::Copy);
        Item { name: "a".into(), source: FileSource::Archive(Arc::new(open)), ..Item::default() }
    }

    fn refusal(item: Item) -> String {
        match check(item) {
            Err(CheckError::File(reason)) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_full_folder_for_temporary_files_is_no_fault_of_the_picture() {
        let open = || Err(OpenError::Copy(io::ErrorKind::StorageFull.into()));
        let item = Item { source: FileSource::Archive(Arc::new(open)), ..item(b"") };
        let Err(CheckError::Copy(failure)) = check(item) else { panic!("the run ends") };
        let folder = env::temp_dir().display().to_string();
        let expected = format!("Cannot write to {folder}, because the disk is full.");
        assert!(failure.to_string().starts_with(&expected), "{failure}");
    }

    #[test]
    fn recognises_types_by_bytes() {
        for (head, expected) in [
            (&b"\xff\xd8\xff\xe0"[..], Ok(ContentType::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Ok(ContentType::Png)),
            (b"GIF89a", Ok(ContentType::Gif)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Ok(ContentType::Webp)),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Ok(ContentType::Heic)),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", Ok(ContentType::Avif)),
            (b"\0\0\0\x14ftypmif1\0\0\0\0mif1", Ok(ContentType::Heic)),
            (b"\0\0\0\x18ftypisom\0\0\0\0isommp41", Err("a video")),
            (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", Err("a raw camera picture")),
            (b"\0\0\0\x02ftyp", Err("a video")),
            (b"II\x2a\0\x08\0\0\0", Err("a TIFF or raw camera picture")),
            (b"<?xml version='1.0'?><SVG/>", Err("an SVG drawing")),
            (b"hello", Err("not a picture")),
            (b"", Err("not a picture")),
        ] {
            assert_eq!(recognise(head), expected, "{head:?}");
        }
    }

    #[test]
    fn hashes_what_it_accepts() {
        let checked = check(item(b"\xff\xd8\xff\xe0 and more")).unwrap();
        assert_eq!(checked.sha256, Sha256::of(b"\xff\xd8\xff\xe0 and more"));
        assert_eq!((checked.bytes, checked.content_type), (13, ContentType::Jpeg));
    }

    #[test]
    fn says_why_a_file_is_refused() {
        assert_eq!(refusal(item(b"")), "The file is empty.");
        assert_eq!(refusal(item(b"text")), "This is not a picture.");
        assert_eq!(
            refusal(item(b"\0\0\0\x18ftypisom\0\0\0\0isommp41")),
            "Albumen does not accept a video. Choose a JPEG, HEIC, PNG, WebP, AVIF or GIF."
        );
        assert_eq!(refusal(Item::of_path(&env::temp_dir())), "This is not a file.");
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe.jpg");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(refusal(Item::of_path(&pipe)), "This is not a file.");
        let missing = refusal(Item::of_path(Path::new("/nowhere/a.jpg")));
        assert_eq!(missing, "Cannot read /nowhere/a.jpg, because it does not exist.");
    }

    #[test]
    fn refuses_a_large_file_by_its_length() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(MAX_ORIGINAL_BYTES + 1).unwrap();
        assert_eq!(
            refusal(Item::of_path(file.path())),
            "The file is 51 MB, and the limit is 50 MB. Upload a smaller version."
        );
    }
}
