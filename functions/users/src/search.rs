//! `GET /users?name=`: finds people by name.

use std::collections::BTreeMap;

use domain::access::can_find_by_name;
use domain::{InvalidNameQuery, NameQuery, NameWords, PageRequest, User, UserId};
use lambda::http::{ApiError, Page, Request};
use store::{NamePosition, NameRow};

use crate::Context;
use crate::profile::FullProfileView;

/// The number of rows that one query of the table Names reads.
const QUERY_ROWS: usize = 100;
/// The maximum number of queries for one page. After it, the page is short and has a cursor.
const MAX_QUERIES: usize = 5;

/// Reads a page of the people whom a query finds, by the alphabetical order of the words that begin
/// with its longest word. Omits the caller.
pub async fn search(
    context: &Context,
    caller: UserId,
    request: &Request,
    name: &str,
) -> Result<Page<FullProfileView>, ApiError> {
    let query =
        NameQuery::parse(name).map_err(|error: InvalidNameQuery| ApiError::Invalid(error.to_string()))?;
    let signer = context.secrets.cursor_signer().await?;
    let PageRequest { limit, mut after } = request.page::<NamePosition>(signer)?;
    let mut items = Vec::new();
    for _ in 0..MAX_QUERIES {
        let rows = context.names.read_page(&query, QUERY_ROWS, after.as_ref()).await?;
        let is_candidate = |row: &&NameRow| {
            row.position.user_id != caller && query.matches_at(&row.words, &row.position.word)
        };
        let free_slots = limit - items.len();
        let candidates: Vec<_> = rows.iter().filter(is_candidate).take(free_slots).collect();
        items.extend(read_profiles(context, caller, &query, &candidates).await?);
        let is_last_page = rows.len() < QUERY_ROWS && candidates.len() < free_slots;
        // If the slots limit the candidates, the rows after them are still unread.
        let last_read = if candidates.len() < free_slots { rows.last() } else { candidates.last().copied() };
        after = last_read.map(|row| row.position.clone());
        if is_last_page || items.len() == limit {
            let next = after.filter(|_| !is_last_page);
            return Ok(Page { items, cursor: next.map(|position| request.cursor(signer, position)) });
        }
    }
    Ok(Page { items, cursor: after.map(|position| request.cursor(signer, position)) })
}

/// Reads the profiles of candidates, strongly consistent. Omits people whom the caller cannot find,
/// and people whose names changed after the row was written.
async fn read_profiles(
    context: &Context,
    caller: UserId,
    query: &NameQuery,
    candidates: &[&NameRow],
) -> Result<Vec<FullProfileView>, ApiError> {
    let ids = candidates.iter().map(|row| row.position.user_id).collect();
    let profiles = context.users.get_all(&ids).await?.into_iter();
    let mut profiles: BTreeMap<_, _> = profiles.map(|profile| (profile.id, profile)).collect();
    let is_found = |profile: &User, word: &str| {
        can_find_by_name(profile, caller) && query.matches_at(&NameWords::of(profile), word)
    };
    let found = candidates.iter().filter_map(|row| {
        let NamePosition { word, user_id } = &row.position;
        profiles.remove(user_id).filter(|profile| is_found(profile, word))
    });
    Ok(found.map(|profile| FullProfileView::new(profile, caller)).collect())
}
