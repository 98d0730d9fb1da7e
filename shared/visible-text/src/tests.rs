use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

#[test]
fn names_in_many_scripts_stay_unchanged() {
    for name in [
        "Ada Lovelace",
        "Þóra Guðmundsdóttir",
        "Nguyễn Thị Minh Khai",
        "Nguye\u{302}\u{303}n",
        "Seán O’Brien-Ó Súilleabháin",
        "X Æ A-12",
        "山田　太郎",
        "葛\u{E0100}城市",
        "渡邉\u{E0101}",
        "王小明",
        "김민수",
        "ｻﾄｳ さくら",
        "Σίσυφος Παπαδόπουλος",
        "Александр Йовчев",
        "მარიამ",
        "Հայկ Ղազարյան",
        "ዮሐንስ ገብረ",
        "שָׁלוֹם בֶּן־חַיִּים",
        "יְרוּשָׁלַ\u{34F}ִם",
        "محمّد علي",
        // Persian with ZWNJ, after letters that join and after one that does not.
        "علی\u{200C}رضا",
        "نازنین\u{200C}زهرا",
        "محمد\u{200C}رضا",
        "می\u{200C}خواهم",
        "مدرّس\u{200C}زاده",
        // The Persian abbreviation of the Hijri calendar: a heh in its initial form.
        "۱۴۰۲ ه\u{200D}.ش",
        // Kurdish.
        "ئه\u{200C}حمه\u{200C}د",
        "यश राज",
        "प्रिया शर्मा",
        // Devanagari: a half letter, an explicit virama, and the eyelash ra.
        "क्\u{200D}ष",
        "क्\u{200C}ष",
        "र्\u{200D}य",
        // Bengali: the joiner before the virama.
        "র\u{200D}্যাচেল",
        "র\u{200C}্যাব",
        // Malayalam: a chillu at the end of the word.
        "ജോണ്\u{200D}",
        // Sinhala.
        "ශ්\u{200D}රී",
        "ප්\u{200D}රසන්න",
        // Telugu and Tamil.
        "శ్రీనివాస్\u{200C}రెడ్డి",
        "க்\u{200C}ஷ",
        // Kannada.
        "ರ\u{200D}್ಯ",
        "สมชาย ใจดี",
        "កែវ សុខា",
        "မောင်မောင်",
        "བསྟན་འཛིན་རྒྱ་མཚོ",
        // Mongolian with a variation selector and a vowel separator.
        "ᠴᠠᠭᠠᠨ\u{180E}ᠠ",
        "ᠪᠠᠶᠠᠷ\u{180B}",
        "ߒߞߏ",
        "𞤀𞤣𞤵𞤤𞤢",
        "⠃⠗⠇",
    ] {
        assert_eq!(clean_line(name), name, "{}", name.escape_unicode());
        assert_eq!(clean_lines(name), name, "{}", name.escape_unicode());
    }
}

#[test]
fn emoji_stay_unchanged() {
    for emoji in [
        "😀",
        "❤\u{FE0F}",
        "☎\u{FE0E}",
        "1\u{FE0F}\u{20E3}",
        "#\u{20E3}",
        "👍🏽",
        "🇫🇷",
        "👩\u{200D}🚀",
        "👨\u{200D}👩\u{200D}👧\u{200D}👦",
        "🏃🏿\u{200D}♀\u{FE0F}\u{200D}➡\u{FE0F}",
        "🏳\u{FE0F}\u{200D}🌈",
        "🏴\u{200D}☠\u{FE0F}",
        "🕵🏻\u{200D}♂\u{FE0F}",
        "❤\u{FE0F}\u{200D}🔥",
        "🐈\u{200D}⬛",
        // England, Scotland, Wales, Texas.
        "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
        "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
        "🏴\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}",
        "🏴\u{E0075}\u{E0073}\u{E0074}\u{E0078}\u{E007F}",
    ] {
        assert_eq!(clean_line(emoji), emoji, "{}", emoji.escape_unicode());
        let text = format!("Ada {emoji}\u{301} und {emoji}");
        assert_eq!(clean_line(&text), text, "{}", text.escape_unicode());
    }
}

