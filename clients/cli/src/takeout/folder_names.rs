//! The folders of a Google Photos export.

/// The words before the year in the names of the folders by year, in the languages of Google
/// Photos. In other languages too, these folders have no file with a title.
const YEAR_WORDS: [&str; 20] = [
    "photos from",
    "photos de",
    "photos du",
    "fotos von",
    "fotos aus",
    "fotos de",
    "fotos del",
    "fotos uit",
    "foto's uit",
    "foto del",
    "foto da",
    "foto dari",
    "foton från",
    "bilder fra",
    "billeder fra",
    "kuvat vuodelta",
    "zdjęcia z",
    "fotky z",
    "фото за",
    "фотографии за",
];

/// Returns whether a folder contains the pictures of a year or a day instead of an album.
///
/// Old exports have a folder for each day, such as `2005-02-05` and `2005-02-05 #2`.
pub fn is_by_date(folder: &str) -> bool {
    let name = folder.rsplit('/').next().unwrap_or_default().to_lowercase();
    let by_year = |words: &str, year: &str| is_digits(year, 4) && YEAR_WORDS.contains(&words);
    name.rsplit_once(' ').is_some_and(|(words, year)| by_year(words, year))
        || is_day(name.split(" #").next().unwrap_or_default())
}

fn is_day(name: &str) -> bool {
    let parts: Vec<_> = name.split('-').collect();
    matches!(parts[..], [year, month, day] if is_digits(year, 4) && is_digits(month, 2) && is_digits(day, 2))
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the path below the folder `Takeout`, which is in each part of an export.
pub fn below_takeout(folder: &str) -> &str {
    let start =
        folder.rsplit_once("Takeout/").filter(|(before, _)| before.is_empty() || before.ends_with('/'));
    start.map_or(folder, |(_, below)| below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_years_and_days_are_no_albums() {
        for folder in ["Google Photos/Photos from 2020", "Fotos von 2019", "2005-02-05", "2005-02-05 #2"] {
            assert!(is_by_date(folder), "{folder}");
        }
        for folder in ["Photos from 2020/Oslo", "Oslo 2020", "2005", "Summer 2005-02-05", ""] {
            assert!(!is_by_date(folder), "{folder}");
        }
    }

    #[test]
    fn the_parts_of_an_export_have_the_same_folders() {
        for folder in
            ["Takeout/Google Photos/Oslo", "part 2/Takeout/Google Photos/Oslo", "Google Photos/Oslo"]
        {
            assert_eq!(below_takeout(folder), "Google Photos/Oslo");
        }
        assert_eq!(below_takeout("MyTakeout/Oslo"), "MyTakeout/Oslo");
    }
}
