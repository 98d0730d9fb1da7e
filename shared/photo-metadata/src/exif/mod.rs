//! EXIF: the meaning of the values in a TIFF structure (EXIF 3.0, 4.6).

mod reconyx;
mod tag;

use std::ops::Range;

use crate::clean::date::Zone;
use crate::clean::number::{Size, size};
use crate::clean::{date, description, number, place, text};
use crate::metadata::{CameraFacts, Description, Gps};
use crate::partial_file::{Block, Parsed, PartialFile};
use crate::tiff::{Directory, Tiff};

/// The tags of one time: date and time, fraction of a second, UTC offset.
type DateTags = [u16; 3];

const TAKEN: DateTags = [tag::DATE_TIME_ORIGINAL, tag::SUB_SEC_TIME_ORIGINAL, tag::OFFSET_TIME_ORIGINAL];
const DIGITIZED: DateTags =
    [tag::DATE_TIME_DIGITIZED, tag::SUB_SEC_TIME_DIGITIZED, tag::OFFSET_TIME_DIGITIZED];
const MODIFIED: DateTags = [tag::DATE_TIME, tag::SUB_SEC_TIME, tag::OFFSET_TIME];

/// The maximum number of bytes read from a description: 2000 characters of up to four bytes.
const MAX_DESCRIPTION: u64 = 8000;

/// Cleaned values from EXIF.
#[derive(Debug, Default)]
pub(super) struct Exif {
    pub(super) make: Option<String>,
    pub(super) model: Option<String>,
    /// 1 to 8.
    pub(super) orientation: Option<u8>,
    /// The size in the first directory. It is reliable only in TIFF files.
    pub(super) size: Option<Size>,
    /// The size of the picture at capture. Some programs do not update it when they crop the
    /// picture.
    pub(super) capture_size: Option<Size>,
    pub(super) taken: Option<date::CaptureTime>,
    /// The time when the picture became a file. Differs from `taken` for scans.
    pub(super) digitized: Option<date::CaptureTime>,
    /// The time of the GPS fix (UTC).
    pub(super) gps_time: Option<date::CaptureTime>,
    /// The time when the file was last modified.
    pub(super) modified: Option<date::CaptureTime>,
    /// The camera name is `None`.
    pub(super) camera: CameraFacts,
    pub(super) gps: Option<Gps>,
    /// Whether there is a position that was not read.
    pub(super) has_unread: bool,
    pub(super) description: Description,
    /// The range of the XMP packet in the file. TIFF files store the packet in the structure.
    pub(super) xmp: Option<Range<u64>>,
    /// The range of the IPTC records in the file. TIFF files store the records in the structure.
    pub(super) iptc: Option<Range<u64>>,
}

/// Reads the EXIF values in a TIFF structure.
pub(super) fn read(file: &PartialFile, block: Block) -> Parsed<Exif> {
    match block {
        Block::InFile(range) => read_at(file, range),
        Block::Decoded(bytes) => {
            let length = bytes.len() as u64;
            // The ranges refer to the decoded bytes, not to the file.
            let exif = read_at(&PartialFile::from_bytes(bytes), 0..length)?;
            Ok(Exif { has_unread: exif.has_unread || exif.xmp.is_some(), xmp: None, iptc: None, ..exif })
        }
    }
}