/// Characters that are invisible, or that change the order of a text.
const INVISIBLE: [char; 40] = [
    '\0',
    '\u{7}',
    '\u{1B}',
    '\u{7F}',
    '\u{9F}',
    '\u{AD}',
    '\u{34F}',
    '\u{61C}',
    '\u{115F}',
    '\u{1160}',
    '\u{17B4}',
    '\u{17B5}',
    '\u{180B}',
    '\u{180E}',
    '\u{200B}',
    '\u{200C}',
    '\u{200D}',
    '\u{200E}',
    '\u{200F}',
    '\u{202A}',
    '\u{202D}',
    '\u{202E}',
    '\u{2060}',
    '\u{2064}',
    '\u{2066}',
    '\u{2069}',
    '\u{206F}',
    '\u{3164}',
    '\u{FE00}',
    '\u{FE0F}',
    '\u{FEFF}',
    '\u{FFA0}',
    '\u{FFF9}',
    '\u{FFFC}',
    '\u{FFFF}',
    '\u{1BCA0}',
    '\u{1D173}',
    '\u{E0001}',
    '\u{E0041}',
    '\u{E0100}',
];

/// Characters that show only a space.
const BLANK: [char; 17] = [
    '\t',
    '\n',
    '\u{B}',
    '\u{C}',
    '\r',
    '\u{1F}',
    ' ',
    '\u{85}',
    '\u{A0}',
    '\u{1680}',
    '\u{2003}',
    '\u{2028}',
    '\u{2029}',
    '\u{202F}',
    '\u{2800}',
    '\u{3000}',
    '\u{1D159}',
];

#[test]
fn a_text_without_visible_characters_is_empty() {
    for c in INVISIBLE.into_iter().chain(BLANK).chain(['\u{301}', '\u{20DD}', '\u{94D}']) {
        for text in [format!("{c}"), format!("{c}{c}{c}"), format!("\u{200D}{c}\u{2800}{c} ")] {
            assert_eq!(clean_line(&text), "", "{}", text.escape_unicode());
            assert_eq!(clean_lines(&text), "", "{}", text.escape_unicode());
        }
    }
}

#[test]
fn invisible_characters_in_latin_text_are_removed() {
    for c in INVISIBLE {
        for text in [format!("Ad{c}a L{c}"), format!("{c}Ada{c} {c}{c}L"), format!("A{c}{c}da L{c}{c}{c}")] {
            assert_eq!(clean_line(&text), "Ada L", "{}", text.escape_unicode());
        }
    }
}

#[test]
fn separators_do_not_join_words() {
    for (text, line, lines) in [
        ("a\tb", "a b", "a b"),
        ("a\nb", "a b", "a\nb"),
        ("a\r\nb", "a b", "a\nb"),
        ("a\rb\u{B}c\u{C}d\u{85}e", "a b c d e", "a\nb\nc\nd\ne"),
        ("a\u{2028}b\u{2029}c", "a b c", "a\nb\nc"),
        ("a\r\n\r\nb", "a  b", "a\n\nb"),
        ("a\n\rb", "a  b", "a\n\nb"),
        ("a\u{2800}b\u{1F}c", "a b c", "a b c"),
        (" \r\n a \r\n ", "a", "a"),
    ] {
        assert_eq!((clean_line(text).as_str(), clean_lines(text).as_str()), (line, lines), "{text:?}");
    }
}

