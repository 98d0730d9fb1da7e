//! Digits of other scripts. Phones write dates with the digits of their language.

use std::borrow::Cow;

/// The zeros of the decimal digits in scripts other than Latin. In each script, the digits are
/// consecutive (Unicode 16, general category "decimal number").
const ZEROS: [char; 62] = [
    '\u{0660}',
    '\u{06F0}',
    '\u{07C0}',
    '\u{0966}',
    '\u{09E6}',
    '\u{0A66}',
    '\u{0AE6}',
    '\u{0B66}',
    '\u{0BE6}',
    '\u{0C66}',
    '\u{0CE6}',
    '\u{0D66}',
    '\u{0DE6}',
    '\u{0E50}',
    '\u{0ED0}',
    '\u{0F20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17E0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19D0}',
    '\u{1A80}',
    '\u{1A90}',
    '\u{1B50}',
    '\u{1BB0}',
    '\u{1C40}',
    '\u{1C50}',
    '\u{A620}',
    '\u{A8D0}',
    '\u{A900}',
    '\u{A9D0}',
    '\u{A9F0}',
    '\u{AA50}',
    '\u{ABF0}',
    '\u{FF10}',
    '\u{104A0}',
    '\u{10D30}',
    '\u{11066}',
    '\u{110F0}',
    '\u{11136}',
    '\u{111D0}',
    '\u{112F0}',
    '\u{11450}',
    '\u{114D0}',
    '\u{11650}',
    '\u{116C0}',
    '\u{11730}',
    '\u{118E0}',
    '\u{11950}',
    '\u{11C50}',
    '\u{11D50}',
    '\u{11DA0}',
    '\u{11F50}',
    '\u{16A60}',
    '\u{16AC0}',
    '\u{16B50}',
    '\u{1E140}',
    '\u{1E2F0}',
    '\u{1E4F0}',
    '\u{1E950}',
    '\u{1FBF0}',
];

/// Replaces the digits of all scripts by ASCII digits, and the colon, the minus sign and the spaces
/// of East Asian and typographic text by their ASCII equivalents.
pub(super) fn to_ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.chars().map(ascii).collect()) }
}

fn ascii(c: char) -> char {
    match c {
        '\u{FF1A}' => ':',
        '\u{2212}' | '\u{FF0D}' => '-',
        '\u{FF0B}' => '+',
        '\u{FF0F}' => '/',
        '\u{FF0E}' => '.',
        '\u{A0}' | '\u{2009}' | '\u{202F}' | '\u{3000}' => ' ',
        _ => digit(c).unwrap_or(c),
    }
}

fn digit(c: char) -> Option<char> {
    let value = ZEROS
        .iter()
        .find_map(|&zero| u32::from(c).checked_sub(u32::from(zero)).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_the_digits_of_all_scripts() {
        assert_eq!(to_ascii("٢٠١٨:۱۰:१० ১৪:๑๕:３８"), "2018:10:10 14:15:38");
        assert_eq!(to_ascii("𞥒𞥐𞥑𞥘：１０－၁၀"), "2018:10-10");
        assert_eq!(to_ascii("½ Ⅳ ② 五"), "½ Ⅳ ② 五");
        assert!(ZEROS.is_sorted() && ZEROS.iter().all(|zero| zero.is_numeric()));
        for zero in ZEROS {
            let digits: String = (0..10).filter_map(|n| char::from_u32(u32::from(zero) + n)).collect();
            assert_eq!(to_ascii(&digits), "0123456789");
        }
    }
}
