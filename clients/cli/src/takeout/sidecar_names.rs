//! The names that Google Photos gives to the sidecars of pictures.
//!
//! Google documents no rules. These follow the exports that the authors of [immich-go], [ente] and
//! [gpth] describe.
//!
//! [immich-go]: https://github.com/simulot/immich-go/blob/main/adapters/googlePhotos/matcher_test.go
//! [ente]: https://github.com/ente/ente/pull/4956
//! [gpth]: https://github.com/TheLastGimbus/GooglePhotosTakeoutHelper/pull/449

use unicode_normalization::UnicodeNormalization;

/// The maximum length of a name before the number and `.json`, in UTF-16 units.
const MAX_UNITS: usize = 46;
/// Follows the name of the picture in exports since 2024.
const SUPPLEMENT: &str = ".supplemental-metadata";
/// The maximum number of characters in a word such as `edited`.
const MAX_EDIT_CHARS: usize = 20;
/// Extensions to try for the original of an edited picture.
const EXTENSIONS: [&str; 10] = ["jpg", "JPG", "jpeg", "JPEG", "heic", "HEIC", "png", "PNG", "webp", "gif"];

/// Returns the composed form of a name. Archives of macOS contain decomposed names.
pub fn normalize(name: &str) -> String {
    name.nfc().collect()
}

/// Returns the name of a sidecar without `.json`, or `None` for another file.
pub fn sidecar_stem(name: &str) -> Option<&str> {
    let (stem, extension) = name.rsplit_once('.')?;
    extension.eq_ignore_ascii_case("json").then_some(stem)
}

/// Returns the sidecars that a picture can have, without `.json`, the best first.
pub fn candidates(name: &str) -> Vec<String> {
    let media = MediaName::parse(name);
    let mut stems = media.own_stems();
    for original in media.originals() {
        stems.extend(original.own_stems());
    }
    if media.is_numbered_and_clipped() {
        // Google writes one sidecar for some numbered pictures with long names: without a number.
        stems.push(clip(&media.without_number()));
    }
    stems
}

/// Returns whether `name` can be the file of the picture with this `title`.
///
/// The name omits the end of a long title, and has other characters where a file system forbids
/// those of the title. Hence only letters and digits count.
pub fn has_title(name: &str, title: &str) -> bool {
    let media = MediaName::parse(name);
    let name = letters(media.stem);
    let title = MediaName::parse(title);
    let titles = [title.stem.to_owned(), format!("{}{}", title.stem, title.number.unwrap_or_default())];
    titles.iter().map(|title| letters(title)).any(|title| {
        !name.is_empty() && !title.is_empty() && (title.starts_with(&name) || name.starts_with(&title))
    })
}

/// The parts of the name of a picture: `STEM(NUMBER).EXTENSION`.
#[derive(Clone, Copy, Debug)]
struct MediaName<'a> {
    stem: &'a str,
    /// With its parentheses.
    number: Option<&'a str>,
    extension: Option<&'a str>,
}

impl<'a> MediaName<'a> {
    fn parse(name: &'a str) -> Self {
        let (stem, extension) = match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => (stem, Some(extension)),
            _ => (name, None),
        };
        let (stem, number) = split_number(stem);
        Self { stem, number, extension }
    }

    /// Returns the possible names of the picture's own sidecar.
    fn own_stems(&self) -> Vec<String> {
        let (number, without_number) = (self.number.unwrap_or_default(), self.without_number());
        let mut stems = supplemented(&without_number, number);
        if self.number.is_some() {
            stems.extend(supplemented(&self.with_number(), ""));
        }
        if self.extension.is_some() {
            // The title had no extension, and Google added one to the file only.
            stems.extend(supplemented(self.stem, number));
        }
        stems
    }

    /// Returns the names of the pictures of which this one can be an edited version:
    /// `IMG_1-edited.jpg`, in the language of the account.
    fn originals(&self) -> Vec<Self> {
        let Some((stem, edit)) = self.stem.rsplit_once('-') else { return Vec::new() };
        let is_word = |word: &str| {
            word.chars().count() <= MAX_EDIT_CHARS
                && word.chars().any(char::is_alphabetic)
                && !word.chars().any(|character| character.is_numeric() || character == '_')
        };
        if stem.is_empty() || !is_word(edit) {
            return Vec::new();
        }
        let same = self.extension.into_iter();
        let extensions = same.chain(EXTENSIONS.into_iter().filter(|other| Some(*other) != self.extension));
        extensions.map(|extension| Self { stem, extension: Some(extension), ..*self }).collect()
    }

    fn without_number(&self) -> String {
        self.join("")
    }

    fn with_number(&self) -> String {
        self.join(self.number.unwrap_or_default())
    }

    fn join(&self, number: &str) -> String {
        let dot = if self.extension.is_some() { "." } else { "" };
        format!("{}{number}{dot}{}", self.stem, self.extension.unwrap_or_default())
    }

    fn is_numbered_and_clipped(&self) -> bool {
        self.number.is_some() && self.without_number().encode_utf16().count() > MAX_UNITS
    }
}