#[test]
fn joiners_and_selectors_out_of_context_are_removed() {
    for (text, expected) in [
        // One joiner is enough.
        ("علی\u{200C}\u{200C}رضا", "علی\u{200C}رضا"),
        ("👩\u{200D}\u{200D}🚀", "👩\u{200D}🚀"),
        ("क्\u{200D}\u{200C}\u{200D}ष", "क्\u{200D}ष"),
        // A ZWJ between letters that join anyway has no effect.
        ("عل\u{200D}ی", "علی"),
        ("علی\u{200C}", "علی"),
        ("علی\u{200C} رضا", "علی رضا"),
        ("علی\u{200C}x", "علیx"),
        ("👩\u{200D}", "👩"),
        ("👩\u{200D}a", "👩a"),
        ("क\u{200D}ष", "कष"),
        ("1\u{FE0F}", "1"),
        ("😀\u{FE0F}\u{FE0F}\u{E0101}", "😀\u{FE0F}"),
        ("葛\u{E0100}\u{E0101}", "葛\u{E0100}"),
        ("ア\u{E0100}", "ア"),
        // Tag characters: without a flag, without an end, and more than the code of a region.
        ("a\u{E0067}\u{E0062}\u{E007F}", "a"),
        ("🏴\u{E0067}\u{E0062}\u{E0065}", "🏴"),
        ("🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E0067}\u{E0067}\u{E007F}", "🏴"),
        ("🏴\u{E0067}\u{E0062}\u{E0065}\u{E007F}\u{E0067}", "🏴\u{E0067}\u{E0062}\u{E0065}\u{E007F}"),
    ] {
        assert_eq!(clean_line(text), expected, "{}", text.escape_unicode());
    }
}

#[test]
fn marks_do_not_cover_neighbouring_lines() {
    let stacked = format!("a{}b", "\u{301}\u{302}\u{330}".repeat(20));
    assert_eq!(clean_line(&stacked), "a\u{301}\u{302}\u{330}\u{301}b");
    assert_eq!(clean_line("\u{338}\u{338}a\u{338}"), "a\u{338}");
    // A Thai vowel sign, an enclosing circle and a Cyrillic sign have no combining class.
    for mark in ['\u{E47}', '\u{20DD}', '\u{488}'] {
        let cleaned = clean_line(&format!("ก{}b", String::from(mark).repeat(40)));
        assert_eq!(cleaned, format!("ก{}b", String::from(mark).repeat(8)));
    }
}

#[test]
fn syllables_with_many_marks_stay() {
    // Thai, Tibetan, Burmese, Khmer, Devanagari, Hebrew with points and accents, Vietnamese.
    for text in ["น้ำที่นี่", "བསྒྲུབས་ཧཱུྃ", "ကျွန်ုပ်တို့", "ស្ត្រី", "र्त्स्न्यं", "בְּרֵאשִׁ֖ית", "ườ\u{301}"]
    {
        assert_eq!(clean_line(text), text);
    }
}

#[test]
fn the_time_is_proportional_to_the_length() {
    for (before, after) in
        [("🏽", "\u{200D}"), ("ع", "\u{200C}"), ("ع\u{94B}", "\u{200C}\u{A8FF}"), ("🏴", "\u{E0067}")]
    {
        let text = [before.repeat(200_000), after.repeat(200_000)].concat();
        assert!(clean_line(&text).starts_with(before));
    }
}

/// Texts of characters with rules of their own, so that contexts are frequent.
fn texts() -> impl Strategy<Value = String> {
    let chars = "aé1#\u{301}\u{20E3} \u{3000}😀👩🏴🚀🏽♂علیدهكक्षরಕ葛々ア⠃ᠠ\u{34F}\u{5B8}\u{5D9}\u{640}\u{E0067}\u{E0062}\u{E0030}\u{E007F}";
    let chars: Vec<_> = chars.chars().chain(INVISIBLE).chain(BLANK).collect();
    vec(select(chars), 0..24).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn a_clean_text_stays_unchanged(text in texts(), any_text in any::<String>()) {
        for text in [text, any_text] {
            let (line, lines) = (clean_line(&text), clean_lines(&text));
            prop_assert_eq!(clean_line(&line), line.as_str(), "{}", text.escape_unicode());
            prop_assert_eq!(clean_lines(&lines), lines.as_str(), "{}", text.escape_unicode());
        }
    }

    #[test]
    fn a_clean_text_begins_with_a_visible_character(text in texts()) {
        if let Some(first) = clean_lines(&text).chars().next() {
            prop_assert!(!INVISIBLE.contains(&first) && !BLANK.contains(&first), "{:?}", first);
        }
    }

    #[test]
    fn only_spaces_and_invisible_characters_change(text in any::<String>()) {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let text: String = text.chars().filter(|c| !is_combining_mark(*c) && !is_default_ignorable(*c)).collect();
        prop_assert_eq!(letters(&clean_lines(&text)), letters(&text));
    }
}
