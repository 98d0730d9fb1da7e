//! The display name of a camera.

use super::text::{MAX_CHARACTERS, truncate};

/// Generic words at the end of company names, in lower case and without a full stop.
const COMPANY_SUFFIXES: [&str; 14] = [
    "ag",
    "camera",
    "co",
    "company",
    "computer",
    "corp",
    "corporation",
    "electric",
    "electronics",
    "gmbh",
    "imaging",
    "inc",
    "ltd",
    "optical",
];

/// Joins make and model without repetition: `NIKON CORPORATION` and `NIKON D90` become `NIKON D90`.
pub(crate) fn name(make: Option<&str>, model: Option<&str>) -> Option<String> {
    let make = make.map(without_company_suffixes);
    let name = match (make, model) {
        (None, model) => model?.to_owned(),
        (make, None) => make?,
        (Some(make), Some(model)) if repeats_make(model, &make) => model.to_owned(),
        (Some(make), Some(model)) => format!("{make} {model}"),
    };
    // Some makers write several spaces between words.
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    truncate(&name, MAX_CHARACTERS)
}

/// Returns `true` if the model starts with a word of the make.
fn repeats_make(model: &str, make: &str) -> bool {
    let first_word = words(model).next().unwrap_or_default();
    words(make).any(|word| word.eq_ignore_ascii_case(first_word))
}

fn without_company_suffixes(make: &str) -> String {
    let mut words: Vec<&str> = words(make).collect();
    while let [_, .., last] = words[..] {
        if !COMPANY_SUFFIXES.contains(&last.trim_end_matches('.').to_ascii_lowercase().as_str()) {
            break;
        }
        words.pop();
    }
    words.join(" ")
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split([' ', ',']).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn does_not_repeat_the_make() {
        for (make, model, expected) in [
            ("Canon", "Canon EOS 5D", "Canon EOS 5D"),
            ("NIKON CORPORATION", "NIKON D90", "NIKON D90"),
            ("LEICA CAMERA AG", "LEICA T (Typ 701)", "LEICA T (Typ 701)"),
            ("EASTMAN KODAK COMPANY", "KODAK DX7590", "KODAK DX7590"),
            ("Canon", "EOS R5", "Canon EOS R5"),
            ("CASIO COMPUTER CO.,LTD.", "EX-M2", "CASIO EX-M2"),
            ("OLYMPUS IMAGING CORP.", "E-M5", "OLYMPUS E-M5"),
            ("motorola", "moto g(9) plus", "motorola moto g(9) plus"),
            ("OPPO", "R7plusf", "OPPO R7plusf"),
            ("Camera", "Camera", "Camera"),
        ] {
            assert_eq!(name(Some(make), Some(model)).as_deref(), Some(expected), "{make} + {model}");
        }
    }

    #[test]
    fn accepts_make_or_model_alone() {
        assert_eq!(name(Some("SONY"), None).as_deref(), Some("SONY"));
        assert_eq!(name(None, Some("X100")).as_deref(), Some("X100"));
        assert_eq!(name(None, None), None);
    }
}