fn read_at(file: &PartialFile, block: Range<u64>) -> Parsed<Exif> {
    let Some((tiff, main)) = Tiff::open(file, block)? else { return Ok(Exif::default()) };
    let (exif, gps) = (tiff.child(&main, tag::EXIF)?, tiff.child(&main, tag::GPS)?);
    let directories = Directories { tiff, main, exif, gps };
    let gps_time = directories.gps_time()?;
    let gps = directories.gps()?;
    Ok(Exif {
        make: directories.read(tag::MAKE, text::name)?,
        model: directories.read(tag::MODEL, text::name)?,
        orientation: directories.number(tag::ORIENTATION)?.and_then(number::orientation),
        size: directories.size([tag::IMAGE_WIDTH, tag::IMAGE_LENGTH])?,
        capture_size: directories.size([tag::PIXEL_X_DIMENSION, tag::PIXEL_Y_DIMENSION])?,
        taken: directories.taken(gps_time)?,
        digitized: directories.date(DIGITIZED, gps_time)?,
        gps_time,
        modified: directories.date(MODIFIED, None)?,
        camera: directories.camera()?,
        gps,
        has_unread: gps.is_none() && directories.has_coordinates(),
        description: directories.description()?,
        xmp: directories.tiff.value_range(&directories.main, tag::XMP),
        iptc: directories.tiff.value_range(&directories.main, tag::IPTC),
    })
}

/// Converts a number to an integer. Returns `None` if the number has a fraction or does not fit.
fn to_integer<N: TryFrom<i64>>(number: f64) -> Option<N> {
    let fits = number.fract() == 0.0 && number.abs() <= f64::from(u32::MAX);
    #[expect(clippy::cast_possible_truncation, reason = "checked above")]
    fits.then(|| N::try_from(number as i64).ok())?
}

/// The directories of a TIFF structure with EXIF.
struct Directories<'a> {
    tiff: Tiff<'a>,
    main: Directory,
    exif: Directory,
    gps: Directory,
}

