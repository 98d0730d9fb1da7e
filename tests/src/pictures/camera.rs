//! Builds EXIF like a camera.

use std::io::Cursor;

use exif::experimental::Writer;
use exif::{Context, Field, In, Rational, Tag, Value};

/// Metadata that a camera writes to a picture.
#[derive(Clone, Debug)]
pub struct Shot {
    /// EXIF orientation: 1 is upright, 6 needs a clockwise rotation.
    pub orientation: u16,
    /// Local time in EXIF format: `2024:06:01 14:30:00`.
    pub taken: String,
    /// UTC offset of the local time: `+02:00`.
    pub offset: Option<String>,
    /// Whether to write the GPS position.
    pub placed: bool,
}

impl Default for Shot {
    fn default() -> Self {
        Self {
            orientation: 1,
            taken: "2024:06:01 14:30:00".into(),
            offset: Some("+02:00".into()),
            placed: true,
        }
    }
}

impl Shot {
    /// Degrees north: 48° 51' 30".
    pub const LATITUDE: f64 = 48.0 + 51.0 / 60.0 + 30.0 / 3600.0;
    /// Degrees east: 2° 17' 40.2" west.
    pub const LONGITUDE: f64 = -(2.0 + 17.0 / 60.0 + 40.2 / 3600.0);
    /// Metres above sea level.
    pub const ALTITUDE: f64 = 35.5;

    /// Builds the EXIF block.
    pub fn exif(&self) -> Vec<u8> {
        let mut fields = vec![
            text(Tag::Make, "Albumen"),
            text(Tag::Model, "Albumen One"),
            field(Tag::Orientation, Value::Short(vec![self.orientation])),
            text(Tag::DateTimeOriginal, &self.taken),
            text(Tag::LensModel, "Petzval 58mm"),
            rational(Tag::ExposureTime, &[(1, 250)]),
            rational(Tag::FNumber, &[(28, 10)]),
            field(Tag::PhotographicSensitivity, Value::Short(vec![200])),
            rational(Tag::FocalLength, &[(58, 1)]),
        ];
        fields.extend(self.offset.as_deref().map(|offset| text(Tag::OffsetTimeOriginal, offset)));
        if self.placed {
            fields.extend(gps_position());
        }
        let mut writer = Writer::new();
        fields.iter().for_each(|field| writer.push_field(field));
        let mut block = Cursor::new(Vec::new());
        writer.write(&mut block, true).unwrap();
        block.into_inner()
    }
}

fn gps_position() -> [Field; 6] {
    [
        text(Tag::GPSLatitudeRef, "N"),
        rational(Tag::GPSLatitude, &[(48, 1), (51, 1), (30, 1)]),
        text(Tag::GPSLongitudeRef, "W"),
        rational(Tag::GPSLongitude, &[(2, 1), (17, 1), (402, 10)]),
        field(Tag::GPSAltitudeRef, Value::Byte(vec![0])),
        rational(Tag::GPSAltitude, &[(355, 10)]),
    ]
}

fn field(tag: Tag, value: Value) -> Field {
    debug_assert!(matches!(tag.context(), Context::Tiff | Context::Exif | Context::Gps));
    Field { tag, ifd_num: In::PRIMARY, value }
}

fn text(tag: Tag, value: &str) -> Field {
    field(tag, Value::Ascii(vec![value.as_bytes().to_vec()]))
}

fn rational(tag: Tag, values: &[(u32, u32)]) -> Field {
    let values = values.iter().map(|&(num, denom)| Rational { num, denom });
    field(tag, Value::Rational(values.collect()))
}
