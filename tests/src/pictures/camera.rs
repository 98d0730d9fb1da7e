//! What cameras write into a file.

use std::io::Cursor;

use exif::experimental::Writer;
use exif::{Context, Field, In, Rational, Tag, Value};

/// What a camera knows of a picture.
#[derive(Clone, Debug)]
pub struct Shot {
    /// EXIF orientation: 1 upright, 6 to be turned to the right.
    pub orientation: u16,
    /// Local time, as EXIF writes it: `2024:06:01 14:30:00`.
    pub taken: String,
    /// The local time's distance from UTC, `+02:00`.
    pub offset: Option<String>,
    /// Whether it knows where it is.
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
    /// Degrees east, thus west of Greenwich: 2° 17' 40.2".
    pub const LONGITUDE: f64 = -(2.0 + 17.0 / 60.0 + 40.2 / 3600.0);
    /// Metres.
    pub const ALTITUDE: f64 = 35.5;

    /// The EXIF block.
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
            fields.extend(place());
        }
        let mut writer = Writer::new();
        fields.iter().for_each(|field| writer.push_field(field));
        let mut block = Cursor::new(Vec::new());
        writer.write(&mut block, true).unwrap();
        block.into_inner()
    }
}

fn place() -> [Field; 6] {
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
