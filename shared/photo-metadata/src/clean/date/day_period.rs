//! Halves of the day in 12-hour times. Phones write them in their language, before or after the
//! time.

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayPeriod {
    /// Midnight to noon.
    Morning,
    /// Noon to midnight.
    Afternoon,
    /// Around noon.
    Noon,
}

use DayPeriod::{Afternoon, Morning, Noon};

/// The names of the parts of the day, in lower case, without full stops, spaces and marks (Unicode
/// CLDR 46, `dayPeriods`).
#[rustfmt::skip]
const NAMES: &[(&str, DayPeriod)] = &[
    // English and many other languages, German, Dutch, Afrikaans.
    ("am", Morning), ("pm", Afternoon), ("a", Morning), ("p", Afternoon),
    ("vorm", Morning), ("nachm", Afternoon), ("vm", Morning), ("nm", Afternoon),
    // Swedish and Norwegian, Finnish, Estonian, Icelandic.
    ("fm", Morning), ("em", Afternoon), ("ap", Morning), ("ip", Afternoon),
    ("el", Morning), ("pl", Afternoon), ("fh", Morning), ("eh", Afternoon),
    // Czech, Slovene, Hungarian, Albanian, Turkish, Azerbaijani, Vietnamese, Swahili.
    ("dop", Morning), ("odp", Afternoon), ("pop", Afternoon), ("de", Morning), ("du", Afternoon),
    ("pd", Morning), ("md", Afternoon), ("öö", Morning), ("ös", Afternoon),
    ("sa", Morning), ("ch", Afternoon), ("asubuhi", Morning), ("mchana", Afternoon), ("jioni", Afternoon),
    // Greek, Bulgarian, Macedonian, Serbian, Kazakh, Uzbek.
    ("πμ", Morning), ("μμ", Afternoon), ("προ", Morning), ("μετα", Afternoon),
    ("проб", Morning), ("слоб", Afternoon), ("претпл", Morning), ("попл", Afternoon),
    ("пре подне", Morning), ("по подне", Afternoon), ("дп", Morning), ("пп", Afternoon),
    ("то", Morning), ("тк", Afternoon),
    // Armenian, Georgian, Hebrew.
    ("կա", Morning), ("կհ", Afternoon), ("შუადღემდე", Morning), ("შუადღის შემდეგ", Afternoon),
    ("לפנהצ", Morning), ("אחהצ", Afternoon),
    // Arabic, Persian, Urdu, Pashto, Uyghur, Kurdish.
    ("ص", Morning), ("م", Afternoon), ("صباحا", Morning), ("مساء", Afternoon),
    ("قظ", Morning), ("بظ", Afternoon), ("قبلازظهر", Morning), ("بعدازظهر", Afternoon),
    ("قبل از ظهر", Morning), ("بعد از ظهر", Afternoon), ("قبل دوپہر", Morning), ("بعد دوپہر", Afternoon),
    ("غم", Morning), ("غو", Afternoon), ("چېب", Morning), ("چك", Afternoon),
    ("بن", Morning), ("دن", Afternoon),
    // Hindi, Marathi, Nepali, Bengali, Punjabi, Gujarati, Odia.
    ("पूर्वाह्न", Morning), ("अपराह्न", Afternoon), ("पूर्व", Morning), ("अपर", Afternoon),
    ("मपू", Morning), ("मउ", Afternoon), ("पूर्वाह्", Morning), ("অপরাহ্ণ", Afternoon), ("পূর্বাহ্ণ", Morning),
    ("पूर्वाह्ण", Morning), ("अपराह्ण", Afternoon), ("পূর্বাহ্ন", Morning), ("অপরাহ্ন", Afternoon),
    ("ਪੂਦੁ", Morning), ("ਬਾਦੁ", Afternoon), ("પૂર્વાહ્ન", Morning), ("અપરાહ્ન", Afternoon),
    ("ପୂର୍ବାହ୍ନ", Morning), ("ଅପରାହ୍ନ", Afternoon),
    // Tamil, Telugu, Kannada, Malayalam, Sinhala.
    ("முற்பகல்", Morning), ("பிற்பகல்", Afternoon), ("పూర్వాహ్నం", Morning), ("అపరాహ్నం", Afternoon),
    ("ಪೂರ್ವಾಹ್ನ", Morning), ("ಅಪರಾಹ್ನ", Afternoon), ("രാവിലെ", Morning), ("ഉച്ചയ്ക്ക്", Noon),
    ("പൂർവ്വാഹ്നം", Morning), ("അപരാഹ്നം", Afternoon), ("පෙව", Morning), ("පව", Afternoon),
    // Thai, Lao, Khmer, Burmese, Amharic, Mongolian.
    ("ก่อนเที่ยง", Morning), ("หลังเที่ยง", Afternoon), ("ກ່ອນທ່ຽງ", Morning), ("ຫຼັງທ່ຽງ", Afternoon),
    ("ព្រឹក", Morning), ("ល្ងាច", Afternoon), ("နံနက်", Morning), ("ညနေ", Afternoon),
    ("ጥዋት", Morning), ("ከሰዓት", Afternoon), ("үө", Morning), ("үх", Afternoon),
    // Chinese, Japanese, Korean.
    ("上午", Morning), ("下午", Afternoon), ("凌晨", Morning), ("清晨", Morning), ("早上", Morning),
    ("早晨", Morning), ("中午", Noon), ("正午", Noon), ("傍晚", Afternoon), ("晚上", Afternoon),
    ("午前", Morning), ("午後", Afternoon), ("오전", Morning), ("오후", Afternoon),
];

