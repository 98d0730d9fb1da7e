//! Search for people by name: the words of names, and queries for them.
//!
//! Names and queries are folded, so that case, accents and compatibility forms do not matter. A
//! query finds a person if each of its words is the beginning of a word of the first name, the last
//! name or the handle.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt::{self, Display};
use std::ops::Bound;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

use crate::User;

/// The maximum number of words of one field. A person is not found by further words.
const MAX_FIELD_WORDS: usize = 15;
/// The maximum length of a word in characters after folding. Further characters are ignored, in
/// names and in queries.
const MAX_WORD_CHARS: usize = 50;
/// The maximum length of a query in characters.
pub const MAX_QUERY_CHARS: usize = 50;
/// The maximum number of words of a query that the index compares.
const MAX_KEY_WORDS: usize = 3;

/// The folded words by which other members find a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameWords(BTreeSet<String>);

impl NameWords {
    /// The maximum number of words: those of first name, last name and handle, and the full name.
    pub const MAX: usize = 3 * MAX_FIELD_WORDS + 1;

    /// Returns the words of a person; none if the person is not findable by name.
    #[must_use]
    pub fn of(user: &User) -> Self {
        if !user.findable {
            return Self::default();
        }
        let fields = [&user.first_name, &user.last_name, user.handle.as_str()];
        let [first, last, handle] =
            fields.map(|text| split_words(text).take(MAX_FIELD_WORDS).collect::<Vec<_>>());
        let full_name = full_name_without_space(&first, &last);
        Self([first, last, handle].into_iter().flatten().chain(full_name).collect())
    }

    /// Parses words from the form that [`Display`] writes. Does not fold them.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect())
    }

    /// Returns `true` if this is one of the words.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.0.contains(word)
    }

    /// Returns the words to index, each with its [`bucket`]. Omits single letters, because a query
    /// has a longer word.
    pub fn indexed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|word| Some((bucket(word)?, word.as_str())))
    }
}

impl Display for NameWords {
    /// Writes the words in order, separated by spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, word) in self.0.iter().enumerate() {
            let separator = if i == 0 { "" } else { " " };
            write!(f, "{separator}{word}")?;
        }
        Ok(())
    }
}

/// A query for people by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameQuery(Vec<String>);

/// A word of a query by which the index finds people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyWord<'a> {
    /// The partition of the index: the [`bucket`] of the word.
    pub prefix: &'a str,
    /// The beginning of the words to find.
    pub word: &'a str,
}

/// A text that is not a query for people, as a sentence for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("name must have at most {MAX_QUERY_CHARS} characters, and a word of at least 2 letters")]
pub struct InvalidNameQuery;

impl NameQuery {
    /// Parses a query of at most 50 characters. One of its words must have two letters, or begin
    /// with a Chinese character or a kana.
    ///
    /// # Errors
    /// Returns [`InvalidNameQuery`] if the query is too long or too short.
    pub fn parse(text: &str) -> Result<Self, InvalidNameQuery> {
        if text.trim().chars().count() > MAX_QUERY_CHARS {
            return Err(InvalidNameQuery);
        }
        let words: BTreeSet<_> = split_words(text).collect();
        // Omits the beginnings of other words. In the order of the set, they directly precede them.
        let is_redundant = |word: &String| {
            let after = (Bound::Excluded(word), Bound::Unbounded);
            words.range::<String, _>(after).next().is_some_and(|next| next.starts_with(word.as_str()))
        };
        let mut words: Vec<_> = words.iter().filter(|word| !is_redundant(word)).cloned().collect();
        words.sort_by_key(|word| Reverse(word.chars().count()));
        let query = Self(words);
        if query.key_words().next().is_none() { Err(InvalidNameQuery) } else { Ok(query) }
    }

