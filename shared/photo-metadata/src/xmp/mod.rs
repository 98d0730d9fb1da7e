//! XMP: the meaning of the properties (XMP part 2, and CIPA DC-010 for EXIF properties).

mod packet;

use crate::clean::{date, description, number, place, text};
use crate::metadata::{CameraFacts, Description, Gps};
use packet::Properties;

/// The maximum number of bytes read from a packet, which is the size of a JPEG segment.
pub(super) const MAX_BYTES: u64 = 64 * 1024;

/// Names in a packet that refers to data outside of it: extended XMP, and the video of a motion
/// photo.
const OUTSIDE: [&[u8]; 3] = [b"HasExtendedXMP", b"MotionPhoto", b"MicroVideo"];
/// The end of the name of each property with a position.
const POSITION: &[u8] = b"Latitude";

/// The properties to read.
const PROPERTIES: [&str; 26] = [
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

/// Cleaned values from XMP.
#[derive(Debug, Default)]
pub(super) struct Xmp {
    pub(super) make: Option<String>,
    pub(super) model: Option<String>,
    /// 1 to 8. Viewers ignore it.
    pub(super) orientation: Option<u8>,
    pub(super) camera: CameraFacts,
    pub(super) gps: Option<Gps>,
    /// Whether the packet has a position that was not read, or refers to data that can contain one.
    pub(super) has_unread: bool,
    pub(super) taken: Option<date::CaptureTime>,
    /// The time when the picture became a file. Differs from `taken` for scans.
    pub(super) digitized: Option<date::CaptureTime>,
    /// The time of the GPS fix (UTC).
    pub(super) gps_time: Option<date::CaptureTime>,
    pub(super) description: Description,
}

/// Reads the values in a packet.
pub(super) fn read(packet: &[u8]) -> Xmp {
    let properties = packet::read(packet, &PROPERTIES);
    let gps = gps(&properties);
    // Finds names in UTF-16, too.
    let text: Vec<u8> = packet.iter().copied().filter(|byte| *byte != 0).collect();
    let names = |name: &[u8]| text.windows(name.len()).any(|window| window == name);
    Xmp {
        make: properties.first("tiff:Make").and_then(|name| text::name(name.as_bytes())),
        model: properties.first("tiff:Model").and_then(|name| text::name(name.as_bytes())),
        orientation: number_of(&properties, "tiff:Orientation").and_then(number::orientation),
        camera: camera(&properties),
        gps,
        has_unread: OUTSIDE.into_iter().any(names) || (gps.is_none() && names(POSITION)),
        taken: date(&properties, &["exif:DateTimeOriginal", "photoshop:DateCreated"]),
        digitized: date(&properties, &["exif:DateTimeDigitized", "xmp:CreateDate"]),
        gps_time: date(&properties, &["exif:GPSTimeStamp"]),
        description: description(&properties),
    }
}

fn description(properties: &Properties) -> Description {
    let titles = ["dc:title", "photoshop:Headline"];
    Description {
        title: titles.iter().find_map(|name| description::title(properties.first(name)?.as_bytes())),
        caption: properties.first("dc:description").and_then(|text| description::caption(text.as_bytes())),
        keywords: description::keywords(properties.values("dc:subject").map(str::as_bytes)),
        rating: number_of(properties, "xmp:Rating").and_then(description::rating),
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
        lens: first_text(properties, &["exifEX:LensModel", "aux:Lens"]),
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
        &place::Coordinate { parts: &latitude, hemisphere: north },
        &place::Coordinate { parts: &longitude, hemisphere: east },
        altitude,
    )
}

fn first_text(properties: &Properties, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| text::text(properties.first(name)?.as_bytes()))
}

fn number_of(properties: &Properties, name: &str) -> Option<f64> {
    number::parse(properties.first(name)?)
}

fn date(properties: &Properties, names: &[&str]) -> Option<date::CaptureTime> {
    names.iter().find_map(|name| date::parse(properties.first(name)?))
}
