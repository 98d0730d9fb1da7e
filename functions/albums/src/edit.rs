//! The validated bodies of `POST /albums` and `PATCH /albums/{albumId}`.

use domain::{PictureKey, Text, Visibility};
use lambda::http::ApiError;
use rule_language::Rule;
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
    /// The code of a rule, which makes the album a smart album. At most 4,096 bytes.
    #[cfg_attr(feature = "openapi", schemars(length(max = rule_language::MAX_CODE_BYTES)))]
    rule: Option<String>,
}

/// The attributes of a new album.
#[derive(Debug, PartialEq, Eq)]
pub struct NewAlbum {
    pub title: String,
    pub description: Option<String>,
    pub visibility: Visibility,
    pub rule: Option<String>,
}

impl AlbumInput {
    /// Validates the input.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] if the title is missing or a value is invalid.
    pub fn parse(self) -> Result<NewAlbum, ApiError> {
        let title = Text::TITLE.clean_required(self.title.as_deref())?;
        let description = Text::DESCRIPTION.clean(&self.description.unwrap_or_default())?;
        let visibility = self.visibility.as_deref().map(ApiError::parse_visibility).transpose()?;
        let rule = self.rule.map(parse_rule).transpose()?.flatten();
        Ok(NewAlbum { title, description, visibility: visibility.unwrap_or_default(), rule })
    }
}

/// The body of `PATCH /albums/{albumId}`. Omitted fields stay unchanged. A blank or null
/// description removes it. A null cover removes the choice. A blank or null rule removes the rule
/// of a smart album, whose pictures people choose then.
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
    /// The code of a rule, of at most 4,096 bytes.
    #[serde(default, deserialize_with = "deserialize_present")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<String>", length(max = rule_language::MAX_CODE_BYTES)))]
    rule: Option<Option<String>>,
}

/// Returns the code of a rule as it was sent, or `None` for a blank text.
///
/// # Errors
/// Returns [`ApiError::Invalid`] with line, column and sentence if the code is not a rule.
fn parse_rule(code: String) -> Result<Option<String>, ApiError> {
    if code.trim().is_empty() {
        return Ok(None);
    }
    match Rule::parse(&code) {
        Ok(_) => Ok(Some(code)),
        Err(error) => Err(ApiError::Invalid(format!("the rule has an error in {error}"))),
    }
}

/// Deserializes a field to `Some(None)` if it is `null`. An omitted field stays `None` by default.
fn deserialize_present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A validated edit.
#[derive(Debug)]
pub struct ParsedEdit {
    /// The attributes to set and to remove, without the rule.
    pub update: AttributeUpdate,
    /// The chosen cover.
    pub cover: Option<PictureKey>,
    /// The new rule, or `Some(None)` to remove it. `None` if the edit has no rule.
    pub rule: Option<Option<String>>,
}

impl Edit {
    /// Validates the edit.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] if a value is invalid or the edit has no fields.
    pub fn parse(self) -> Result<ParsedEdit, ApiError> {
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
        let rule = self.rule.map(|code| code.map(parse_rule).transpose()).transpose()?.map(Option::flatten);
        if update.is_empty() && rule.is_none() {
            let message = "nothing to change; send title, description, visibility, cover or rule";
            return Err(ApiError::Invalid(message.into()));
        }
        Ok(ParsedEdit { update, cover: self.cover.flatten(), rule })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<ParsedEdit, ApiError> {
        serde_json::from_str::<Edit>(body).unwrap().parse()
    }

    fn update(body: &str) -> Result<AttributeUpdate, ApiError> {
        parse(body).map(|edit| edit.update)
    }

    #[test]
    fn a_new_album_is_private_by_default() {
        let parse = |body: &str| serde_json::from_str::<AlbumInput>(body).unwrap().parse();
        let private =
            NewAlbum { title: "Oslo".into(), description: None, visibility: Visibility::Private, rule: None };
        assert_eq!(parse(r#"{"title": " Oslo ", "rule": " "}"#).unwrap(), private);
        let public = NewAlbum { description: Some("May".into()), visibility: Visibility::Public, ..private };
        let body = r#"{"title": "Oslo", "description": "May", "visibility": "public"}"#;
        assert_eq!(parse(body).unwrap(), public);
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
    fn an_error_in_a_rule_has_line_column_and_sentence() {
        let body = r#"{"title": "x", "rule": "True and\\\n picture.camrea == 'X'"}"#;
        let create = serde_json::from_str::<AlbumInput>(body).unwrap().parse();
        for error in [create.unwrap_err(), update(body).unwrap_err()] {
            let expected =
                "the rule has an error in line 2, column 10: `camrea` is not a field of `picture`.";
            assert_eq!(error.status(), 400);
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn a_rule_can_be_changed_and_removed() {
        let changed = parse(r#"{"rule": "picture.iso == 100"}"#).unwrap();
        assert_eq!(changed.rule, Some(Some("picture.iso == 100".into())));
        for body in [r#"{"rule": null}"#, r#"{"rule": " "}"#] {
            let removed = parse(body).unwrap();
            assert!(removed.rule == Some(None) && removed.update.is_empty(), "{body}");
        }
        assert_eq!(parse(r#"{"title": "Oslo"}"#).unwrap().rule, None);
    }

    #[test]
    fn rejects_invalid_and_empty_edits() {
        for body in ["{}", r#"{"title": ""}"#, r#"{"visibility": "all"}"#, r#"{"count": 1}"#] {
            assert_eq!(update(body).unwrap_err().status(), 400, "{body}");
        }
        assert!(serde_json::from_str::<Edit>(r#"{"cover": {"ownerId": "x"}}"#).is_err());
    }
}
