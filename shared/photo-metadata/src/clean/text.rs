//! Texts.

/// The longest text kept (characters).
pub(crate) const MOST_CHARACTERS: usize = 100;

/// What switches ISO 2022 to UTF-8: IPTC has it before its records, some programs before each text.
const UTF_8: &[u8] = b"\x1B%G";

/// What Windows-1252 has where Latin-1 has control characters: 0x80 to 0x9F (WHATWG Encoding Standard).
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// A name as stored, up to its first NUL: see [`bounded`].
pub(crate) fn text(stored: &[u8]) -> Option<String> {
    bounded(stored, MOST_CHARACTERS)
}

/// What a maker calls itself or a camera, up to the first NUL: as [`text`], but for the blanks inside, which are its own
/// (`VLUU L730  / Samsung L730`).
pub(crate) fn name(stored: &[u8]) -> Option<String> {
    let text: String = visible(stored)?.trim().chars().take(MOST_CHARACTERS).collect();
    says_something(&text).then(|| text.trim_end().to_owned())
}

/// A text as stored, up to its first NUL: decoded, blanks collapsed, control characters dropped, of so many characters at
/// most. None where nothing is said.
pub(crate) fn bounded(stored: &[u8], most: usize) -> Option<String> {
    let visible = visible(stored)?;
    let words: Vec<&str> = visible.split_whitespace().collect();
    let text: String = words.join(" ").chars().take(most).collect();
    says_something(&text).then(|| text.trim_end().to_owned())
}

/// Decoded up to the first NUL, blanks for control characters.
fn visible(stored: &[u8]) -> Option<String> {
    let stored = stored.split(|&byte| byte == 0).next()?;
    let decoded = decode(stored.strip_prefix(UTF_8).unwrap_or(stored));
    let visible = decoded.chars().map(|c| if c.is_control() { ' ' } else { c });
    Some(visible.filter(|&c| !is_noise(c)).collect())
}

/// Cameras fill unset fields with blanks, dashes or zeros; people may say all with one picture character.
fn says_something(text: &str) -> bool {
    text.chars().any(|c| (c.is_alphanumeric() && c != '0') || u32::from(c) > 0x2000)
}

/// EXIF says ASCII; cameras and programs write UTF-8 or, older ones, Windows-1252, which Latin-1 is a part of.
fn decode(stored: &[u8]) -> String {
    match std::str::from_utf8(stored) {
        Ok(utf8) => mended(utf8).unwrap_or_else(|| utf8.to_owned()),
        // A multi-byte character cut off by a fixed-length field.
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
            String::from_utf8_lossy(stored.get(..error.valid_up_to()).unwrap_or_default()).into_owned()
        }
        Err(_) => stored.iter().copied().map(from_windows_1252).collect(),
    }
}

/// UTF-8 that was taken for Windows-1252 and encoded again ("MÃ¼ller", "itâ€™s"): decoded twice.
fn mended(text: &str) -> Option<String> {
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

/// Characters that say nothing or change the direction of the text around them.
fn is_noise(c: char) -> bool {
    matches!(c, '\u{FFFD}' | '\u{FEFF}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cleaned() {
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
    fn texts_are_bounded() {
        assert_eq!(text("ü".repeat(500).as_bytes()).unwrap().chars().count(), MOST_CHARACTERS);
    }
}
