//! The validated body of `PATCH /pictures/{ownerId}/{id}`.

use domain::Text;
use lambda::http::ApiError;
use serde::{Deserialize, Deserializer};
use store::AttributeUpdate;

/// The body of `PATCH /pictures/{ownerId}/{id}`. Omitted fields stay unchanged. `null` and blank
/// texts remove the caption or the place.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PictureChange"))]
pub struct Edit {
    #[serde(default, deserialize_with = "deserialize_present")]
    #[cfg_attr(feature = "typescript", ts(optional = nullable, as = "Option<String>"))]
    caption: Option<Option<String>>,
    #[serde(default, deserialize_with = "deserialize_present")]
    #[cfg_attr(feature = "typescript", ts(optional = nullable, as = "Option<String>"))]
    place: Option<Option<String>>,
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<domain::Visibility>"))]
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
        if let Some(text) = self.visibility {
            update = update.set_or_remove("visibility", Some(&ApiError::parse_visibility(&text)?))?;
        }
        if update.is_empty() {
            return Err(ApiError::Invalid("nothing to change; send caption, visibility or place".into()));
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
        let visibility = format!("{:?}", update(r#"{"visibility": "public"}"#).unwrap());
        assert!(visibility.contains("remove: []") && visibility.contains(r#"S("public")"#), "{visibility}");
    }

    #[test]
    fn rejects_invalid_and_empty_edits() {
        for body in ["{}", r#"{"visibility": "all"}"#, r#"{"unknown": 1}"#] {
            assert_eq!(update(body).unwrap_err().status(), 400, "{body}");
        }
    }
}
