//! `GET /users?name=`: finds people by name.

use std::collections::BTreeMap;

use domain::access::can_find_by_name;
use domain::{InvalidNameQuery, KeyWord, NameQuery, NameWords, PageRequest, User, UserId};
use futures_util::future::try_join_all;
use lambda::Error;
use lambda::http::{ApiError, Page, Request};
use store::{NamePosition, NameRow, Names};

use crate::Context;
use crate::profile::FullProfileView;

/// The number of rows that one query of the table Names reads.
const QUERY_ROWS: usize = 100;
/// The maximum number of queries for one page, one after the other. After them, the page is short
/// and has a cursor.
const MAX_QUERIES: usize = 5;

/// Reads a page of the people whom a query finds, by the alphabetical order of the words that begin
/// with one of its key words. Omits the caller.
pub async fn search(
    context: &Context,
    caller: UserId,
    request: &Request,
    name: &str,
) -> Result<Page<FullProfileView>, ApiError> {
    let query =
        NameQuery::parse(name).map_err(|error: InvalidNameQuery| ApiError::Invalid(error.to_string()))?;
    let cipher = context.secrets.cursor_cipher().await?;
    let PageRequest { limit, mut after } = request.page::<NamePosition>(cipher)?;
    let (key_word, mut rows) = read_first_rows(&context.names, &query, after.as_ref()).await?;
    let mut items = Vec::new();
    for remaining_queries in (0..MAX_QUERIES).rev() {
        let is_candidate = |row: &&NameRow| {
            row.position.user_id != caller && query.matches_at(key_word, &row.words, &row.position.word)
        };
        let free_slots = limit - items.len();
        let candidates: Vec<_> = rows.iter().filter(is_candidate).take(free_slots).collect();
        let is_found = |profile: &User, word: &str| {
            can_find_by_name(profile, caller) && query.matches_at(key_word, &NameWords::of(profile), word)
        };
        let profiles = read_profiles(context, &candidates, is_found).await?;
        items.extend(profiles.into_iter().map(|profile| FullProfileView::new(profile, caller)));
        // If the slots limit the candidates, the rows after them are still unread.
        let is_limited = candidates.len() == free_slots;
        if rows.len() < QUERY_ROWS && !is_limited {
            return Ok(Page { items, cursor: None });
        }
        let last_read = if is_limited { candidates.last().copied() } else { rows.last() };
        after = last_read.map(|row| row.position.clone());
        if items.len() == limit || remaining_queries == 0 {
            break;
        }
        rows = context.names.read_page(key_word, QUERY_ROWS, after.as_ref()).await?;
    }
    Ok(Page { items, cursor: request.cursor(cipher, after)? })
}

/// Reads the rows after `after`, which determines the key word. Without it, compares the first rows
/// of all key words, and returns the key word with the fewest rows: a rare word finds the same
/// people as a common one, but faster.
async fn read_first_rows<'a>(
    names: &Names,
    query: &'a NameQuery,
    after: Option<&NamePosition>,
) -> Result<(KeyWord<'a>, Vec<NameRow>), ApiError> {
    let key_words = query.key_words();
    let key_words =
        key_words.filter(|key_word| after.is_none_or(|after| after.word.starts_with(key_word.word)));
    let read = async |key_word| {
        let rows = names.read_page(key_word, QUERY_ROWS, after).await?;
        Ok::<_, Error>((key_word, rows))
    };
    let pages = try_join_all(key_words.map(read)).await?;
    // Of equal numbers, `min_by_key` returns the first: the longest word.
    pages.into_iter().min_by_key(|(_, rows)| rows.len()).ok_or_else(|| {
        ApiError::Invalid("the cursor is invalid for this list. Omit it to start over.".into())
    })
}

/// Reads the profiles of candidates, strongly consistent, in their order. Omits profiles for which
/// `is_found` returns `false`: people who cannot be found, or whose names changed after the row was
/// written.
async fn read_profiles(
    context: &Context,
    candidates: &[&NameRow],
    is_found: impl Fn(&User, &str) -> bool,
) -> Result<Vec<User>, ApiError> {
    let ids = candidates.iter().map(|row| row.position.user_id).collect();
    let profiles = context.users.get_all(&ids).await?.into_iter();
    let mut profiles: BTreeMap<_, _> = profiles.map(|profile| (profile.id, profile)).collect();
    let found = candidates.iter().filter_map(|row| {
        let NamePosition { word, user_id } = &row.position;
        profiles.remove(user_id).filter(|profile| is_found(profile, word))
    });
    Ok(found.collect())
}
