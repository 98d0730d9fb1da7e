//! Text fields that people fill in: trimmed, bounded, without control characters.

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
    /// The text is absent, or empty after cleaning.
    #[error("{0} is missing")]
    Missing(&'static str),
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

    /// A comment.
    pub const COMMENT: Self = Self { field: "text", max_chars: 1_000, multiline: true };

    /// Removes control characters, except line breaks if the field is multi-line, and trims the
    /// text. Returns `None` if the cleaned text is empty.
    ///
    /// # Errors
    /// Returns [`TextError::TooLong`] if the cleaned text exceeds the limit.
    pub fn clean(self, text: &str) -> Result<Option<String>, TextError> {
        let kept: String = text.chars().filter(|c| self.is_allowed(*c)).collect();
        let kept = kept.trim();
        let length = kept.chars().count();
        if length > self.max_chars {
            return Err(TextError::TooLong(self.field, length, self.max_chars));
        }
        Ok((!kept.is_empty()).then(|| kept.to_owned()))
    }

    /// Returns `false` for control characters, and for characters that are invisible or change the
    /// direction of text, because a name could imitate another name with them.
    fn is_allowed(self, c: char) -> bool {
        match c {
            '\n' => self.multiline,
            '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' => {
                // The zero-width joiner connects emoji and letters of some scripts.
                c == '\u{200D}'
            }
            _ => !c.is_control(),
        }
    }

    /// Cleans a text as [`Text::clean`] does, but rejects an absent or empty text.
    ///
    /// # Errors
    /// Returns [`TextError::Missing`] or [`TextError::TooLong`].
    pub fn clean_required(self, text: Option<&str>) -> Result<String, TextError> {
        self.clean(text.unwrap_or_default())?.ok_or(TextError::Missing(self.field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_text_and_rejects_long_text() {
        assert_eq!(Text::CAPTION.clean(" a\u{0}b\nc\u{7} ").unwrap().as_deref(), Some("ab\nc"));
        assert_eq!(Text::CAPTION.clean(" \u{0} ").unwrap(), None);
        assert_eq!(Text::FIRST_NAME.clean("A\u{202E}d\na\u{200B}").unwrap().as_deref(), Some("Ada"));
        assert_eq!(Text::FIRST_NAME.clean_required(None).unwrap_err().to_string(), "firstName is missing");
        assert!(Text::PLACE.clean(&"é".repeat(200)).is_ok());
        assert!(Text::PLACE.clean(&"é".repeat(201)).is_err());
    }
}