impl Directories<'_> {
    /// Returns the directory that the standard defines for a tag, and the directory in which some
    /// programs write the tag instead.
    fn candidates(&self, tag: u16) -> [&Directory; 2] {
        if tag < tag::FIRST_EXIF_TAG { [&self.main, &self.exif] } else { [&self.exif, &self.main] }
    }

    fn text(&self, tag: u16) -> Parsed<Option<String>> {
        self.read(tag, text::text)
    }

    /// Returns the first text that `clean` accepts.
    fn read(&self, tag: u16, clean: fn(&[u8]) -> Option<String>) -> Parsed<Option<String>> {
        for directory in self.candidates(tag) {
            if let Some(text) = self.tiff.text(directory, tag)?.and_then(clean) {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }

    fn numbers(&self, tag: u16) -> Parsed<Vec<f64>> {
        let [standard, alternative] = self.candidates(tag);
        match self.tiff.numbers(standard, tag)? {
            numbers if numbers.is_empty() => self.tiff.numbers(alternative, tag),
            numbers => Ok(numbers),
        }
    }

    fn number(&self, tag: u16) -> Parsed<Option<f64>> {
        Ok(self.numbers(tag)?.first().copied())
    }

    fn size(&self, [width, height]: [u16; 2]) -> Parsed<Option<Size>> {
        let (width, height) =
            (self.number(width)?.and_then(to_integer), self.number(height)?.and_then(to_integer));
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
        for tag in [tag::ISO_SPEED, tag::RECOMMENDED_EXPOSURE_INDEX, tag::STANDARD_OUTPUT_SENSITIVITY] {
            candidates.extend(self.numbers(tag)?);
        }
        Ok(number::iso(&candidates))
    }

    fn description(&self) -> Parsed<Description> {
        let description = self.tiff.text_up_to(&self.main, tag::IMAGE_DESCRIPTION, MAX_DESCRIPTION)?;
        Ok(Description {
            caption: description.and_then(description::caption),
            rating: self.number(tag::RATING)?.and_then(description::rating),
            ..Description::default()
        })
    }

    fn taken(&self, gps_time: Option<date::CaptureTime>) -> Parsed<Option<date::CaptureTime>> {
        if let Some(taken) = self.date(TAKEN, gps_time)? {
            return Ok(Some(taken));
        }
        let note = self.tiff.text_up_to(&self.exif, tag::MAKER_NOTE, reconyx::MAX_BYTES)?;
        Ok(note.and_then(reconyx::capture_time))
    }

    fn date(
        &self,
        [date, sub_sec, offset]: DateTags,
        gps_time: Option<date::CaptureTime>,
    ) -> Parsed<Option<date::CaptureTime>> {
        let Some(mut taken) = self.text(date)?.and_then(|text| date::parse(&text)) else { return Ok(None) };
        if let Some(nanosecond) = self.digits(sub_sec)?.and_then(|text| date::nanoseconds(&text)) {
            taken.local = taken.local.with().subsec_nanosecond(nanosecond).build().unwrap_or(taken.local);
        }
        let stored_zone = self.zone(offset)?.or(taken.zone);
        let only_zone = self.only_zone()?;
        taken.zone = stored_zone
            .or_else(|| date::offset_from_gps_time(taken.local, gps_time?.local).map(Zone::Offset))
            .or(only_zone);
        Ok(Some(taken))
    }

    fn zone(&self, offset: u16) -> Parsed<Option<Zone>> {
        Ok(self.text(offset)?.and_then(|text| date::zone(&text)))
    }

    /// Returns the zone of any date. Returns `None` if there are several that differ.
    ///
    /// Some phones store an offset for the modification only. All their dates have this offset.
    fn only_zone(&self) -> Parsed<Option<Zone>> {
        let mut zones = Vec::new();
        for tag in [tag::OFFSET_TIME_ORIGINAL, tag::OFFSET_TIME_DIGITIZED, tag::OFFSET_TIME] {
            zones.extend(self.zone(tag)?);
        }
        zones.dedup();
        Ok(zones.first().copied().filter(|_| zones.len() == 1))
    }

    /// Returns a text of digits. [`text::text`] would reject a text of zeros only.
    fn digits(&self, tag: u16) -> Parsed<Option<String>> {
        let stored = self.tiff.text(&self.exif, tag)?;
        Ok(stored.map(|bytes| String::from_utf8_lossy(bytes).trim_matches(['\0', ' ']).to_owned()))
    }

    fn gps_time(&self) -> Parsed<Option<date::CaptureTime>> {
        let date = self.tiff.text(&self.gps, tag::GPS_DATE_STAMP)?.and_then(text::text);
        let time = self.tiff.numbers(&self.gps, tag::GPS_TIME_STAMP)?;
        Ok(date.and_then(|date| date::gps_time(&date, &time)))
    }

    fn gps(&self) -> Parsed<Option<Gps>> {
        let [north, east] = [tag::GPS_LATITUDE_REF, tag::GPS_LONGITUDE_REF].map(|tag| self.hemisphere(tag));
        let [latitude, longitude] =
            [tag::GPS_LATITUDE, tag::GPS_LONGITUDE].map(|tag| self.tiff.numbers(&self.gps, tag));
        // Some programs store this number as a text.
        let reference = self.tiff.numbers(&self.gps, tag::GPS_ALTITUDE_REF)?.first().copied().unwrap_or(0.0);
        let altitude = self.tiff.numbers(&self.gps, tag::GPS_ALTITUDE)?.first().copied();
        Ok(place::gps(
            &place::Coordinate { parts: &latitude?, hemisphere: &north? },
            &place::Coordinate { parts: &longitude?, hemisphere: &east? },
            altitude.and_then(|metres| place::altitude(metres, reference)),
        ))
    }

    /// Returns `true` if the GPS directory contains a coordinate or is not where its tag points.
    fn has_coordinates(&self) -> bool {
        let has = |tag| self.gps.contains(tag);
        let is_missing = self.main.contains(tag::GPS) && self.gps.is_empty();
        is_missing || has(tag::GPS_LATITUDE) || has(tag::GPS_LONGITUDE)
    }

    fn hemisphere(&self, tag: u16) -> Parsed<String> {
        Ok(self.tiff.text(&self.gps, tag)?.and_then(text::text).unwrap_or_default())
    }
}
