//! EXIF: which values of the TIFF structure say what (EXIF 3.0, 4.6).

mod reconyx;
mod tag;

use std::ops::Range;

use crate::clean::{date, number, place, text, words};
use crate::container::{Size, size};
use crate::facts::{CameraFacts, Gps};
use crate::source::{Block, Parsed, Source};
use crate::tiff::{Directory, Tiff};
use crate::words::Words;

/// The dates of a picture, each as date, fraction of a second, offset.
const TAKEN: [u16; 3] = [tag::DATE_TIME_ORIGINAL, tag::SUB_SEC_TIME_ORIGINAL, tag::OFFSET_TIME_ORIGINAL];
const DIGITIZED: [u16; 3] =
    [tag::DATE_TIME_DIGITIZED, tag::SUB_SEC_TIME_DIGITIZED, tag::OFFSET_TIME_DIGITIZED];
const CHANGED: [u16; 3] = [tag::DATE_TIME, tag::SUB_SEC_TIME, tag::OFFSET_TIME];

/// The most bytes of a description that are read: 2000 characters of up to four bytes.
const MOST_DESCRIPTION: u64 = 8000;

/// What EXIF tells, cleaned.
#[derive(Debug, Default)]
pub(super) struct Exif {
    pub(super) make: Option<String>,
    pub(super) model: Option<String>,
    /// 1 to 8.
    pub(super) orientation: Option<u8>,
    /// What the first directory describes: the picture in a TIFF file, else anything.
    pub(super) size: Option<Size>,
    /// As the camera made the picture, which may have been cut since.
    pub(super) made_size: Option<Size>,
    /// When the picture was taken.
    pub(super) taken: Option<date::Taken>,
    /// When it was made a file: the same, unless it was scanned.
    pub(super) digitized: Option<date::Taken>,
    /// When the satellites were last seen.
    pub(super) fix: Option<date::Taken>,
    /// When something was last done to the file.
    pub(super) changed: Option<date::Taken>,
    /// Without the camera's name.
    pub(super) camera: CameraFacts,
    pub(super) gps: Option<Gps>,
    pub(super) words: Words,
    /// XMP and IPTC inside the structure, as TIFF files have them (byte positions).
    pub(super) xmp: Option<Range<u64>>,
    pub(super) iptc: Option<Range<u64>>,
}

/// Reads the EXIF in a TIFF structure.
pub(super) fn read(source: &Source, block: Block) -> Parsed<Exif> {
    match block {
        Block::At(range) => read_at(source, range),
        Block::Held(bytes) => {
            let length = bytes.len() as u64;
            // What it says of further blocks is about itself, not about the file.
            Ok(Exif { xmp: None, iptc: None, ..read_at(&Source::held(bytes), 0..length)? })
        }
    }
}

fn read_at(source: &Source, block: Range<u64>) -> Parsed<Exif> {
    let Some((tiff, main)) = Tiff::open(source, block)? else { return Ok(Exif::default()) };
    let (exif, gps) = (tiff.child(&main, tag::EXIF)?, tiff.child(&main, tag::GPS)?);
    let directories = Directories { tiff, main, exif, gps };
    let fix = directories.fix()?;
    Ok(Exif {
        make: directories.read(tag::MAKE, text::name)?,
        model: directories.read(tag::MODEL, text::name)?,
        orientation: directories.number(tag::ORIENTATION)?.and_then(number::orientation),
        size: directories.size([tag::IMAGE_WIDTH, tag::IMAGE_LENGTH])?,
        made_size: directories.size([tag::PIXEL_X_DIMENSION, tag::PIXEL_Y_DIMENSION])?,
        taken: directories.taken(fix)?,
        digitized: directories.date(DIGITIZED, fix)?,
        fix,
        changed: directories.date(CHANGED, None)?,
        camera: directories.camera()?,
        gps: directories.gps()?,
        words: directories.words()?,
        xmp: directories.tiff.place(&directories.main, tag::XMP),
        iptc: directories.tiff.place(&directories.main, tag::IPTC),
    })
}

/// A number that has no fraction and fits.
fn whole<N: TryFrom<i64>>(number: f64) -> Option<N> {
    let fits = number.fract() == 0.0 && number.abs() <= f64::from(u32::MAX);
    // In range, checked just above.
    #[expect(clippy::cast_possible_truncation)]
    fits.then(|| N::try_from(number as i64).ok())?
}

struct Directories<'a> {
    tiff: Tiff<'a>,
    main: Directory,
    exif: Directory,
    gps: Directory,
}

