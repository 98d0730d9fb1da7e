//! The fields of `picture`.

use std::sync::Arc;

use domain::Picture;
use serde::{Deserialize, Serialize};

use crate::builtin::names;
use crate::value::Value;

/// A text that is cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(inline, with = "String"))]
pub struct Text(pub(crate) Arc<str>);

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0.as_ref().into()
    }
}

/// The values of a picture that a rule reads. `None` is `None` in the rule. In JSON, a value that
/// is missing is None, an empty text or 0, and an unknown name is an error.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "RuleFields"))]
pub struct PictureFields {
    /// The id of the picture.
    pub id: Text,
    /// The owner's caption.
    pub caption: Option<Text>,
    /// Make and model.
    pub camera: Option<Text>,
    /// The lens model.
    pub lens: Option<Text>,
    /// The ISO speed.
    pub iso: Option<u32>,
    /// The f-number.
    pub aperture: Option<f64>,
    /// The exposure time in seconds.
    pub exposure: Option<f64>,
    /// In millimetres.
    pub focal_length: Option<f64>,
    /// Pixels, upright.
    pub width: Option<u32>,
    /// Pixels, upright.
    pub height: Option<u32>,
    /// The time of the place, in the format of the API.
    pub taken: Option<Text>,
    /// The year of `taken`.
    pub year: Option<i16>,
    /// The month of `taken`, from 1.
    pub month: Option<i8>,
    /// The day of `taken`, from 1.
    pub day: Option<i8>,
    /// The hour of `taken`, from 0 to 23.
    pub hour: Option<i8>,
    /// The owner's words for the location.
    pub place: Option<Text>,
    /// Degrees, north positive.
    pub latitude: Option<f64>,
    /// Degrees, east positive.
    pub longitude: Option<f64>,
    /// The MIME type.
    pub content_type: Text,
    /// The length of the original.
    pub bytes: u64,
    /// `private`, `friends` or `public`.
    pub visibility: Text,
}

names! {
    /// A field of `picture`.
    Field {
        Aperture = "aperture",
        Bytes = "bytes",
        Camera = "camera",
        Caption = "caption",
        ContentType = "content_type",
        Day = "day",
        Exposure = "exposure",
        FocalLength = "focal_length",
        Height = "height",
        Hour = "hour",
        Id = "id",
        Iso = "iso",
        Latitude = "latitude",
        Lens = "lens",
        Longitude = "longitude",
        Month = "month",
        Place = "place",
        Taken = "taken",
        Visibility = "visibility",
        Width = "width",
        Year = "year",
    }
}

impl From<&Picture> for PictureFields {
    /// Copies the values, the GPS position included: a rule reads only pictures of its author.
    fn from(picture: &Picture) -> Self {
        let text = |text: &Option<String>| text.as_deref().map(Text::from);
        let metadata = picture.metadata.clone().unwrap_or_default();
        let local = picture.taken_at.as_ref().and_then(|taken| taken.local());
        Self {
            id: picture.key.picture_id.to_string().into(),
            caption: text(&picture.caption),
            camera: text(&metadata.camera),
            lens: text(&metadata.lens),
            iso: metadata.iso,
            aperture: metadata.aperture,
            exposure: metadata.exposure.as_deref().and_then(seconds),
            focal_length: metadata.focal_length,
            width: picture.width,
            height: picture.height,
            taken: picture.taken_at.as_ref().map(|taken| taken.as_str().into()),
            year: local.map(|local| local.year()),
            month: local.map(|local| local.month()),
            day: local.map(|local| local.day()),
            hour: local.map(|local| local.hour()),
            place: text(&picture.place),
            latitude: picture.gps.map(|gps| gps.latitude),
            longitude: picture.gps.map(|gps| gps.longitude),
            content_type: picture.content_type.as_str().into(),
            bytes: picture.bytes,
            visibility: picture.visibility.as_str().into(),
        }
    }
}

/// Converts an exposure time as photographers write it, `1/250` or `2.5`, to seconds.
fn seconds(exposure: &str) -> Option<f64> {
    let seconds = match exposure.split_once('/') {
        Some((numerator, denominator)) => numerator.parse::<f64>().ok()? / denominator.parse::<f64>().ok()?,
        None => exposure.parse().ok()?,
    };
    (seconds.is_finite() && seconds > 0.0).then_some(seconds)
}

impl PictureFields {
    /// Returns the value of a field.
    pub(crate) fn value(&self, field: Field) -> Value {
        let text = |text: &Text| Value::Text(Arc::clone(&text.0));
        let maybe_text = |value: &Option<Text>| value.as_ref().map_or(Value::None, text);
        let float = |value: Option<f64>| match value {
            Some(value) if !value.is_nan() => Value::Float(value),
            _ => Value::None,
        };
        let small = |value: Option<i8>| value.map_or(Value::None, |value| Value::Int(value.into()));
        let whole = |value: Option<u32>| value.map_or(Value::None, |value| Value::Int(value.into()));
        match field {
            Field::Aperture => float(self.aperture),
            Field::Bytes => Value::Int(i64::try_from(self.bytes).unwrap_or(i64::MAX)),
            Field::Camera => maybe_text(&self.camera),
            Field::Caption => maybe_text(&self.caption),
            Field::ContentType => text(&self.content_type),
            Field::Day => small(self.day),
            Field::Exposure => float(self.exposure),
            Field::FocalLength => float(self.focal_length),
            Field::Height => whole(self.height),
            Field::Hour => small(self.hour),
            Field::Id => text(&self.id),
            Field::Iso => whole(self.iso),
            Field::Latitude => float(self.latitude),
            Field::Lens => maybe_text(&self.lens),
            Field::Longitude => float(self.longitude),
            Field::Month => small(self.month),
            Field::Place => maybe_text(&self.place),
            Field::Taken => maybe_text(&self.taken),
            Field::Visibility => text(&self.visibility),
            Field::Width => whole(self.width),
            Field::Year => self.year.map_or(Value::None, |year| Value::Int(year.into())),
        }
    }
}

/// Returns the fields that a rule can read.
#[must_use]
pub fn field_names() -> &'static [&'static str] {
    Field::NAMES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exposures_are_seconds() {
        for (text, expected) in
            [("1/250", Some(0.004)), ("2.5", Some(2.5)), ("1/0", None), ("0", None), ("fast", None)]
        {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
