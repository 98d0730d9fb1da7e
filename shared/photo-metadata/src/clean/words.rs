//! What people say about a picture.

use super::text::bounded;

/// The longest title, caption and keyword kept (characters), and the most keywords.
const MOST_TITLE: usize = 200;
const MOST_CAPTION: usize = 2000;
const MOST_KEYWORD: usize = 64;
const MOST_KEYWORDS: usize = 50;

/// What cameras write as a caption into every picture, in lower case.
const NO_CAPTIONS: [&str; 10] = [
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
    said(stored, MOST_TITLE)
}

pub(crate) fn caption(stored: &[u8]) -> Option<String> {
    said(stored, MOST_CAPTION)
}

fn said(stored: &[u8], most: usize) -> Option<String> {
    bounded(stored, most).filter(|text| !NO_CAPTIONS.contains(&text.to_lowercase().as_str()))
}

/// Keywords without those said before.
pub(crate) fn keywords<'a>(stored: impl Iterator<Item = &'a [u8]>) -> Vec<String> {
    let mut keywords = Vec::new();
    for keyword in stored.filter_map(|stored| bounded(stored, MOST_KEYWORD)) {
        if keywords.len() == MOST_KEYWORDS {
            break;
        }
        if !keywords.contains(&keyword) {
            keywords.push(keyword);
        }
    }
    keywords
}

/// Stars, none to five. A rejected picture (-1) is not rated.
pub(crate) fn rating(stars: f64) -> Option<u8> {
    let stars = stars.floor();
    [0, 1, 2, 3, 4, 5].into_iter().find(|&whole| f64::from(whole) == stars)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_camera_says_is_no_caption() {
        for none in ["SONY DSC", "OLYMPUS DIGITAL CAMERA         ", "  ", "---"] {
            assert_eq!(caption(none.as_bytes()), None, "{none}");
        }
        assert_eq!(caption(b"Sony DSC on a table").as_deref(), Some("Sony DSC on a table"));
    }

    #[test]
    fn words_are_bounded() {
        let long = "ä".repeat(9000);
        assert_eq!(title(long.as_bytes()).unwrap().chars().count(), MOST_TITLE);
        assert_eq!(caption(long.as_bytes()).unwrap().chars().count(), MOST_CAPTION);
        let many: Vec<String> = (0..200).map(|n| format!("{n} {long}")).collect();
        let kept = keywords(many.iter().chain(&many).map(|word| word.as_bytes()));
        assert_eq!(kept.len(), MOST_KEYWORDS);
        assert!(kept.iter().all(|word| word.chars().count() <= MOST_KEYWORD));
    }

    #[test]
    fn keywords_are_said_once() {
        let kept = keywords([&b"sea"[..], b" sea ", b"", b"Sea"].into_iter());
        assert_eq!(kept, ["sea", "Sea"]);
    }

    #[test]
    fn ratings() {
        for (stars, expected) in
            [(0.0, Some(0)), (5.0, Some(5)), (3.5, Some(3)), (-1.0, None), (6.0, None), (f64::NAN, None)]
        {
            assert_eq!(rating(stars), expected, "{stars}");
        }
    }
}
