//! Title, caption, keywords and rating.

use super::text::text_up_to;

/// The maximum number of characters of a title.
const MAX_TITLE: usize = 200;
/// The maximum number of characters of a caption.
const MAX_CAPTION: usize = 2000;
/// The maximum number of characters of a keyword.
const MAX_KEYWORD: usize = 64;
/// The maximum number of keywords.
const MAX_KEYWORDS: usize = 50;

/// Captions that cameras write into every picture, in lower case.
const CAMERA_CAPTIONS: [&str; 10] = [
    "default",
    "digital camera",
    "digital still camera",
    "exif_jpeg_picture",
    "jpeg",
    "konica minolta digital camera",
    "minolta digital camera",
    "olympus digital camera",
    "sony dsc",
    "untitled",
];

pub(crate) fn title(stored: &[u8]) -> Option<String> {
    text(stored, MAX_TITLE)
}

pub(crate) fn caption(stored: &[u8]) -> Option<String> {
    text(stored, MAX_CAPTION)
}

fn text(stored: &[u8], max: usize) -> Option<String> {
    text_up_to(stored, max).filter(|text| !CAMERA_CAPTIONS.contains(&text.to_lowercase().as_str()))
}

/// Cleans keywords and removes duplicates.
pub(crate) fn keywords<'a>(stored: impl Iterator<Item = &'a [u8]>) -> Vec<String> {
    let mut keywords = Vec::new();
    for keyword in stored.filter_map(|stored| text_up_to(stored, MAX_KEYWORD)) {
        if keywords.len() == MAX_KEYWORDS {
            break;
        }
        if !keywords.contains(&keyword) {
            keywords.push(keyword);
        }
    }
    keywords
}

/// Converts a rating to 0 to 5 stars. Returns `None` for a rejected picture (-1).
pub(crate) fn rating(stars: f64) -> Option<u8> {
    let stars = stars.floor();
    [0, 1, 2, 3, 4, 5].into_iter().find(|&whole| f64::from(whole) == stars)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_captions_of_cameras() {
        for text in ["SONY DSC", "OLYMPUS DIGITAL CAMERA         ", "  ", "---"] {
            assert_eq!(caption(text.as_bytes()), None, "{text}");
        }
        assert_eq!(caption(b"Sony DSC on a table").as_deref(), Some("Sony DSC on a table"));
    }

    #[test]
    fn limits_length_and_number() {
        let long = "ä".repeat(9000);
        assert_eq!(title(long.as_bytes()).unwrap().chars().count(), MAX_TITLE);
        assert_eq!(caption(long.as_bytes()).unwrap().chars().count(), MAX_CAPTION);
        let many: Vec<String> = (0..200).map(|n| format!("{n} {long}")).collect();
        let cleaned = keywords(many.iter().chain(&many).map(|word| word.as_bytes()));
        assert_eq!(cleaned.len(), MAX_KEYWORDS);
        assert!(cleaned.iter().all(|word| word.chars().count() <= MAX_KEYWORD));
    }

    #[test]
    fn removes_duplicate_keywords() {
        let cleaned = keywords([&b"sea"[..], b" sea ", b"", b"Sea"].into_iter());
        assert_eq!(cleaned, ["sea", "Sea"]);
    }

    #[test]
    fn converts_ratings() {
        for (stars, expected) in
            [(0.0, Some(0)), (5.0, Some(5)), (3.5, Some(3)), (-1.0, None), (6.0, None), (f64::NAN, None)]
        {
            assert_eq!(rating(stars), expected, "{stars}");
        }
    }
}
