//! The validated body of `PATCH /pictures/{ownerId}/{id}`.

use domain::{TakenAt, Text};
use lambda::http::ApiError;
use serde::{Deserialize, Deserializer};
use store::AttributeUpdate;

/// The body of `PATCH /pictures/{ownerId}/{id}`. Omitted fields stay unchanged. `null` removes a
/// field, and a blank text removes the caption or the place.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "PictureChange"))]
pub struct Edit {
    #[serde(default, deserialize_with = "deserialize_present")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<String>", length(max = Text::CAPTION.max_chars)))]
    caption: Option<Option<String>>,
    #[serde(default, deserialize_with = "deserialize_present")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<String>", length(max = Text::PLACE.max_chars)))]
    place: Option<Option<String>>,
    #[serde(default, deserialize_with = "deserialize_present")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<TakenAt>"))]
    taken_at: Option<Option<String>>,
    #[cfg_attr(feature = "openapi", schemars(with = "Option<domain::Visibility>"))]
    visibility: Option<String>,
}

/// Deserializes a field to `Some(None)` if it is `null`. An omitted field stays `None` by default.
fn deserialize_present<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Edit {
    /// Validates the edit and converts it to an update of the row.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] if a value is invalid or the edit has no fields.
    pub fn into_update(self) -> Result<AttributeUpdate, ApiError> {
        let mut update = AttributeUpdate::default();
        for (field, value) in [(Text::CAPTION, self.caption), (Text::PLACE, self.place)] {
            if let Some(text) = value {
                let text = field.clean(&text.unwrap_or_default())?;
                update = update.set_or_remove(field.field, text.as_ref())?;
            }
        }
        if let Some(text) = self.taken_at {
            let taken_at = text.map(|text| text.parse::<TakenAt>()).transpose();
            let taken_at = taken_at.map_err(|error| ApiError::Invalid(error.to_string()))?;
            update = update.set_or_remove("takenAt", taken_at.as_ref())?;
        }
        if let Some(text) = self.visibility {
            update = update.set_or_remove("visibility", Some(&ApiError::parse_visibility(&text)?))?;
        }
        if update.is_empty() {
            return Err(ApiError::Invalid(
                "nothing to change; send caption, visibility, place or takenAt".into(),
            ));
        }
        Ok(update)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(body: &str) -> Result<AttributeUpdate, ApiError> {
        serde_json::from_str::<Edit>(body).unwrap().into_update()
    }

    #[test]
    fn null_and_blank_texts_remove_a_field_and_omitted_fields_stay_unchanged() {
        let removal = format!("{:?}", update(r#"{"caption": null, "place": " "}"#).unwrap());
        assert!(removal.contains(r#"remove: ["caption", "place"]"#), "{removal}");
        let removal = format!("{:?}", update(r#"{"takenAt": null}"#).unwrap());
        assert!(removal.contains(r#"remove: ["takenAt"]"#), "{removal}");
        let visibility = format!("{:?}", update(r#"{"visibility": "public"}"#).unwrap());
        assert!(visibility.contains("remove: []") && visibility.contains(r#"S("public")"#), "{visibility}");
    }

    #[test]
    fn the_time_keeps_its_offset() {
        let edit = format!("{:?}", update(r#"{"takenAt": "2024-01-01T00:05:00+09:00"}"#).unwrap());
        assert!(edit.contains(r#"S("2024-01-01T00:05:00+09:00")"#), "{edit}");
    }

    #[test]
    fn rejects_invalid_and_empty_edits() {
        for body in ["{}", r#"{"visibility": "all"}"#, r#"{"takenAt": "2024-01-01"}"#, r#"{"unknown": 1}"#] {
            assert_eq!(update(body).unwrap_err().status(), 400, "{body}");
        }
    }
}
