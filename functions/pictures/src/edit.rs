//! What an owner sends to change a picture, checked before anything is written.

use domain::{Text, Visibility};
use lambda::http::ApiError;
use serde::{Deserialize, Deserializer};
use store::Change;

/// The body of `PATCH /pictures/{ownerId}/{id}`. What is left away stays; `null` and an empty text remove.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PictureChange"))]
pub struct Edit {
    #[serde(default, deserialize_with = "named")]
    #[cfg_attr(feature = "typescript", ts(optional = nullable, as = "Option<String>"))]
    caption: Option<Option<String>>,
    #[serde(default, deserialize_with = "named")]
    #[cfg_attr(feature = "typescript", ts(optional = nullable, as = "Option<String>"))]
    place: Option<Option<String>>,
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<domain::Visibility>"))]
    visibility: Option<String>,
}

/// A field that is named, be it `null`.
fn named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Edit {
    /// The change to the row.
    ///
    /// # Errors
    /// [`ApiError::Invalid`].
    pub fn into_change(self) -> Result<Change, ApiError> {
        let mut change = Change::default();
        for (field, value) in [(Text::CAPTION, self.caption), (Text::PLACE, self.place)] {
            if let Some(text) = value {
                let text = field.clean(&text.unwrap_or_default())?;
                change = change.set_or_remove(field.field, text.as_ref())?;
            }
        }
        if let Some(text) = self.visibility {
            change = change.set_or_remove("visibility", Some(&Visibility::from_input(&text)?))?;
        }
        if change.is_empty() {
            return Err(ApiError::Invalid("nothing to change; send caption, visibility or place".into()));
        }
        Ok(change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(body: &str) -> Result<Change, ApiError> {
        serde_json::from_str::<Edit>(body).unwrap().into_change()
    }

    #[test]
    fn null_and_blank_remove_and_absent_stays() {
        let removed = format!("{:?}", change(r#"{"caption": null, "place": " "}"#).unwrap());
        assert!(removed.contains(r#"remove: ["caption", "place"]"#), "{removed}");
        let set = format!("{:?}", change(r#"{"visibility": "public"}"#).unwrap());
        assert!(set.contains("remove: []") && set.contains(r#"S("public")"#), "{set}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for body in ["{}", r#"{"visibility": "all"}"#, r#"{"unknown": 1}"#] {
            assert_eq!(change(body).unwrap_err().status(), 400, "{body}");
        }
    }
}
