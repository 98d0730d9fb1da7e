//! What a camera wrote into a picture, read from as few bytes as it takes: the pure core, which does no reading itself.
//!
//! [`Extractor`] says which part of the file it needs next; its owner reads that part, from S3 or from a disk, and feeds it.
//! The first part is nearly always the only one, and [`Facts`] the answer. It knows no AWS. Inside, each room knows one thing: `source` which bytes are there,
//! `container` where in them the metadata is, `tiff` how the values of EXIF are stored, `exif`, `xmp` and `iptc` which value
//! says what, and `clean` how to make it fit to be shown.

mod ciff;
mod clean;
mod container;
mod exif;
mod facts;
mod iptc;
mod source;
mod tiff;
mod words;
mod xmp;

use std::ops::{Range, RangeInclusive};

use clean::{camera, date};
use source::{Block, Missing, Parsed, Source};

pub use facts::{CameraFacts, Facts, Gps};
pub use words::Words;

/// Length of the first read (bytes): EXIF and XMP are at most 64 KB each in JPEG and stand at its beginning; the size
/// follows them.
const FIRST: u64 = 128 * 1024;
/// The shortest read after that (bytes): most often it looks at the next of some far-apart headers, as of the half megabyte
/// of colour profile in a CMYK picture, and each of these should not cost much.
const NEXT: u64 = 4 * 1024;
/// The most bytes ever read of one file; of a file that nobody made to be difficult it is under 256 KB.
pub const MOST_READ: u64 = 1024 * 1024;
/// The most reads of one file; each is a request.
pub const MOST_READS: u32 = 24;

/// What to do next.
#[derive(Debug, PartialEq)]
pub enum Step {
    /// Read this part of the file (byte positions, both included) and [`Extractor::feed`] it.
    Need(RangeInclusive<u64>),
    /// That was all.
    Done(Box<Facts>),
}

/// Reads what a camera wrote into a picture.
///
/// ```
/// # use extract::{Extractor, Step};
/// # let file = b"\xFF\xD8\xFF\xD9".to_vec();
/// let mut extractor = Extractor::new();
/// let facts = loop {
///     match extractor.step() {
///         Step::Need(range) => {
///             let (start, end) = (*range.start() as usize, (*range.end() as usize + 1).min(file.len()));
///             extractor.feed(&file[start..end], file.len() as u64);
///         }
///         Step::Done(facts) => break facts,
///     }
/// };
/// assert_eq!(facts.make, None);
/// ```
#[derive(Debug)]
pub struct Extractor {
    source: Source,
    asked: Range<u64>,
    bytes_read: u64,
    reads: u32,
}

impl Default for Extractor {
    fn default() -> Self {
        Self::new()
    }
}

impl Extractor {
    /// One for a file of which nothing is known, not even its length.
    #[must_use]
    pub fn new() -> Self {
        Self { source: Source::new(), asked: 0..0, bytes_read: 0, reads: 0 }
    }

    /// What to do next. Comes to an end after at most [`MOST_READS`] reads of [`MOST_READ`] bytes in all, whatever is fed.
    pub fn step(&mut self) -> Step {
        if self.reads == 0 {
            return self.need(0..FIRST);
        }
        loop {
            match facts_in(&self.source) {
                Ok(facts) => return Step::Done(Box::new(facts)),
                Err(missing) => match self.affordable(&missing) {
                    Some(range) => return self.need(range),
                    None => self.source.close(),
                },
            }
        }
    }

    /// Takes the bytes that [`Extractor::step`] asked for, fewer where the file ends before, and the length of the whole
    /// file (bytes). Feeding less than there is ends the reading: what was read by then is what is known.
    pub fn feed(&mut self, bytes: &[u8], total: u64) {
        let asked = std::mem::take(&mut self.asked);
        let length = asked.end.min(total).saturating_sub(asked.start);
        let bytes = usize::try_from(length).ok().and_then(|length| bytes.get(..length)).unwrap_or(bytes);
        self.source.set_total(total);
        self.source.add(asked.start, bytes);
        self.bytes_read += bytes.len() as u64;
        self.reads += 1;
        if (bytes.len() as u64) < length {
            self.source.close();
        }
    }

    /// How much was read so far (bytes).
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    fn need(&mut self, range: Range<u64>) -> Step {
        self.asked = range.clone();
        Step::Need(range.start..=range.end - 1)
    }

    /// What to read to get a missing part, or none where that would be too much.
    fn affordable(&self, Missing(part): &Missing) -> Option<Range<u64>> {
        let left = MOST_READ - self.bytes_read;
        let end = part.end.max(part.start.saturating_add(NEXT).min(self.source.total()));
        let affordable = self.reads < MOST_READS && part.end - part.start <= left;
        affordable.then(|| part.start..end.min(part.start + left))
    }
}

/// Cameras know best how a picture was taken, and say it in EXIF; people write XMP, and the programs they use copy some of
/// it to IPTC and EXIF.
fn facts_in(source: &Source) -> Parsed<Facts> {
    let found = container::find(source)?;
    let exif = found.exif.map(|block| exif::read(source, block)).transpose()?.unwrap_or_default();
    let packet = found.xmp.or(exif.xmp.map(Block::At)).unwrap_or_default();
    let records = found.iptc.or(exif.iptc.map(Block::At)).unwrap_or_default();
    let ciff = found.ciff.unwrap_or_default();
    // All of the reading before the parsing, which would be done once more for every missing part.
    let (packet, records) = (packet.read(source, xmp::MOST_BYTES)?, records.read(source, iptc::MOST_BYTES)?);
    let ciff = ciff::read(ciff.read(source, ciff::MOST_BYTES)?);
    let (xmp, iptc) = (xmp::read(packet), iptc::read(records));

    // The camera's word for it where the frame is behind megabytes of other things, as a depth map in XMP.
    let stored = found.size.or(exif.size.filter(|_| found.is_tiff)).or(exif.made_size);
    // Orientations from 5 on lie on their side.
    let on_side = !found.is_upright && exif.orientation.is_some_and(|o| o >= 5);
    let displayed = stored.map(|(w, h)| if on_side { (h, w) } else { (w, h) });
    let make = exif.make.or(xmp.make).or(ciff.make);
    let model = exif.model.or(xmp.model).or(ciff.model);
    // What an editor changed last was not taken then, but some phones write no other date.
    let changed = exif.changed.filter(|_| make.is_some() || model.is_some() || exif.gps.is_some());
    let taken = [exif.taken, ciff.taken, xmp.taken, iptc.taken];
    let made = [exif.digitized, exif.fix, xmp.fix, xmp.digitized, found.created, changed];
    let taken = date::first(taken.into_iter().chain(made).flatten());
    Ok(Facts {
        taken_at: taken.map(|taken| taken.utc()),
        taken_at_local: taken.map(|taken| taken.local()),
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
        width: displayed.map(|(width, _)| width),
        height: displayed.map(|(_, height)| height),
        words: xmp.words.or(iptc.words).or(exif.words),
    })
}
