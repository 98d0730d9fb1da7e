//! Text: decoding and cleaning.

use visible_text::clean_line;

/// The maximum number of characters of a name.
pub(crate) const MAX_CHARACTERS: usize = 100;

/// The ISO 2022 escape sequence for UTF-8. IPTC defines it before the records, but some programs
/// write it before each text.
const UTF_8_ESCAPE: &[u8] = b"\x1B%G";

/// The characters 0x80 to 0x9F of Windows-1252, which are control characters in Latin-1 (WHATWG
/// Encoding Standard).
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// Cleans a text like [`text_up_to`], with at most [`MAX_CHARACTERS`].
pub(crate) fn text(stored: &[u8]) -> Option<String> {
    text_up_to(stored, MAX_CHARACTERS)
}

/// Cleans the name of a make or model like [`text`], but does not collapse its spaces (`VLUU L730
/// / Samsung L730`).
pub(crate) fn name(stored: &[u8]) -> Option<String> {
    truncate(&decode_line(stored)?, MAX_CHARACTERS)
}

/// Decodes a text up to its first NUL to one line, collapses white space and truncates to `max`
/// characters.
///
/// Returns `None` for placeholders.
pub(crate) fn text_up_to(stored: &[u8], max: usize) -> Option<String> {
    let line = decode_line(stored)?;
    let words: Vec<&str> = line.split_whitespace().collect();
    truncate(&words.join(" "), max)
}

/// Decodes a text up to its first NUL to one line of visible characters, without replacement
/// characters.
fn decode_line(stored: &[u8]) -> Option<String> {
    let stored = stored.split(|&byte| byte == 0).next()?;
    let decoded = decode(stored.strip_prefix(UTF_8_ESCAPE).unwrap_or(stored));
    Some(clean_line(&decoded.replace('\u{FFFD}', "")))
}

/// Truncates a text to `max` characters. Returns `None` for placeholders.
pub(crate) fn truncate(text: &str, max: usize) -> Option<String> {
    let truncated: String = text.chars().take(max).collect();
    // The end can be a part of an emoji.
    Some(clean_line(&truncated)).filter(|text| is_meaningful(text))
}

/// Returns `true` if a text is more than a placeholder. Cameras fill unset fields with spaces,
/// dashes or zeros. A single emoji is a text.
fn is_meaningful(text: &str) -> bool {
    text.chars().any(|c| (c.is_alphanumeric() && c != '0') || u32::from(c) > 0x2000)
}

/// Decodes UTF-8 or, if invalid, Windows-1252. EXIF requires ASCII, but cameras and programs write
/// both.
fn decode(stored: &[u8]) -> String {
    match std::str::from_utf8(stored) {
        Ok(utf8) => repair_double_encoding(utf8).unwrap_or_else(|| utf8.to_owned()),
        // A fixed-length field truncates the last character.
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
            String::from_utf8_lossy(stored.get(..error.valid_up_to()).unwrap_or_default()).into_owned()
        }
        Err(_) => stored.iter().copied().map(from_windows_1252).collect(),
    }
}

/// Decodes UTF-8 that a program read as Windows-1252 and encoded again ("MÃ¼ller", "itâ€™s").
fn repair_double_encoding(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(to_windows_1252).collect();
    String::from_utf8(bytes?).ok()
}

fn from_windows_1252(byte: u8) -> char {
    let special = byte.checked_sub(0x80).and_then(|index| WINDOWS_1252.get(usize::from(index)));
    special.copied().unwrap_or(char::from(byte))
}

fn to_windows_1252(c: char) -> Option<u8> {
    match WINDOWS_1252.iter().zip(0x80..).find(|(special, _)| **special == c) {
        Some((_, byte)) => Some(byte),
        None => u8::try_from(u32::from(c)).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_texts() {
        for (stored, expected) in [
            (&b"Canon\0"[..], Some("Canon")),
            (b"Canon\0EOS\0\0", Some("Canon")),
            (b"  SONY \t DSC\r\n ", Some("SONY DSC")),
            (b"NIKON CORPORATION   ", Some("NIKON CORPORATION")),
            ("Müller 50mm".as_bytes(), Some("Müller 50mm")),
            (b"M\xFCller", Some("Müller")),
            ("MÃ¼ller".as_bytes(), Some("Müller")),
            ("日本光学".as_bytes(), Some("日本光学")),
            (b"Zei\xC3", Some("Zei")),
            (b"it\x92s 5 \x80", Some("it’s 5 €")),
            ("itâ€™s".as_bytes(), Some("it’s")),
            (b"\x1B%GM\xC3\xBCller", Some("Müller")),
            ("👩‍🚀".as_bytes(), Some("👩‍🚀")),
            ("evil\u{202E}gpj\u{FFFD}".as_bytes(), Some("evilgpj")),
            (b"\x01\x02X\x03", Some("X")),
            (b"Canon\rEOS\x0b5D\x0c", Some("Canon EOS 5D")),
            ("علی\u{200C}رضا".as_bytes(), Some("علی\u{200C}رضا")),
            ("Ca\u{AD}non\u{3164}\u{200D}\u{E0041}\u{61C}".as_bytes(), Some("Canon")),
            ("\u{2800}\u{3164}".as_bytes(), None),
            (b"", None),
            (b"\0\0\0\0", None),
            (b"      ", None),
            (b"----", None),
            (b"0", None),
        ] {
            assert_eq!(text(stored).as_deref(), expected, "{}", stored.escape_ascii());
        }
    }

    #[test]
    fn truncates_texts() {
        assert_eq!(text("ü".repeat(500).as_bytes()).unwrap().chars().count(), MAX_CHARACTERS);
        let emoji = format!("{}👩\u{200D}🚀", "x".repeat(MAX_CHARACTERS - 2));
        assert_eq!(text(emoji.as_bytes()).unwrap(), format!("{}👩", "x".repeat(MAX_CHARACTERS - 2)));
    }
}
