//! A picture, and short forms of parsing and evaluation.

use domain::{CameraFacts, ContentType, Gps, Picture, PictureId, PictureKey, UserId, Visibility};
use rule_language::{Budget, PictureFields, Rule, RuleError};

/// Returns a picture in which all fields have values.
pub fn picture() -> Picture {
    let key = PictureKey { owner_id: UserId(uuid::Uuid::nil()), picture_id: PictureId(uuid::Uuid::nil()) };
    let camera = CameraFacts {
        camera: Some("NIKON D850".into()),
        lens: Some("85.0 mm f/1.8".into()),
        exposure: Some("1/250".into()),
        aperture: Some(1.8),
        iso: Some(6400),
        focal_length: Some(85.0),
    };
    Picture {
        caption: Some("Fjord, früh am Morgen".into()),
        place: Some("Bergen, Norway".into()),
        width: Some(6000),
        height: Some(4000),
        metadata: Some(camera),
        taken_at: Some("2023-06-01T05:30:00+02:00".parse().unwrap()),
        gps: Some(Gps { latitude: 60.39, longitude: 5.32, altitude: None }),
        ..Picture::register(key, Visibility::Friends, ContentType::Jpeg, 12_345_678)
    }
}

/// Returns the fields of a picture without optional values.
pub fn bare() -> PictureFields {
    let Picture { key, .. } = picture();
    (&Picture::register(key, Visibility::Private, ContentType::Png, 1)).into()
}

/// Evaluates a rule for [`picture`].
pub fn evaluate(code: &str) -> Result<bool, RuleError> {
    evaluate_for(code, &(&picture()).into())
}

pub fn evaluate_for(code: &str, picture: &PictureFields) -> Result<bool, RuleError> {
    Rule::parse(code)?.evaluate(picture, &mut Budget::default())
}