impl Directories<'_> {
    /// The directory that a value belongs into, and the one where some programs have it.
    fn places(&self, tag: u16) -> [&Directory; 2] {
        if tag < tag::FIRST_OF_EXIF { [&self.main, &self.exif] } else { [&self.exif, &self.main] }
    }

    fn text(&self, tag: u16) -> Parsed<Option<String>> {
        self.read(tag, text::text)
    }

    fn read(&self, tag: u16, clean: fn(&[u8]) -> Option<String>) -> Parsed<Option<String>> {
        for directory in self.places(tag) {
            if let Some(text) = self.tiff.text(directory, tag)?.and_then(clean) {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }

    fn numbers(&self, tag: u16) -> Parsed<Vec<f64>> {
        let [place, other] = self.places(tag);
        match self.tiff.numbers(place, tag)? {
            none if none.is_empty() => self.tiff.numbers(other, tag),
            numbers => Ok(numbers),
        }
    }

    fn number(&self, tag: u16) -> Parsed<Option<f64>> {
        Ok(self.numbers(tag)?.first().copied())
    }

    fn size(&self, [width, height]: [u16; 2]) -> Parsed<Option<Size>> {
        let (width, height) = (self.number(width)?.and_then(whole), self.number(height)?.and_then(whole));
        Ok(width.zip(height).and_then(|(width, height)| size(width, height)))
    }

    fn camera(&self) -> Parsed<CameraFacts> {
        let exposure = self.number(tag::EXPOSURE_TIME)?.and_then(number::exposure);
        let shutter_speed = self.number(tag::SHUTTER_SPEED_VALUE)?.map(number::seconds_from_apex);
        let aperture = self.number(tag::F_NUMBER)?.and_then(number::aperture);
        let aperture_value = self.number(tag::APERTURE_VALUE)?.map(number::f_number_from_apex);
        let lens = self.text(tag::LENS_MODEL)?;
        let lens_specification = self.numbers(tag::LENS_SPECIFICATION)?;
        Ok(CameraFacts {
            camera: None,
            lens: lens.or_else(|| number::lens(&lens_specification)),
            exposure: exposure.or_else(|| number::exposure(shutter_speed?)),
            aperture: aperture.or_else(|| number::aperture(aperture_value?)),
            iso: self.iso()?,
            focal_length: self.number(tag::FOCAL_LENGTH)?.and_then(number::focal_length),
        })
    }

    fn iso(&self) -> Parsed<Option<u32>> {
        let mut candidates = self.numbers(tag::PHOTOGRAPHIC_SENSITIVITY)?;
        for wider in [tag::ISO_SPEED, tag::RECOMMENDED_EXPOSURE_INDEX, tag::STANDARD_OUTPUT_SENSITIVITY] {
            candidates.extend(self.numbers(wider)?);
        }
        Ok(number::iso(&candidates))
    }

    fn words(&self) -> Parsed<Words> {
        let description = self.tiff.long_text(&self.main, tag::IMAGE_DESCRIPTION, MOST_DESCRIPTION)?;
        Ok(Words {
            caption: description.and_then(words::caption),
            rating: self.number(tag::RATING)?.and_then(words::rating),
            ..Words::default()
        })
    }

    fn taken(&self, fix: Option<date::Taken>) -> Parsed<Option<date::Taken>> {
        if let Some(taken) = self.date(TAKEN, fix)? {
            return Ok(Some(taken));
        }
        let note = self.tiff.long_text(&self.exif, tag::MAKER_NOTE, reconyx::MOST_BYTES)?;
        Ok(note.and_then(reconyx::taken))
    }

    fn date(
        &self,
        [date, sub_sec, offset]: [u16; 3],
        fix: Option<date::Taken>,
    ) -> Parsed<Option<date::Taken>> {
        let Some(mut taken) = self.text(date)?.and_then(|text| date::parse(&text)) else { return Ok(None) };
        if let Some(nanosecond) = self.digits(sub_sec)?.and_then(|text| date::subsecond(&text)) {
            taken.local = taken.local.with().subsec_nanosecond(nanosecond).build().unwrap_or(taken.local);
        }
        let told = self.text(offset)?.and_then(|text| date::offset(&text)).or(taken.offset);
        taken.offset = told.or_else(|| date::offset_from_fix(taken.local, fix?.local));
        Ok(Some(taken))
    }

    /// Digits, which as a text of zeros alone would count as blank.
    fn digits(&self, tag: u16) -> Parsed<Option<String>> {
        let stored = self.tiff.text(&self.exif, tag)?;
        Ok(stored.map(|bytes| String::from_utf8_lossy(bytes).trim_matches(['\0', ' ']).to_owned()))
    }

    fn fix(&self) -> Parsed<Option<date::Taken>> {
        let date = self.tiff.text(&self.gps, tag::GPS_DATE_STAMP)?.and_then(text::text);
        let time = self.tiff.numbers(&self.gps, tag::GPS_TIME_STAMP)?;
        Ok(date.and_then(|date| date::fix(&date, &time)))
    }

    fn gps(&self) -> Parsed<Option<Gps>> {
        let [north, east] = [tag::GPS_LATITUDE_REF, tag::GPS_LONGITUDE_REF].map(|tag| self.half(tag));
        let [latitude, longitude] =
            [tag::GPS_LATITUDE, tag::GPS_LONGITUDE].map(|tag| self.tiff.numbers(&self.gps, tag));
        let reference = self.tiff.numbers(&self.gps, tag::GPS_ALTITUDE_REF)?.first().copied().unwrap_or(0.0);
        let altitude = self.tiff.numbers(&self.gps, tag::GPS_ALTITUDE)?.first().copied();
        Ok(place::gps(
            &place::Coordinate { parts: &latitude?, half: &north? },
            &place::Coordinate { parts: &longitude?, half: &east? },
            altitude.and_then(|metres| place::altitude(metres, reference)),
        ))
    }

    fn half(&self, tag: u16) -> Parsed<String> {
        Ok(self.tiff.text(&self.gps, tag)?.and_then(text::text).unwrap_or_default())
    }
}
