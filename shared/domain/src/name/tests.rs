use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use super::*;
use crate::{NotificationPreferences, UserId};

fn person(first_name: &str, last_name: &str, handle: &str, findable: bool) -> User {
    User {
        id: UserId(Uuid::nil()),
        handle: handle.parse().unwrap(),
        first_name: first_name.into(),
        last_name: last_name.into(),
        created_at: Timestamp::UNIX_EPOCH,
        notifications: NotificationPreferences::default(),
        findable,
        handle_changes: Vec::new(),
    }
}

/// Looks a query up as the application does: by one of its key words in the index, then by
/// comparison with the words of the profile. Returns the number of index rows that match, which
/// must not depend on the key word.
fn count_matches(user: &User, query: &str) -> usize {
    let (words, query) = (NameWords::of(user), NameQuery::parse(query).unwrap());
    let mut index = BTreeMap::<_, Vec<_>>::new();
    for (bucket, word) in words.indexed() {
        index.entry(bucket).or_default().push(word);
    }
    let counts = query.key_words().map(|key_word| {
        let rows = index.get(key_word.prefix).into_iter().flatten();
        let rows = rows.filter(|word| word.starts_with(key_word.word));
        let rows = rows.inspect(|word| {
            let key_words = query.key_words().filter(|key_word| word.starts_with(key_word.word));
            assert!(key_words.eq([key_word]));
        });
        rows.filter(|word| query.matches_at(key_word, &words, word)).count()
    });
    let mut counts: Vec<_> = counts.collect();
    counts.dedup();
    assert_eq!(counts.len(), 1, "{query:?} {words}");
    counts[0]
}

fn finds(query: &str, first_name: &str, last_name: &str) -> bool {
    match count_matches(&person(first_name, last_name, "zzz", true), query) {
        0 => false,
        1 => true,
        more => panic!("{query} finds {first_name} {last_name} {more} times"),
    }
}

#[test]
fn case_accents_and_compatibility_forms_do_not_matter() {
    for (text, folded) in [
        ("Zoë ÅNGSTRÖM", "zoe angstrom"),
        ("Straße STRASSE STRAẞE", "strasse strasse strasse"),
        // The Turkish dotted and dotless letters are one letter.
        ("İ I ı i Işık", "i i i i isik"),
        ("Łukasz Đorđe Øystein Æsa Þór Œuvre", "lukasz dorde oystein aesa thor oeuvre"),
        ("Σίσυφος", "σισυφοσ"),
        ("Йосиф Алёна", "иосиф алена"),
        ("ﬁnn ｆｕｌｌ ①", "finn full 1"),
        ("O'Brien O’Brien Oʼbrien", "obrien obrien obrien"),
        ("Nguyễn Hữu", "nguyen huu"),
        ("שָׁלוֹם مُحَمَّد", "שלום محمد"),
        // The Persian ZWNJ.
        ("علی\u{200C}رضا", "علیرضا"),
        // Vowel signs and virama of Devanagari make another syllable.
        ("प्रिया", "प्रिया"),
        ("ｶﾞ が", "カ\u{3099} か\u{3099}"),
    ] {
        assert_eq!(fold(text), folded.nfd().collect::<String>(), "{text}");
    }
}

#[test]
fn a_word_consists_of_letters_and_digits() {
    for (text, words) in [
        (" Anne-Marie  d'Arc ", &["anne", "marie", "darc"][..]),
        ("mira.holm_99-b", &["mira", "holm", "99", "b"]),
        ("@ada!", &["ada"]),
        ("\u{2764}\u{FE0F} \u{1F468}\u{200D}\u{1F467} \u{3099}", &[]),
        ("葛\u{E0100}城", &["葛城"]),
        ("अनिल कुमार", &["अनिल", "कुमार"]),
        ("", &[]),
    ] {
        assert_eq!(split_words(text).collect::<Vec<_>>(), words, "{text}");
    }
}

#[test]
fn finds_a_person_by_the_beginnings_of_words_in_any_order() {
    for query in ["ad", "Ada", "lovel", "ada love", "love ada", "ada l", "l ada", "ADA", "ádá", "zz ada"] {
        assert!(finds(query, "Ada Augusta", "Lovelace"), "{query}");
    }
    for query in ["da", "adaa", "ada x", "augustalove", "ada lovelace byron"] {
        assert!(!finds(query, "Ada Augusta", "Lovelace"), "{query}");
    }
    assert!(finds("obrien", "Flann", "O'Brien") && finds("o’brien", "Flann", "O'Brien"));
}

#[test]
fn a_person_is_in_the_result_once() {
    let anna = person("Anna Annabel", "Annan", "anna.ann", true);
    for query in ["an", "ann", "anna", "anna ann", "annab"] {
        assert_eq!(count_matches(&anna, query), 1, "{query}");
    }
}

