//! Removes characters that make a text invisible, reordered or misleading, and keeps those that
//! scripts and emoji need.
//!
//! | characters | result |
//! |---|---|
//! | tab, and the separators U+001C to U+001F | a space |
//! | CR LF, CR, VT, FF, NEL, U+2028, U+2029 | a line break; a space in a single line |
//! | blank symbols such as U+2800 | a space |
//! | other control characters, noncharacters, annotation characters, U+FFFC | removed |
//! | bidi controls and other default-ignorable characters | removed |
//! | joiners, variation selectors, tag characters | kept where they are [in context](context) |
//! | more than four marks above or below one letter | removed (UTS #39, 5.4) |
//! | more than eight vowel signs, subjoined letters and other marks on one letter | removed |
//! | marks at the beginning, and white space at both ends | removed |

mod context;

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// The maximum number of marks above or below one letter that have a combining class.
const MAX_MARKS: usize = 4;
/// The maximum number of marks without width on one letter, with or without a combining class.
/// Syllables of Tibetan and Burmese need more than [`MAX_MARKS`].
const MAX_ALL_MARKS: usize = 8;

/// Cleans a text of one line. Returns an empty text if nothing is visible.
#[must_use]
pub fn clean_line(text: &str) -> String {
    clean(text, ' ')
}

/// Cleans a text that can have several lines. Returns an empty text if nothing is visible.
#[must_use]
pub fn clean_lines(text: &str) -> String {
    clean(text, '\n')
}

fn clean(text: &str, line_break: char) -> String {
    let chars = limit_marks(replace_separators(text, line_break).filter(|c| !is_removed(*c)));
    context::filter(&chars).trim_end().to_owned()
}

/// Replaces each line break by `line_break`, and other separators and blank symbols by spaces.
fn replace_separators(text: &str, line_break: char) -> impl Iterator<Item = char> {
    let mut previous = '\0';
    text.chars().filter_map(move |c| {
        let is_end_of_crlf = c == '\n' && previous == '\r';
        previous = c;
        match c {
            _ if is_end_of_crlf => None,
            '\n' | '\u{B}' | '\u{C}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(line_break),
            '\t' | '\u{1C}'..='\u{1F}' => Some(' '),
            // The blank braille pattern, and the musical symbol without a note head.
            '\u{2800}' | '\u{1D159}' => Some(' '),
            _ => Some(c),
        }
    })
}

/// Returns `true` for characters that no context justifies.
fn is_removed(c: char) -> bool {
    match c {
        '\n' => false,
        // Interlinear annotation, and the placeholder of an embedded object.
        '\u{FFF9}'..='\u{FFFC}' => true,
        // Noncharacters.
        '\u{FDD0}'..='\u{FDEF}' => true,
        _ if u32::from(c) & 0xFFFE == 0xFFFE => true,
        _ => c.is_control() || (is_default_ignorable(c) && !context::has_context(c)),
    }
}

/// Returns `true` for characters that are invisible unless a context gives them an effect. The bidi
/// controls are among them.
fn is_default_ignorable(c: char) -> bool {
    !c.is_ascii() && CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// Returns `true` for marks without width, above, below or around the letter.
fn has_no_width(c: char) -> bool {
    use GeneralCategory::{EnclosingMark, NonspacingMark};
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    matches!(category, NonspacingMark | EnclosingMark) && !is_default_ignorable(c)
}

/// Removes the marks of each letter after the first [`MAX_MARKS`] and [`MAX_ALL_MARKS`], and
/// everything before the first visible character that is not a mark.
fn limit_marks(chars: impl Iterator<Item = char>) -> Vec<char> {
    let (mut marks, mut all_marks) = (0, 0);
    let visible =
        chars.skip_while(|c| c.is_whitespace() || is_combining_mark(*c) || is_default_ignorable(*c));
    let limited = visible.filter(|&c| {
        let (has_class, has_no_width) = (canonical_combining_class(c) != 0, has_no_width(c));
        if !is_combining_mark(c) && !is_default_ignorable(c) {
            (marks, all_marks) = (0, 0);
        }
        let is_kept = (!has_class || marks < MAX_MARKS) && (!has_no_width || all_marks < MAX_ALL_MARKS);
        if is_kept {
            marks += usize::from(has_class);
            all_marks += usize::from(has_no_width);
        }
        is_kept
    });
    limited.collect()
}

#[cfg(test)]
mod tests;
