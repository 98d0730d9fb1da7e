//! Extracts metadata without I/O: the caller reads the requested byte ranges.

use std::ops::{Range, RangeInclusive};

use super::clean::{camera, date};
use super::metadata::{CameraFacts, Metadata};
use super::partial_file::{Block, MissingRange, Parsed, PartialFile};
use super::{ciff, container, exif, iptc, xmp};

/// The number of bytes in the first read. A JPEG starts with EXIF and XMP of at most 64 KB each,
/// and the frame header with the size follows.
const FIRST_READ: u64 = 128 * 1024;
/// The minimum number of bytes in each later read. Most later reads fetch one of several headers
/// that are far apart, for example after the 500 KB colour profile of a CMYK picture.
const MIN_LATER_READ: u64 = 4 * 1024;
/// The maximum number of bytes read from one file. Ordinary files need less than 256 KB.
pub const MAX_BYTES_READ: u64 = 1024 * 1024;
/// The maximum number of reads from one file.
pub const MAX_READS: u32 = 24;

/// The next action of the caller.
#[derive(Debug, PartialEq)]
pub enum Step {
    /// Read this inclusive range of byte positions and pass it to [`Extractor::feed`].
    Need(RangeInclusive<u64>),
    /// The extraction is complete.
    Done(Box<Metadata>),
}

/// An extractor of the metadata of one picture, without I/O.
///
/// The crate documentation has an example.
#[derive(Debug)]
pub struct Extractor {
    file: PartialFile,
    /// The range that the last step requested. Empty after [`Extractor::feed`].
    requested: Range<u64>,
    bytes_read: u64,
    reads: u32,
    is_complete: bool,
}

impl Default for Extractor {
    fn default() -> Self {
        Self::new()
    }
}

impl Extractor {
    /// Creates an extractor for a file of unknown type and length.
    #[must_use]
    pub fn new() -> Self {
        Self { file: PartialFile::new(), requested: 0..0, bytes_read: 0, reads: 0, is_complete: false }
    }

    /// Returns the next step.
    ///
    /// Returns [`Step::Done`] after at most [`MAX_READS`] reads of [`MAX_BYTES_READ`] bytes in
    /// total, even for hostile files.
    pub fn step(&mut self) -> Step {
        if self.reads == 0 {
            return self.request(0..FIRST_READ);
        }
        loop {
            match parse(&self.file) {
                Ok((metadata, is_complete)) => {
                    self.is_complete = is_complete && !self.file.has_ended();
                    return Step::Done(Box::new(metadata));
                }
                Err(missing) => match self.next_range(&missing) {
                    Some(range) => return self.request(range),
                    // The next iteration parses only the ranges read so far and succeeds.
                    None => self.file.end_reading(),
                },
            }
        }
    }

    /// Adds the bytes of the requested range, or fewer if the file ends within the range. `total`
    /// is the length of the whole file in bytes.
    ///
    /// If `bytes` is shorter although the file has more bytes in this range, the extraction ends
    /// with the metadata found so far. Ignores bytes beyond the range.
    pub fn feed(&mut self, bytes: &[u8], total: u64) {
        let requested = std::mem::take(&mut self.requested);
        let length = requested.end.min(total).saturating_sub(requested.start);
        let bytes = usize::try_from(length).ok().and_then(|length| bytes.get(..length)).unwrap_or(bytes);
        self.file.set_total(total);
        self.file.add(requested.start, bytes);
        self.bytes_read += bytes.len() as u64;
        self.reads += 1;
        if (bytes.len() as u64) < length {
            self.file.end_reading();
        }
    }

    /// Returns the number of bytes read so far.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// Returns `true` after [`Step::Done`] if the extraction read all EXIF and XMP of the picture
    /// and understood each position in them.
    ///
    /// Returns `false` if the extraction reached a limit, if the file is damaged, if its format is
    /// GIF, TIFF or unknown, or if it has extended XMP, a second block of EXIF or XMP, or a video.
    /// If the result is `false`, the file can contain a position although [`Metadata::gps`] is
    /// `None`.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    fn request(&mut self, range: Range<u64>) -> Step {
        self.requested = range.clone();
        Step::Need(range.start..=range.end - 1)
    }

    /// Extends a missing range to [`MIN_LATER_READ`] bytes, as far as the file and the limits
    /// allow.
    ///
    /// Returns `None` if reading the missing range exceeds [`MAX_READS`] or [`MAX_BYTES_READ`].
    fn next_range(&self, MissingRange(missing): &MissingRange) -> Option<Range<u64>> {
        let remaining_bytes = MAX_BYTES_READ - self.bytes_read;
        let end = missing.end.max(missing.start.saturating_add(MIN_LATER_READ).min(self.file.total()));
        let is_allowed = self.reads < MAX_READS && missing.end - missing.start <= remaining_bytes;
        is_allowed.then(|| missing.start..end.min(missing.start + remaining_bytes))
    }
}

