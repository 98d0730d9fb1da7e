//! The validated body of `POST /pictures`.

#[cfg(feature = "openapi")]
use domain::{ContentType, MAX_ORIGINAL_BYTES, Text};
use domain::{Picture, PictureKey, Visibility};
use lambda::http::ApiError;
use lambda::registration::NewOriginal;
use serde::Deserialize;

/// The body of `POST /pictures`.
// Required fields are optional here, so that `into_picture` can report a missing field by name.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "NewPicture"))]
pub struct Registration {
    #[cfg_attr(feature = "openapi", schemars(with = "ContentType"))]
    content_type: Option<String>,
    /// The length of the file.
    #[cfg_attr(feature = "openapi", schemars(with = "u64", range(min = 1, max = MAX_ORIGINAL_BYTES)))]
    bytes: Option<serde_json::Number>,
    #[cfg_attr(feature = "openapi", schemars(length(max = Text::CAPTION.max_chars)))]
    caption: Option<String>,
    #[cfg_attr(feature = "openapi", schemars(with = "Option<Visibility>"))]
    visibility: Option<String>,
}

impl Registration {
    /// Validates the registration and converts it to a new picture.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] if a field is missing or invalid, [`ApiError::TooLarge`] if
    /// the file exceeds [`MAX_ORIGINAL_BYTES`], and [`ApiError::UnsupportedType`] if the content
    /// type is not supported.
    pub fn into_picture(self, key: PictureKey) -> Result<Picture, ApiError> {
        let visibility = match self.visibility {
            None => Visibility::default(),
            Some(text) => ApiError::parse_visibility(&text)?,
        };
        let Self { content_type, bytes, caption, .. } = self;
        NewOriginal { content_type, bytes, caption }.register(key, visibility)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ContentType, PictureId, UserId};
    use serde_json::{Value, json};

    fn register(body: Value) -> Result<Picture, ApiError> {
        let input: Registration = serde_json::from_value(body).unwrap();
        input.into_picture(PictureKey { owner_id: UserId(uuid::Uuid::nil()), picture_id: PictureId::new() })
    }

    #[test]
    fn a_picture_is_private_by_default() {
        let picture = register(json!({"contentType": "image/jpeg", "bytes": 1, "caption": " hi "})).unwrap();
        assert_eq!((picture.visibility, picture.caption.as_deref()), (Visibility::Private, Some("hi")));
    }

    #[test]
    fn accepts_every_content_type_and_treats_heif_as_heic() {
        let supported = ContentType::ALL.map(|content_type| (content_type.as_str(), content_type));
        for (declared, expected) in supported.into_iter().chain([("image/heif", ContentType::Heic)]) {
            let picture = register(json!({"contentType": declared, "bytes": 1})).unwrap();
            assert_eq!(picture.content_type, expected, "{declared}");
        }
    }

    #[test]
    fn the_error_names_the_invalid_field() {
        for (body, status, word) in [
            (json!({"bytes": 1}), 400, "contentType"),
            (json!({"contentType": "image/svg+xml", "bytes": 1}), 415, "image/jpeg"),
            (json!({"contentType": "image/tiff", "bytes": 1}), 415, "image/heic"),
            (json!({"contentType": "image/png"}), 400, "bytes"),
            (json!({"contentType": "image/png", "bytes": 0}), 400, "bytes"),
            (json!({"contentType": "image/png", "bytes": -5}), 400, "bytes"),
            (json!({"contentType": "image/png", "bytes": 1.5}), 400, "bytes"),
            (json!({"contentType": "image/png", "bytes": 50_000_001}), 413, "50 MB"),
            (json!({"contentType": "image/png", "bytes": 1, "visibility": "everyone"}), 400, "visibility"),
            (json!({"contentType": "image/png", "bytes": 1, "caption": "x".repeat(2001)}), 400, "caption"),
        ] {
            let error = register(body.clone()).unwrap_err();
            assert_eq!(error.status(), status, "{body}");
            assert!(error.to_string().contains(word), "{body}: {error}");
        }
    }
}