impl DayPeriod {
    /// Converts an hour of a 12-hour clock. Returns hours from 13 on unchanged.
    pub(super) fn hour(self, hour: i8) -> i8 {
        match self {
            Morning if hour == 12 => 0,
            Afternoon if hour < 12 => hour + 12,
            // 11 is before noon.
            Noon if hour < 6 => hour + 12,
            _ => hour,
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        let is_mark = |c: char| matches!(c, '.' | '·' | '״' | '"' | '\'' | '׳' | '\u{200C}' | '\u{200D}');
        let name: String = name.to_lowercase().chars().filter(|c| !is_mark(*c)).collect();
        let words = name.split_whitespace().collect::<Vec<_>>();
        let find = |name: &str| NAMES.iter().find(|(known, _)| *known == name).map(|(_, period)| *period);
        // Spanish writes `a. m.`, but Serbian needs its space.
        find(&words.concat()).or_else(|| find(&words.join(" ")))
    }
}

/// Splits a name before a time. Returns `None` for a text that starts with another name.
pub(super) fn split_before(text: &str) -> Option<(Option<DayPeriod>, &str)> {
    let text = text.trim_start();
    let end = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    match text.split_at_checked(end)? {
        ("", time) => Some((None, time)),
        (name, time) => Some((Some(DayPeriod::of_name(name)?), time)),
    }
}

/// Splits a name after a time. Returns `None` as the period if the rest starts with another name.
pub(super) fn split_after(rest: &str) -> (Option<DayPeriod>, &str) {
    let text = rest.trim_start();
    let end = text.find(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-')).unwrap_or(text.len());
    let (name, after) = text.split_at_checked(end).unwrap_or((text, ""));
    if let Some(period) = DayPeriod::of_name(name) {
        return (Some(period), after);
    }
    // The name of a time zone can follow: `PM GMT+08:00`.
    let (first, after) = text.split_once(' ').unwrap_or((text, ""));
    match DayPeriod::of_name(first) {
        Some(period) => (Some(period), after),
        None => (None, rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_names_in_any_case_and_with_marks() {
        for name in
            ["PM", "pm", "p.m.", "P. M.", "下午", "오후", "م", "μ.μ.", "ÖS", "אחה״צ", "אחה\"צ", "nachm."]
        {
            assert_eq!(DayPeriod::of_name(name), Some(Afternoon), "{name}");
        }
        for name in
            ["am", "a.\u{A0}m.", "上午", "ص", "π.μ.", "पूर्वाह्न", "قبل از ظهر", "قبل\u{200C}ازظهر", "пре подне"]
        {
            assert_eq!(DayPeriod::of_name(name), Some(Morning), "{name}");
        }
        for name in ["", "noon-ish", "GMT", "Z", "上", "pmx"] {
            assert_eq!(DayPeriod::of_name(name), None, "{name}");
        }
    }

    #[test]
    fn converts_hours_of_a_12_hour_clock() {
        assert_eq!([12, 1, 11].map(|hour| Morning.hour(hour)), [0, 1, 11]);
        assert_eq!([12, 1, 11, 0, 14].map(|hour| Afternoon.hour(hour)), [12, 13, 23, 12, 14]);
        assert_eq!([12, 1, 11].map(|hour| Noon.hour(hour)), [12, 13, 11]);
    }

    #[test]
    fn names_are_in_normal_form() {
        for (name, _) in NAMES {
            assert_eq!(DayPeriod::of_name(name), NAMES.iter().find(|(n, _)| n == name).map(|(_, p)| *p));
            assert_eq!(NAMES.iter().filter(|(other, _)| other == name).count(), 1, "{name}");
        }
    }
}
