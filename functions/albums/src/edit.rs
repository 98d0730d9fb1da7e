//! The validated bodies of `POST /albums` and `PATCH /albums/{albumId}`.

use domain::{PictureKey, Text, Visibility};
use lambda::http::ApiError;
use serde::{Deserialize, Deserializer};
use store::AttributeUpdate;

/// The body of `POST /albums`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "NewAlbum"))]
pub struct AlbumInput {
    #[cfg_attr(feature = "openapi", schemars(with = "String", length(min = 1, max = Text::TITLE.max_chars)))]
    title: Option<String>,
    #[cfg_attr(feature = "openapi", schemars(length(max = Text::DESCRIPTION.max_chars)))]
    description: Option<String>,
    /// `private` by default.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<Visibility>"))]
    visibility: Option<String>,
}

impl AlbumInput {
    /// Validates the input.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] if the title is missing or a value is invalid.
    pub fn parse(self) -> Result<(String, Option<String>, Visibility), ApiError> {
        let title = Text::TITLE.clean_required(self.title.as_deref())?;
        let description = Text::DESCRIPTION.clean(&self.description.unwrap_or_default())?;
        let visibility = self.visibility.as_deref().map(ApiError::parse_visibility).transpose()?;
        Ok((title, description, visibility.unwrap_or_default()))
    }
}

/// The body of `PATCH /albums/{albumId}`. Omitted fields stay unchanged. A blank or null
/// description removes it. A null cover removes the choice.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "AlbumChange"))]
pub struct Edit {
    #[cfg_attr(feature = "openapi", schemars(length(min = 1, max = Text::TITLE.max_chars)))]
    title: Option<String>,
    #[serde(default, deserialize_with = "deserialize_present")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<String>", length(max = Text::DESCRIPTION.max_chars)))]
    description: Option<Option<String>>,
    #[cfg_attr(feature = "openapi", schemars(with = "Option<Visibility>"))]
    visibility: Option<String>,
    /// A picture of the album.
    #[serde(default, deserialize_with = "deserialize_present")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<PictureKey>"))]
    cover: Option<Option<PictureKey>>,
}

/// Deserializes a field to `Some(None)` if it is `null`. An omitted field stays `None` by default.
fn deserialize_present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Edit {
    /// Returns the chosen cover.
    #[must_use]
    pub fn cover(&self) -> Option<PictureKey> {
        self.cover.flatten()
    }

    /// Validates the edit and converts it to an update of the row.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] if a value is invalid or the edit has no fields.
    pub fn into_update(self) -> Result<AttributeUpdate, ApiError> {
        let mut update = AttributeUpdate::default();
        if let Some(title) = self.title {
            update = update.set_or_remove("title", Some(&Text::TITLE.clean_required(Some(&title))?))?;
        }
        if let Some(text) = self.description {
            let text = Text::DESCRIPTION.clean(&text.unwrap_or_default())?;
            update = update.set_or_remove("description", text.as_ref())?;
        }
        if let Some(text) = self.visibility {
            update = update.set_or_remove("visibility", Some(&ApiError::parse_visibility(&text)?))?;
        }
        if let Some(cover) = self.cover {
            update = update.set_or_remove("cover", cover.as_ref())?;
        }
        if update.is_empty() {
            let message = "nothing to change; send title, description, visibility or cover";
            return Err(ApiError::Invalid(message.into()));
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
    fn a_new_album_is_private_by_default() {
        let parse = |body: &str| serde_json::from_str::<AlbumInput>(body).unwrap().parse();
        let (title, description, visibility) = parse(r#"{"title": " Oslo "}"#).unwrap();
        assert_eq!((title.as_str(), description, visibility), ("Oslo", None, Visibility::Private));
        let (_, description, visibility) =
            parse(r#"{"title": "Oslo", "description": "May", "visibility": "public"}"#).unwrap();
        assert_eq!((description.as_deref(), visibility), (Some("May"), Visibility::Public));
        let long = format!(r#"{{"title": "{}"}}"#, "é".repeat(101));
        for body in ["{}", r#"{"title": " "}"#, r#"{"title": "x", "visibility": "all"}"#, &long] {
            assert_eq!(parse(body).unwrap_err().status(), 400, "{body}");
        }
    }

    #[test]
    fn null_removes_the_description_and_the_choice_of_a_cover() {
        let removal = format!("{:?}", update(r#"{"description": null, "cover": null}"#).unwrap());
        assert!(removal.contains(r#"remove: ["description", "cover"]"#), "{removal}");
        let title = format!("{:?}", update(r#"{"title": " Oslo "}"#).unwrap());
        assert!(title.contains("remove: []") && title.contains(r#"S("Oslo")"#), "{title}");
    }

    #[test]
    fn rejects_invalid_and_empty_edits() {
        for body in ["{}", r#"{"title": ""}"#, r#"{"visibility": "all"}"#, r#"{"count": 1}"#] {
            assert_eq!(update(body).unwrap_err().status(), 400, "{body}");
        }
        assert!(serde_json::from_str::<Edit>(r#"{"cover": {"ownerId": "x"}}"#).is_err());
    }
}
