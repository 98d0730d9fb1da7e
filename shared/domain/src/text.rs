//! Text fields that people fill in: visible, trimmed and bounded.

use visible_text::{clean_line, clean_lines};

/// The rules of one text field.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// The name of the field in the API.
    pub field: &'static str,
    /// The maximum length in characters (Unicode scalar values).
    pub max_chars: usize,
    /// Whether line breaks are allowed.
    pub multiline: bool,
}

/// The reason why a text is invalid, as a sentence for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The text is absent or blank.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The text consists of invisible characters.
    #[error("{0} has no visible characters")]
    Invisible(&'static str),
    /// The text is longer than the limit; field, length and limit.
    #[error("{0} has {1} characters; the maximum is {2}")]
    TooLong(&'static str, usize, usize),
}

impl Text {
    /// A given name.
    pub const FIRST_NAME: Self = Self { field: "firstName", max_chars: 100, multiline: false };
    /// A family name.
    pub const LAST_NAME: Self = Self { field: "lastName", max_chars: 100, multiline: false };
    /// A picture's caption.
    pub const CAPTION: Self = Self { field: "caption", max_chars: 2_000, multiline: true };
    /// The place of a picture.
    pub const PLACE: Self = Self { field: "place", max_chars: 200, multiline: false };
    /// The title of an album.
    pub const TITLE: Self = Self { field: "title", max_chars: 100, multiline: false };
    /// The description of an album.
    pub const DESCRIPTION: Self = Self { field: "description", max_chars: 2_000, multiline: true };
    /// The owner's name for a share link.
    pub const LINK_NAME: Self = Self { field: "name", max_chars: 100, multiline: false };
    /// A member's name for a developer key.
    pub const KEY_NAME: Self = Self { field: "name", max_chars: 50, multiline: false };
    /// The name that a guest gives.
    pub const GUEST_NAME: Self = Self { field: "name", max_chars: 50, multiline: false };
    /// A comment.
    pub const COMMENT: Self = Self { field: "text", max_chars: 1_000, multiline: true };

    /// Cleans the text with [`visible_text`]. Returns `None` if nothing visible remains.
    ///
    /// # Errors
    /// Returns [`TextError::TooLong`] if the cleaned text exceeds the limit.
    pub fn clean(self, text: &str) -> Result<Option<String>, TextError> {
        let cleaned = if self.multiline { clean_lines(text) } else { clean_line(text) };
        let length = cleaned.chars().count();
        if length > self.max_chars {
            return Err(TextError::TooLong(self.field, length, self.max_chars));
        }
        Ok((!cleaned.is_empty()).then_some(cleaned))
    }

    /// Cleans a text as [`Text::clean`] does, but rejects a text without visible characters.
    ///
    /// # Errors
    /// Returns [`TextError::Missing`], [`TextError::Invisible`] or [`TextError::TooLong`].
    pub fn clean_required(self, text: Option<&str>) -> Result<String, TextError> {
        let text = text.unwrap_or_default();
        let error = if text.trim().is_empty() { TextError::Missing } else { TextError::Invisible };
        self.clean(text)?.ok_or_else(|| error(self.field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_text_and_rejects_long_text() {
        assert_eq!(Text::CAPTION.clean(" a\u{0}b\r\nc\td\u{7} ").unwrap().as_deref(), Some("ab\nc d"));
        assert_eq!(Text::CAPTION.clean(" \u{0} ").unwrap(), None);
        assert_eq!(Text::FIRST_NAME.clean("A\u{202E}d\ra\u{200B}").unwrap().as_deref(), Some("Ad a"));
        assert_eq!(Text::FIRST_NAME.clean("علی\u{200C}رضا").unwrap().as_deref(), Some("علی\u{200C}رضا"));
        assert!(Text::PLACE.clean(&"é".repeat(200)).is_ok());
        assert!(Text::PLACE.clean(&"é".repeat(201)).is_err());
    }

    #[test]
    fn a_required_text_has_a_visible_character() {
        for (text, expected) in [
            (None, "text is missing"),
            (Some(" \n"), "text is missing"),
            (Some("\u{200D}\u{3164}"), "text has no visible characters"),
        ] {
            assert_eq!(Text::COMMENT.clean_required(text).unwrap_err().to_string(), expected, "{text:?}");
        }
    }
}