#[test]
fn names_without_spaces_are_found_by_one_character_and_by_the_full_name() {
    for query in ["王", "小", "小明", "王小", "王小明"] {
        assert!(finds(query, "小明", "王"), "{query}");
    }
    assert!(!finds("明", "小明", "王"));
    for query in ["さ", "ｻﾄｳ", "サトウ"] {
        assert!(finds(query, "さくら", "サトウ"), "{query}");
    }
    for query in ["김", "민", "민수", "김민", "김민수", "기"] {
        assert!(finds(query, "민수", "김"), "{query}");
    }
    assert!(!finds("wangxiao", "Xiao", "Wang"), "in Latin letters, names have a space");
}

#[test]
fn a_person_with_one_name_is_found() {
    assert_eq!(count_matches(&person("Pelé", "", "edson", true), "pele"), 1);
    assert_eq!(NameWords::of(&person("Pelé", "", "edson", true)).to_string(), "edson pele");
}

#[test]
fn a_query_needs_a_word_of_two_letters() {
    for query in ["", " ", "a", "a b", "-", "é", "ⅰ", "'a", &"a".repeat(51), &"é ".repeat(26)] {
        assert_eq!(NameQuery::parse(query), Err(InvalidNameQuery), "{query}");
    }
    for query in
        ["ab", "ß", "a bc", "王", "か", "김", "42", &"a".repeat(50), &format!(" {} ", "b".repeat(50))]
    {
        assert!(NameQuery::parse(query).is_ok(), "{query}");
    }
    let message = "name must have at most 50 characters, and a word of at least 2 letters";
    assert_eq!(InvalidNameQuery.to_string(), message);
}

#[test]
fn the_key_words_are_the_longest_words() {
    for (query, expected) in [
        ("li zimmermann w", &[("zi", "zimmermann"), ("li", "li")][..]),
        ("王小明 w", &[("王", "王小明")]),
        ("a bc def ghij klmno", &[("kl", "klmno"), ("gh", "ghij"), ("de", "def")]),
        // A beginning of another word adds nothing.
        ("an anna ann annab", &[("an", "annab")]),
    ] {
        let query = NameQuery::parse(query).unwrap();
        let key_words = query.key_words().map(|key_word| (key_word.prefix, key_word.word));
        assert_eq!(key_words.collect::<Vec<_>>(), expected);
    }
}

#[test]
fn the_words_of_a_person_are_bounded() {
    let many = (b'a'..=b'y').map(|c| format!("{}{}", char::from(c), "x".repeat(60))).collect::<Vec<_>>();
    let words =
        NameWords::of(&person(&many.join(" "), &many.join("-").to_uppercase(), "a.b.c.d.e.f.g", true));
    assert!(words.0.len() <= NameWords::MAX);
    assert!(words.0.iter().all(|word| word.chars().count() <= MAX_WORD_CHARS));
    // The letter of which NFKD makes 18, with spaces.
    let long = "\u{FDFA}".repeat(100);
    let words = NameWords::of(&person(&long, &long, "abc", true));
    assert!(words.0.len() <= NameWords::MAX && words.to_string().len() < 10_000);
}

/// Names of one to four words, of letters of several scripts.
fn names() -> impl Strategy<Value = String> {
    let letters: Vec<char> = "abzABZéÅßẞıİøŁæÞŉǆσςΣΐйЁѣשאبمकिप्रกาあガー王小々김민수ﬁⅷ𝔄𐐀ა9"
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let word = vec(select(letters), 1..12).prop_map(String::from_iter);
    vec(word, 1..4).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn a_findable_person_is_found_by_each_beginning_of_each_word(first in names(), last in names()) {
        let user = person(&first, &last, "some.body", true);
        let hidden = User { findable: false, ..user.clone() };
        for word in format!("{first} {last} some body").split(' ') {
            for (end, _) in word.char_indices().skip(1).chain([(word.len(), ' ')]) {
                let beginning = &word[..end];
                let letters = fold(beginning).chars().filter(|c| c.is_alphanumeric()).count();
                if letters < 2 && NameQuery::parse(beginning).is_err() {
                    continue;
                }
                prop_assert_eq!(count_matches(&user, beginning), 1, "{:?} in {:?}", beginning, &user);
                prop_assert_eq!(count_matches(&hidden, beginning), 0);
            }
        }
    }

    #[test]
    fn folded_text_is_unchanged_by_folding(text in any::<String>()) {
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
    }

    #[test]
    fn words_survive_their_text_form(first in names(), last in any::<String>()) {
        let words = NameWords::of(&person(&first, &last, "abc", true));
        prop_assert_eq!(NameWords::parse(&words.to_string()), words);
    }
}
