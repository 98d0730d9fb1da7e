//! The names of exported files.

use domain::ContentType;
use jiff::civil::DateTime;
use unicode_normalization::UnicodeNormalization;

use super::picture::Picture;

/// The maximum number of characters of a caption in a name. File systems allow 255 bytes.
const MAX_CAPTION_CHARS: usize = 40;
/// The folder of pictures without a time.
const UNDATED: &str = "undated";
/// The number of digits of the id in a name. They are random, so they differ between pictures.
const ID_DIGITS: usize = 12;

/// Returns the path of a picture below the folder of the export, such as
/// `2024/05/2024-05-02 14.30.00 Oslo 0d6a3c1f2e4d.jpg`.
pub fn path_of(picture: &Picture) -> String {
    let time = picture.taken_at.as_ref().and_then(domain::TakenAt::local);
    let folder = time.map_or_else(|| UNDATED.to_owned(), |time| time.strftime("%Y/%m").to_string());
    let time = time.map(|time: DateTime| time.strftime("%Y-%m-%d %H.%M.%S").to_string());
    let caption = safe_text(picture.caption.as_deref().unwrap_or_default());
    let parts = [time.unwrap_or_default(), caption, id_suffix(&picture.id)];
    let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let extension = ContentType::parse(&picture.content_type).map_or("bin", ContentType::extension);
    format!("{folder}/{name}.{extension}")
}

/// Returns the end of the id, which ends the name of each file of the picture.
pub fn id_suffix(id: &str) -> String {
    let digits: String = id.chars().filter(char::is_ascii_hexdigit).collect();
    digits[digits.len().saturating_sub(ID_DIGITS)..].to_owned()
}

/// Returns the end of the id in the name of an exported file.
pub fn id_suffix_in(name: &str) -> Option<&str> {
    let (stem, _) = name.rsplit_once('.')?;
    let suffix = stem.rsplit(' ').next()?;
    (suffix.len() == ID_DIGITS && suffix.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(suffix)
}

/// Returns the beginning of a text without the characters that Windows, macOS or Linux forbid in
/// names, and without those that change the direction of a text.
fn safe_text(text: &str) -> String {
    let allow = |character: char| {
        let is_forbidden = character.is_control()
            || "<>:\"/\\|?*".contains(character)
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if is_forbidden { ' ' } else { character }
    };
    let text: String = text.nfc().map(allow).collect();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // Windows removes dots and spaces at the end. A dot at the start hides a file.
    words.chars().take(MAX_CAPTION_CHARS).collect::<String>().trim_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path(taken_at: &str, caption: &str) -> String {
        path_of(&Picture {
            id: "01987b2e-0b1d-7a7b-9b57-0d6a3c1f2e4d".into(),
            taken_at: taken_at.parse().ok(),
            caption: Some(caption.into()),
            content_type: "image/heic".into(),
            ..Picture::default()
        })
    }

    #[test]
    fn names_a_file_by_time_caption_and_id() {
        for (taken_at, caption, expected) in [
            ("2024-05-02T14:30:00+09:00", "Oslo", "2024/05/2024-05-02 14.30.00 Oslo 0d6a3c1f2e4d.heic"),
            ("2024-05-02T14:30:00.25", "", "2024/05/2024-05-02 14.30.00 0d6a3c1f2e4d.heic"),
            ("0099-05-02T14:30:00Z", "", "0099/05/0099-05-02 14.30.00 0d6a3c1f2e4d.heic"),
            ("", "../a\\b:\n\u{202e}c. ", "undated/a b c 0d6a3c1f2e4d.heic"),
            ("", "NUL", "undated/NUL 0d6a3c1f2e4d.heic"),
        ] {
            assert_eq!(path(taken_at, caption), expected, "{caption:?}");
        }
    }

    #[test]
    fn finds_the_id_in_a_name() {
        assert_eq!(id_suffix_in("2024-05-02 14.30.00 0d6a3c1f2e4d.heic"), Some("0d6a3c1f2e4d"));
        for name in ["holiday.jpg", "0d6a3c1f2e4d", "a 0d6a3c1f2e4.jpg", "a zd6a3c1f2e4d.jpg", ""] {
            assert_eq!(id_suffix_in(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn names_are_safe(caption in "\\PC{0,300}|[./\\\\ :\u{0}-\u{1f}]{0,60}") {
            let path = path("2024-05-02T14:30:00", &caption);
            let (folder, name) = path.rsplit_once('/').unwrap();
            prop_assert_eq!(folder, "2024/05");
            prop_assert!(name.len() <= 255, "{}", name);
            prop_assert!(!name.contains(['/', '\\', ':', '\0', '\n']), "{}", name);
            prop_assert_eq!(id_suffix_in(name), Some("0d6a3c1f2e4d"));
        }
    }
}