    /// Returns the longest words, at most three. Each of them finds all people whom the query
    /// matches. No word of a person begins with two of them.
    pub fn key_words(&self) -> impl Iterator<Item = KeyWord<'_>> {
        let key_words = self.0.iter().filter_map(|word| Some(KeyWord { prefix: bucket(word)?, word }));
        key_words.take(MAX_KEY_WORDS)
    }

    /// Returns `true` if each word of the query is the beginning of one of `words`.
    #[must_use]
    pub fn matches(&self, words: &NameWords) -> bool {
        self.0.iter().all(|beginning| find_first(words, beginning).is_some())
    }

    /// Returns `true` if the query matches `words`, and `word` is the first of them that begins
    /// with the key word. Of several index rows of one person, this selects one.
    #[must_use]
    pub fn matches_at(&self, key_word: KeyWord<'_>, words: &NameWords, word: &str) -> bool {
        find_first(words, key_word.word) == Some(word) && self.matches(words)
    }
}

/// Returns the first word with this beginning.
fn find_first<'a>(words: &'a NameWords, beginning: &str) -> Option<&'a str> {
    let word = words.0.range::<str, _>((Bound::Included(beginning), Bound::Unbounded)).next()?;
    word.starts_with(beginning).then_some(word)
}

/// Returns the part of a word that selects the partition of the index: two letters, or one Chinese
/// character or kana, which can be a whole name. Returns `None` for a single letter.
fn bucket(word: &str) -> Option<&str> {
    let mut ends = word.char_indices().map(|(start, c)| (c, start + c.len_utf8()));
    let (first, end) = ends.next()?;
    if is_han_or_kana(first) {
        return Some(&word[..end]);
    }
    ends.next().map(|(_, end)| &word[..end])
}

/// Returns the full name as one word, family name first, if it is written without a space: in
/// Chinese characters, kana or Hangul.
fn full_name_without_space(first: &[String], last: &[String]) -> Option<String> {
    let full_name = [last.concat(), first.concat()].concat();
    let without_space = full_name.chars().all(|c| is_han_or_kana(c) || is_hangul(c) || is_combining_mark(c));
    (without_space && !first.is_empty() && !last.is_empty()).then(|| truncate(&full_name).to_owned())
}

/// Folds a text and splits it into words of letters and digits.
fn split_words(text: &str) -> impl Iterator<Item = String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c));
    // Omits marks without a letter.
    let words = words.filter(|word| word.contains(char::is_alphanumeric));
    words.map(|word| truncate(word).to_owned()).collect::<Vec<_>>().into_iter()
}

fn truncate(word: &str) -> &str {
    word.char_indices().nth(MAX_WORD_CHARS).map_or(word, |(end, _)| &word[..end])
}

/// Removes the differences of case, accents and compatibility forms: NFKD, without accents, in
/// lower case.
///
/// Maps to upper case in between, which turns `ß` into `ss`, `ς` into `σ` and the dotless `ı` into
/// `i`.
fn fold(text: &str) -> String {
    let letters = text.nfkd().filter(|c| !is_accent(*c) && !is_ignored(*c));
    let lower =
        letters.flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let mut folded = String::with_capacity(text.len());
    for c in lower {
        match replace_letter(c) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(c),
        }
    }
    folded
}

/// Returns `true` for accents, points and tone marks. Keeps nukta, kana voicing marks and virama
/// (the combining classes 7 to 9) and vowel signs (class 0), which make another letter.
fn is_accent(c: char) -> bool {
    !matches!(canonical_combining_class(c), 0 | 7..=9)
}

/// Returns `true` for characters that people omit when they search: apostrophes (O'Brien), and the
/// invisible soft hyphens, zero-width joiners and variation selectors.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\'' | '\u{2018}' | '\u{2019}' | '\u{02BB}' | '\u{02BC}'
        | '\u{AD}' | '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Returns the ASCII form of Latin letters that have no decomposition in Unicode. Source: the
/// transform Latin-ASCII of the Unicode CLDR.
fn replace_letter(c: char) -> Option<&'static str> {
    Some(match c {
        'æ' => "ae",
        'ð' | 'đ' => "d",
        'ħ' => "h",
        'ł' => "l",
        'ŋ' => "n",
        'ø' => "o",
        'œ' => "oe",
        'þ' => "th",
        'ŧ' => "t",
        _ => return None,
    })
}

/// Returns `true` for Chinese characters and kana.
fn is_han_or_kana(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Returns `true` for the letters into which NFKD decomposes Hangul syllables.
fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}')
}

#[cfg(test)]
mod tests;
