//! Texts.

/// The longest text kept (characters).
pub(in crate::extract) const MOST_CHARACTERS: usize = 100;

/// A text as stored, up to its first NUL: decoded, blanks collapsed, control characters dropped, bounded. None where
/// nothing is said.
pub(in crate::extract) fn text(stored: &[u8]) -> Option<String> {
    let stored = stored.split(|&byte| byte == 0).next()?;
    let decoded = decode(stored);
    let visible = decoded.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|&c| !is_noise(c));
    let words: Vec<String> = visible.collect::<String>().split_whitespace().map(str::to_owned).collect();
    let text: String = words.join(" ").chars().take(MOST_CHARACTERS).collect();
    // Cameras fill unset fields with blanks, dashes or zeros.
    let says_something = text.chars().any(|c| c.is_alphanumeric() && c != '0');
    says_something.then(|| text.trim_end().to_owned())
}

/// EXIF says ASCII; cameras write UTF-8 or, older ones, Latin-1.
fn decode(stored: &[u8]) -> String {
    match std::str::from_utf8(stored) {
        Ok(utf8) => mended(utf8).unwrap_or_else(|| utf8.to_owned()),
        // A multi-byte character cut off by a fixed-length field.
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
            String::from_utf8_lossy(stored.get(..error.valid_up_to()).unwrap_or_default()).into_owned()
        }
        Err(_) => stored.iter().copied().map(char::from).collect(),
    }
}

/// UTF-8 that was taken for Latin-1 and encoded again ("MÃ¼ller"): decoded twice.
fn mended(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    String::from_utf8(bytes?).ok()
}

/// Characters that say nothing or change the direction of the text around them.
fn is_noise(c: char) -> bool {
    matches!(c, '\u{FFFD}' | '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
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