/// Parses the file and merges its metadata. Also returns whether the metadata is complete, as in
/// [`Extractor::is_complete`].
///
/// EXIF takes precedence for camera, date and place, because cameras write EXIF. XMP takes
/// precedence for the description, because people edit descriptions in programs that write XMP and
/// copy the texts to IPTC and EXIF.
fn parse(file: &PartialFile) -> Parsed<(Metadata, bool)> {
    let info = container::scan(file)?;
    let exif = info.exif.map(|block| exif::read(file, block)).transpose()?.unwrap_or_default();
    let has_two_packets = info.xmp.is_some() && exif.xmp.is_some();
    let block = info.xmp.or(exif.xmp.map(Block::InFile)).unwrap_or_default();
    let records = info.iptc.or(exif.iptc.map(Block::InFile)).unwrap_or_default();
    let ciff = info.ciff.unwrap_or_default();
    // Reads all ranges before the expensive parsing, because a missing range aborts and repeats
    // this function.
    let (packet, records) = (block.read(file, xmp::MAX_BYTES)?, records.read(file, iptc::MAX_BYTES)?);
    let ciff = ciff::read(ciff.read(file, ciff::MAX_BYTES)?);
    let (xmp, iptc) = (xmp::read(packet), iptc::read(records));
    let has_unread = info.has_unread || exif.has_unread || xmp.has_unread || has_two_packets;
    let is_complete = info.is_searched && !has_unread && packet.len() as u64 == block.length();

    // EXIF has the size of a TIFF file. Its capture size is the fallback for a JPEG if megabytes of
    // other segments, such as a depth map, precede the frame header.
    let stored_size = info.size.or(exif.size.filter(|_| info.is_tiff)).or(exif.capture_size);
    // Orientations 5 to 8 swap width and height. Viewers apply only the orientation in EXIF, so the
    // orientation in XMP does not count here.
    let is_rotated = !info.is_upright && exif.orientation.is_some_and(|orientation| orientation >= 5);
    let size = stored_size.map(|(w, h)| if is_rotated { (h, w) } else { (w, h) });
    let make = exif.make.or(xmp.make).or(ciff.make);
    let model = exif.model.or(xmp.model).or(ciff.model);
    // Editors update the modification date, but some phones write no other date. Uses it only if a
    // camera name or a GPS position indicates that a camera wrote the file.
    let modified = exif.modified.filter(|_| make.is_some() || model.is_some() || exif.gps.is_some());
    // The capture dates of all formats come before all other dates, such as the date of a scan.
    let capture_dates = [exif.taken, ciff.taken, xmp.taken, iptc.taken];
    let other_dates = [exif.digitized, exif.gps_time, xmp.gps_time, xmp.digitized, info.created, modified];
    let taken = date::first(capture_dates.into_iter().chain(other_dates).flatten());
    let metadata = Metadata {
        taken_at: taken.map(|taken| taken.format()),
        camera: CameraFacts {
            camera: camera::name(make.as_deref(), model.as_deref()),
            lens: exif.camera.lens.or(xmp.camera.lens),
            exposure: exif.camera.exposure.or(xmp.camera.exposure),
            aperture: exif.camera.aperture.or(xmp.camera.aperture),
            iso: exif.camera.iso.or(xmp.camera.iso),
            focal_length: exif.camera.focal_length.or(xmp.camera.focal_length),
        },
        gps: exif.gps.or(xmp.gps),
        make,
        model,
        orientation: exif.orientation.or(xmp.orientation),
        width: size.map(|(width, _)| width),
        height: size.map(|(_, height)| height),
        description: xmp.description.or(iptc.description).or(exif.description),
    };
    Ok((metadata, is_complete))
}
