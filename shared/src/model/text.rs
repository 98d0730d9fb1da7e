//! Text that people type: trimmed, bounded, without control characters.

/// A named limit for one field.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// The field's name in the API.
    pub field: &'static str,
    /// The most characters (Unicode scalar values) it may have.
    pub most: usize,
    /// Whether it may have several lines.
    pub lines: bool,
}

/// Why a text was refused, as a sentence for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but blanks.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Over the limit.
    #[error("{0} has {1} characters; the most is {2}")]
    TooLong(&'static str, usize, usize),
}

impl Text {
    /// A given or family name.
    pub const FIRST_NAME: Self = Self { field: "firstName", most: 100, lines: false };
    /// A family name.
    pub const LAST_NAME: Self = Self { field: "lastName", most: 100, lines: false };
    /// A picture's caption.
    pub const CAPTION: Self = Self { field: "caption", most: 2_000, lines: true };
    /// Where a picture was taken, in its owner's words.
    pub const PLACE: Self = Self { field: "place", most: 200, lines: false };

    /// A comment.
    pub const COMMENT: Self = Self { field: "text", most: 1_000, lines: true };

    /// The text trimmed and without control characters (line breaks stay); `None` where nothing is left.
    ///
    /// # Errors
    /// [`TextError::TooLong`].
    pub fn clean(self, text: &str) -> Result<Option<String>, TextError> {
        let kept: String = text.chars().filter(|c| self.keeps(*c)).collect();
        let kept = kept.trim();
        let length = kept.chars().count();
        if length > self.most {
            return Err(TextError::TooLong(self.field, length, self.most));
        }
        Ok((!kept.is_empty()).then(|| kept.to_owned()))
    }

    /// No control characters, and nothing that turns the direction of what follows or cannot be seen: with these a name could be made
    /// to look like another.
    fn keeps(self, c: char) -> bool {
        match c {
            '\n' => self.lines,
            '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' => {
                // Emoji and some scripts are joined by it.
                c == '\u{200D}'
            }
            _ => !c.is_control(),
        }
    }

    /// Like [`Text::clean`], for a text that must be there.
    ///
    /// # Errors
    /// [`TextError`].
    pub fn required(self, text: Option<&str>) -> Result<String, TextError> {
        self.clean(text.unwrap_or_default())?.ok_or(TextError::Missing(self.field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cleaned_and_bounded() {
        assert_eq!(Text::CAPTION.clean(" a\u{0}b\nc\u{7} ").unwrap().as_deref(), Some("ab\nc"));
        assert_eq!(Text::CAPTION.clean(" \u{0} ").unwrap(), None);
        assert_eq!(Text::FIRST_NAME.clean("A\u{202E}d\na\u{200B}").unwrap().as_deref(), Some("Ada"));
        assert_eq!(Text::FIRST_NAME.required(None).unwrap_err().to_string(), "firstName is missing");
        assert!(Text::PLACE.clean(&"é".repeat(200)).is_ok());
        assert!(Text::PLACE.clean(&"é".repeat(201)).is_err());
    }
}
