//! Validates the registrations of pictures by members and by guests.

use domain::{ContentType, MAX_ORIGINAL_BYTES, Picture, PictureKey, Text, Visibility};

use crate::http::ApiError;

/// The original that a caller declares before its upload. Absent fields are errors, whose messages
/// name the field.
#[derive(Clone, Debug, Default)]
pub struct NewOriginal {
    /// The media type.
    pub content_type: Option<String>,
    /// The length of the file.
    pub bytes: Option<serde_json::Number>,
    /// The caption, if there is one.
    pub caption: Option<String>,
}

impl NewOriginal {
    /// Validates the declaration and converts it to a new picture.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] if a field is missing or invalid, [`ApiError::TooLarge`] if
    /// the file exceeds [`MAX_ORIGINAL_BYTES`], and [`ApiError::UnsupportedType`] if the content
    /// type is not supported.
    pub fn register(self, key: PictureKey, visibility: Visibility) -> Result<Picture, ApiError> {
        let content_type = parse_content_type(self.content_type.as_deref())?;
        let bytes = parse_length(self.bytes.as_ref())?;
        let mut picture = Picture::register(key, visibility, content_type, bytes);
        picture.caption = Text::CAPTION.clean(&self.caption.unwrap_or_default())?;
        Ok(picture)
    }
}

fn parse_content_type(text: Option<&str>) -> Result<ContentType, ApiError> {
    let text = text.ok_or_else(|| ApiError::Invalid("contentType is missing".into()))?;
    ContentType::parse(text).ok_or_else(|| {
        let supported = ContentType::ALL.map(ContentType::as_str).join(", ");
        ApiError::UnsupportedType(format!("This type of file is not supported. Upload one of: {supported}."))
    })
}

fn parse_length(bytes: Option<&serde_json::Number>) -> Result<u64, ApiError> {
    let bytes = bytes
        .ok_or_else(|| ApiError::Invalid("bytes is missing; send the length of the file in bytes".into()))?;
    match bytes.as_u64() {
        None | Some(0) => Err(ApiError::Invalid(
            "bytes must be the length of the file in bytes, a whole number from 1".into(),
        )),
        Some(bytes) if bytes > MAX_ORIGINAL_BYTES => {
            let (megabytes, max) = (bytes.div_ceil(1_000_000), MAX_ORIGINAL_BYTES / 1_000_000);
            Err(ApiError::TooLarge(format!(
                "This file has {megabytes} MB; the maximum is {max} MB. Upload a smaller version."
            )))
        }
        Some(bytes) => Ok(bytes),
    }
}
