//! XMP: which property says what (XMP part 2; the EXIF ones are described in CIPA DC-010).

mod packet;

use crate::clean::{date, number, place, text, words};
use crate::facts::{CameraFacts, Gps};
use crate::words::Words;
use packet::Properties;

/// The most bytes of a packet that are read: as many as fit into a JPEG segment.
pub(super) const MOST_BYTES: u64 = 64 * 1024;

/// The properties that are read.
const WANTED: [&str; 26] = [
    "aux:Lens",
    "dc:description",
    "dc:subject",
    "dc:title",
    "exif:ApertureValue",
    "exif:DateTimeDigitized",
    "exif:DateTimeOriginal",
    "exif:ExposureTime",
    "exif:FNumber",
    "exif:FocalLength",
    "exif:GPSAltitude",
    "exif:GPSAltitudeRef",
    "exif:GPSLatitude",
    "exif:GPSLongitude",
    "exif:GPSTimeStamp",
    "exif:ISOSpeedRatings",
    "exif:ShutterSpeedValue",
    "exifEX:LensModel",
    "exifEX:PhotographicSensitivity",
    "photoshop:DateCreated",
    "photoshop:Headline",
    "tiff:Make",
    "tiff:Model",
    "tiff:Orientation",
    "xmp:CreateDate",
    "xmp:Rating",
];

/// What XMP tells, cleaned.
#[derive(Debug, Default)]
pub(super) struct Xmp {
    pub(super) make: Option<String>,
    pub(super) model: Option<String>,
    /// 1 to 8. Nothing that shows pictures goes by it.
    pub(super) orientation: Option<u8>,
    pub(super) camera: CameraFacts,
    pub(super) gps: Option<Gps>,
    /// When the picture was taken.
    pub(super) taken: Option<date::Taken>,
    /// When it was made a file.
    pub(super) digitized: Option<date::Taken>,
    /// When the satellites were last seen.
    pub(super) fix: Option<date::Taken>,
    pub(super) words: Words,
}

/// Reads a packet.
pub(super) fn read(packet: &[u8]) -> Xmp {
    let properties = packet::read(packet, &WANTED);
    Xmp {
        make: properties.first("tiff:Make").and_then(|name| text::name(name.as_bytes())),
        model: properties.first("tiff:Model").and_then(|name| text::name(name.as_bytes())),
        orientation: number_of(&properties, "tiff:Orientation").and_then(number::orientation),
        camera: camera(&properties),
        gps: gps(&properties),
        taken: date(&properties, &["exif:DateTimeOriginal", "photoshop:DateCreated"]),
        digitized: date(&properties, &["exif:DateTimeDigitized", "xmp:CreateDate"]),
        fix: date(&properties, &["exif:GPSTimeStamp"]),
        words: said(&properties),
    }
}

fn said(properties: &Properties) -> Words {
    let titles = ["dc:title", "photoshop:Headline"];
    Words {
        title: titles.iter().find_map(|name| words::title(properties.first(name)?.as_bytes())),
        caption: properties.first("dc:description").and_then(|text| words::caption(text.as_bytes())),
        keywords: words::keywords(properties.all("dc:subject").map(str::as_bytes)),
        rating: number_of(properties, "xmp:Rating").and_then(words::rating),
    }
}

fn camera(properties: &Properties) -> CameraFacts {
    let number = |name| number_of(properties, name);
    let exposure = number("exif:ExposureTime").and_then(number::exposure);
    let shutter_speed = number("exif:ShutterSpeedValue").map(number::seconds_from_apex);
    let aperture = number("exif:FNumber").and_then(number::aperture);
    let aperture_value = number("exif:ApertureValue").map(number::f_number_from_apex);
    let iso = ["exifEX:PhotographicSensitivity", "exif:ISOSpeedRatings"];
    CameraFacts {
        camera: None,
        lens: name(properties, &["exifEX:LensModel", "aux:Lens"]),
        exposure: exposure.or_else(|| number::exposure(shutter_speed?)),
        aperture: aperture.or_else(|| number::aperture(aperture_value?)),
        iso: number::iso(&iso.into_iter().filter_map(number).collect::<Vec<_>>()),
        focal_length: number("exif:FocalLength").and_then(number::focal_length),
    }
}

fn gps(properties: &Properties) -> Option<Gps> {
    let (latitude, north) = place::parse(properties.first("exif:GPSLatitude")?, ["N", "S"])?;
    let (longitude, east) = place::parse(properties.first("exif:GPSLongitude")?, ["E", "W"])?;
    let reference = number_of(properties, "exif:GPSAltitudeRef").unwrap_or(0.0);
    let altitude =
        number_of(properties, "exif:GPSAltitude").and_then(|metres| place::altitude(metres, reference));
    place::gps(
        &place::Coordinate { parts: &latitude, half: north },
        &place::Coordinate { parts: &longitude, half: east },
        altitude,
    )
}

fn name(properties: &Properties, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| text::text(properties.first(name)?.as_bytes()))
}

fn number_of(properties: &Properties, name: &str) -> Option<f64> {
    number::parse(properties.first(name)?)
}

fn date(properties: &Properties, names: &[&str]) -> Option<date::Taken> {
    names.iter().find_map(|name| date::parse(properties.first(name)?))
}
