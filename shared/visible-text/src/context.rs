//! Invisible characters that change how their neighbours look.
//!
//! | character | context in which it stays |
//! |---|---|
//! | ZWJ | in an emoji (GB11 of UAX #29); beside a virama; where it changes a cursive letter |
//! | ZWNJ | beside a virama; between cursive letters, as in Persian |
//! | variation selector | after an emoji (U+FE0E, U+FE0F) or an ideograph |
//! | tag characters | after a black flag, as the code of a region (UTS #51) |
//! | Mongolian selectors and vowel separator | after a Mongolian letter |
//! | CGJ | between two marks, as in Hebrew |
//!
//! The rules of joiners are those of CONTEXTJ (RFC 5892, appendix A), and in addition: Bengali and
//! Kannada write a joiner before the virama, Persian a ZWNJ also after letters that do not join,
//! and a ZWJ for the initial form of a single letter.

use std::ops::RangeInclusive;

use icu_properties::props::{Emoji, ExtendedPictographic, Ideographic, JoiningType};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_normalization::char::canonical_combining_class;

const ZWNJ: char = '\u{200C}';
const ZWJ: char = '\u{200D}';
const EMOJI_STYLE: char = '\u{FE0F}';
const KEYCAP: char = '\u{20E3}';
const BLACK_FLAG: char = '\u{1F3F4}';
const END_OF_TAGS: char = '\u{E007F}';
/// The canonical combining class of viramas.
const VIRAMA: u8 = 9;
/// The lengths of codes such as `gbeng`: a country and a subdivision of one to four characters.
const REGION_CODE_LENGTHS: RangeInclusive<usize> = 3..=6;

/// The maximum number of marks, skin tones or styles between a joiner and the letter or pictograph
/// before it.
const MAX_LOOK_BACK: usize = 8;

/// Returns `true` if a character is kept in some contexts.
pub(crate) fn has_context(c: char) -> bool {
    matches!(c, ZWNJ | ZWJ | '\u{34F}' | '\u{180B}'..='\u{180F}' | '\u{E0020}'..='\u{E007F}')
        || is_variation_selector(c)
}

/// Removes the characters for which [`has_context`] is true but which are out of context.
pub(crate) fn filter(chars: &[char]) -> String {
    let mut kept = Vec::with_capacity(chars.len());
    let mut rest = chars;
    while let Some((&c, after)) = rest.split_first() {
        rest = after;
        if !has_context(c) || is_in_context(c, &kept, rest) {
            kept.push(c);
        }
        if c == BLACK_FLAG {
            let (tags, after_tags) = rest.split_at(count_region_tags(rest));
            kept.extend_from_slice(tags);
            rest = after_tags;
        }
    }
    kept.into_iter().collect()
}

/// Returns `true` if `c` has an effect between `before` and `after`.
fn is_in_context(c: char, before: &[char], after: &[char]) -> bool {
    let (Some(&previous), next) = (before.last(), after.first().copied()) else { return false };
    match c {
        ZWJ => {
            joins_pictographs(before, next) || is_beside_virama(previous, next) || changes_form(before, after)
        }
        ZWNJ => is_beside_virama(previous, next) || is_between_cursive(before, after),
        '\u{34F}' => is_mark(previous) && next.is_some_and(is_mark),
        '\u{180B}'..='\u{180F}' => matches!(previous, '\u{1820}'..='\u{18AA}'),
        _ => is_variation_selector(c) && selects_variation(previous, c, next),
    }
}

fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

fn selects_variation(base: char, selector: char, next: Option<char>) -> bool {
    let is_emoji_base = match base {
        '0'..='9' | '#' | '*' => next == Some(KEYCAP),
        _ => CodePointSetData::new::<Emoji>().contains(base),
    };
    let is_style = matches!(selector, '\u{FE0E}' | EMOJI_STYLE);
    (is_style && is_emoji_base) || CodePointSetData::new::<Ideographic>().contains(base)
}

/// Returns the number of tag characters, with their end, that spell the code of a region.
fn count_region_tags(chars: &[char]) -> usize {
    let is_tag = |c: &&char| matches!(c, '\u{E0030}'..='\u{E0039}' | '\u{E0061}'..='\u{E007A}');
    let length = chars.iter().take_while(is_tag).count();
    let is_code = REGION_CODE_LENGTHS.contains(&length) && chars.get(length) == Some(&END_OF_TAGS);
    if is_code { length + 1 } else { 0 }
}

/// Returns `true` if a ZWJ between the texts makes one emoji of two.
fn joins_pictographs(before: &[char], next: Option<char>) -> bool {
    let pictographs = CodePointSetData::new::<ExtendedPictographic>();
    let is_style_or_skin_tone = |c: char| matches!(c, EMOJI_STYLE | '\u{1F3FB}'..='\u{1F3FF}');
    let base = before.iter().rev().take(MAX_LOOK_BACK).copied().find(|c| !is_style_or_skin_tone(*c));
    base.is_some_and(|base| pictographs.contains(base)) && next.is_some_and(|next| pictographs.contains(next))
}

/// Returns `true` for marks whose order Unicode normalization can change.
fn is_mark(c: char) -> bool {
    canonical_combining_class(c) != 0
}

fn is_beside_virama(previous: char, next: Option<char>) -> bool {
    let is_virama = |c: char| canonical_combining_class(c) == VIRAMA;
    is_virama(previous) || (previous.is_alphabetic() && next.is_some_and(is_virama))
}

/// Returns `true` if a ZWJ gives one of the letters around it another form. Between letters that
/// join anyway, it has no effect. Of several joiners, the last one counts.
fn changes_form(before: &[char], after: &[char]) -> bool {
    let (left, right) = (last_letter(before), first_letter(after));
    let joins_left = matches!(joining_type(left), JoiningType::DualJoining | JoiningType::LeftJoining);
    let joins_right = matches!(joining_type(right), JoiningType::DualJoining | JoiningType::RightJoining);
    joins_left != joins_right && !right.is_some_and(is_joiner)
}

/// Returns `true` if the letters on both sides are cursive.
fn is_between_cursive(before: &[char], after: &[char]) -> bool {
    let is_cursive = |letter| joining_type(letter) != JoiningType::NonJoining;
    is_cursive(last_letter(before)) && is_cursive(first_letter(after))
}

/// Returns the last character, without the marks on it. Looks at only a few marks, so that the time
/// to clean a text is proportional to its length.
fn last_letter(before: &[char]) -> Option<char> {
    before.iter().rev().take(MAX_LOOK_BACK).copied().find(|c| !is_transparent(*c))
}

/// Returns the next character that is not a mark. The search ends at the next joiner.
fn first_letter(after: &[char]) -> Option<char> {
    after.iter().copied().find(|c| !is_transparent(*c))
}

fn is_transparent(c: char) -> bool {
    joining_type(Some(c)) == JoiningType::Transparent
}

fn is_joiner(c: char) -> bool {
    matches!(c, ZWNJ | ZWJ)
}

/// Returns the joining type of a letter. That of a joiner is `NonJoining`, because a second joiner
/// has no effect.
fn joining_type(letter: Option<char>) -> JoiningType {
    let letter = letter.filter(|c| !is_joiner(*c));
    letter.map_or(JoiningType::NonJoining, |c| CodePointMapData::<JoiningType>::new().get(c))
}