/// Splits `IMG_1(2)` into `IMG_1` and `(2)`.
fn split_number(stem: &str) -> (&str, Option<&str>) {
    let parts = stem.strip_suffix(')').and_then(|stem| stem.rsplit_once('('));
    match parts {
        Some((start, number))
            if !start.is_empty()
                && (1..=6).contains(&number.len())
                && number.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            (start, Some(&stem[start.len()..]))
        }
        _ => (stem, None),
    }
}

/// Returns `name` with the supplement, which can be incomplete or absent, and the number.
fn supplemented(name: &str, number: &str) -> Vec<String> {
    let mut stems: Vec<_> = (0..=SUPPLEMENT.len())
        .rev()
        .map(|length| format!("{}{number}", clip(&format!("{name}{}", &SUPPLEMENT[..length]))))
        .collect();
    stems.dedup();
    stems
}

/// Shortens a name to [`MAX_UNITS`].
fn clip(name: &str) -> String {
    let mut units = 0;
    let fits = |character: &char| {
        units += character.len_utf16();
        units <= MAX_UNITS
    };
    name.chars().take_while(fits).collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns the first candidate for `name` among the `sidecars`.
    fn find<'a>(name: &str, sidecars: &[&'a str]) -> Option<&'a str> {
        let stems = candidates(name);
        stems.iter().find_map(|stem| sidecars.iter().copied().find(|s| sidecar_stem(s) == Some(stem)))
    }

    #[test]
    fn finds_the_sidecar_of_a_picture() {
        for (name, sidecar) in [
            ("IMG_1.jpg", "IMG_1.jpg.json"),
            ("IMG_1.jpg", "IMG_1.jpg.JSON"),
            ("IMG_1.jpg", "IMG_1.jpg.supplemental-metadata.json"),
            ("IMG_1.jpg", "IMG_1.jpg..json"),
            ("IMG_1.jpg", "IMG_1.jpg.s.json"),
            ("20030616.jpg", "20030616.json"),
            ("PXL_20211013_220651983.MP.jpg", "PXL_20211013_220651983.MP.jpg.supplemental-met.json"),
            ("PXL_20210102_221126856.MP~2.jpg", "PXL_20210102_221126856.MP~2.jpg.json"),
            // Numbers.
            ("IMG_1(1).HEIC", "IMG_1.HEIC(1).json"),
            ("IMG_1(12).jpg", "IMG_1.jpg.supplemental-metadata(12).json"),
            ("IMG_1(1).jpg", "IMG_1(1).jpg.json"),
            ("image(1).png", "image(1).png.supplemental-metadata.json"),
            // At most 46 UTF-16 units before the number.
            (
                "PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGINA.jpg",
                "PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGIN.json",
            ),
            (
                "05yqt21kruxwwlhhgrwrdyb6chhwszi9bqmzu16w0 2.jpg",
                "05yqt21kruxwwlhhgrwrdyb6chhwszi9bqmzu16w0 2.jp.json",
            ),
            (
                "13039_327707840323_537645323_9470255_27214_n(1).jpg",
                "13039_327707840323_537645323_9470255_27214_n.j(1).json",
            ),
            (
                "Backyard_ceremony_wedding_photography_xxxxxxx_m(494).jpg",
                "Backyard_ceremony_wedding_photography_xxxxxxx_(494).json",
            ),
            (
                "original_1d4caa6f-16c6-4c3d-901b-9387de10e528_P(1).jpg",
                "original_1d4caa6f-16c6-4c3d-901b-9387de10e528_.json",
            ),
            (
                "Urlaub in Knaufspesch in der Schneifel (38).JPG",
                "Urlaub in Knaufspesch in der Schneifel (38).JP.json",
            ),
            (
                "😀😃😄😁😆😅😂🤣🥲☺️😊😇🙂🙃😉😌😍🥰😘😗😙😚😋😛.jpg",
                "😀😃😄😁😆😅😂🤣🥲☺️😊😇🙂🙃😉😌😍🥰😘😗😙😚😋.json",
            ),
            // Edited versions share the sidecar of the original.
            ("IMG_1-edited.jpg", "IMG_1.jpg.supplemental-metadata.json"),
            ("IMG_1-edi.jpg", "IMG_1.jpg.json"),
            ("IMG_1-edited(1).jpg", "IMG_1.jpg(1).json"),
            ("IMG_1-bearbeitet.jpg", "IMG_1.HEIC.supplemental-metadata.json"),
            ("PXL_20220405.PORTRAIT-modifié.jpg", "PXL_20220405.PORTRAIT.jpg.json"),
            ("IMG_1-編集済み.jpg", "IMG_1.jpg.json"),
            ("IMG_1-ha editado.jpg", "IMG_1.jpg.json"),
        ] {
            assert_eq!(find(name, &[sidecar]), Some(sidecar), "{name}");
        }
    }

    #[test]
    fn finds_no_sidecar_of_another_picture() {
        for (name, sidecar) in [
            ("PXL_20211013_220651958.jpg", "PXL_20211013_220651983.jpg.json"),
            ("DSC_0102(1).JPG", "DSC_0102.JPG(2).json"),
            ("DSC_0103.JPG", "DSC_0103.JPG(1).json"),
            ("DSC_0104(1).JPG", "DSC_0104.JPG.json"),
            ("IMG_1-2.jpg", "IMG_1.jpg.json"),
            ("IMG-20200920-WA0009.jpg", "IMG-20200920.jpg.json"),
            ("IMG_1.jpg", "IMG_1.png.json"),
            (
                "Backyard_ceremony_wedding_photography_xxxxxxx_m(185).jpg",
                "Backyard_ceremony_wedding_photography_xxxxxxx_(494).json",
            ),
        ] {
            assert_eq!(find(name, &[sidecar]), None, "{name}");
        }
    }

    #[test]
    fn prefers_the_own_sidecar() {
        let sidecars = ["A.jpg.json", "A-edited.jpg.json", "A.jpg(1).json", "A.json"];
        for (name, sidecar) in [("A.jpg", 0), ("A-edited.jpg", 1), ("A(1).jpg", 2), ("A.png", 3)] {
            assert_eq!(find(name, &sidecars), Some(sidecars[sidecar]), "{name}");
        }
    }

    #[test]
    fn compares_names_with_titles() {
        for (name, title) in [
            ("IMG_1.jpg", "IMG_1.jpg"),
            ("Tom _ Jerry.jpg", "Tom & Jerry.jpg"),
            (
                "A very long name that the export shortens to 4.jpg",
                "A very long name that the export shortens to 47 characters.jpg",
            ),
            ("Bild(2).jpg", "Bild.jpg"),
            ("Bild.jpg", "Bild"),
        ] {
            assert!(has_title(name, title), "{name}");
        }
        assert!(!has_title("IMG_1.jpg", "IMG_2.jpg"));
        assert!(!has_title("___.jpg", "IMG_2.jpg"));
    }

    proptest! {
        #[test]
        fn never_panics(name in "\\PC{0,80}", title in "\\PC{0,80}") {
            let stems = candidates(&name);
            let is_short = |stem: &String| stem.encode_utf16().count() <= MAX_UNITS + "(999999)".len();
            prop_assert!(stems.iter().all(is_short), "{}", name);
            has_title(&name, &title);
            sidecar_stem(&name);
        }

        #[test]
        fn finds_the_sidecar_that_google_writes(
            stem in "[A-Za-zä😀_. -]{1,60}", number in proptest::option::of(1..5000_u16), extension in "jpg|HEIC|png",
            has_supplement: bool,
        ) {
            let number = number.map(|number| format!("({number})")).unwrap_or_default();
            let supplement = if has_supplement { SUPPLEMENT } else { "" };
            let sidecar = format!("{}{number}", clip(&format!("{stem}.{extension}{supplement}")));
            let name = format!("{stem}{number}.{extension}");
            prop_assert!(candidates(&name).contains(&sidecar), "{} has {}", name, sidecar);
        }
    }
}
