//! Text that people type: trimmed, bounded, without control characters.

/// A named limit for one field.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// The field's name in the API.
    pub field: &'static str,
    /// The most characters (Unicode scalar values) it may have.
    pub most: usize,
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
    pub const FIRST_NAME: Self = Self { field: "firstName", most: 100 };
    /// A family name.
    pub const LAST_NAME: Self = Self { field: "lastName", most: 100 };
    /// A picture's caption.
    pub const CAPTION: Self = Self { field: "caption", most: 2_000 };
    /// Where a picture was taken, in its owner's words.
    pub const PLACE: Self = Self { field: "place", most: 200 };

    /// The text trimmed and without control characters (line breaks stay); `None` where nothing is left.
    ///
    /// # Errors
    /// [`TextError::TooLong`].
    pub fn clean(self, text: &str) -> Result<Option<String>, TextError> {
        let kept: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
        let kept = kept.trim();
        let length = kept.chars().count();
        if length > self.most {
            return Err(TextError::TooLong(self.field, length, self.most));
        }
        Ok((!kept.is_empty()).then(|| kept.to_owned()))
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
        assert_eq!(Text::FIRST_NAME.required(None).unwrap_err().to_string(), "firstName is missing");
        assert!(Text::PLACE.clean(&"é".repeat(200)).is_ok());
        assert!(Text::PLACE.clean(&"é".repeat(201)).is_err());
    }
}
