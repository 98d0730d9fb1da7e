//! The files for crawlers: `/sitemap.xml` and `/robots.txt`.
//!
//! `/sitemap.xml` is an index. Each of its entries, `/sitemap.xml?after=ID`, lists the pages of up
//! to [`PICTURES_PER_SITEMAP`] pictures and of their owners. Search engines find older pictures and
//! albums through the links of the pages.

use askama::Template;
use domain::{FeedId, PageRequest, PictureId};
use lambda::http::{ApiError, Caching, Reply};
use store::feed_pages::read_hints;

use crate::layout::{format_seconds, read_owners, render_text};
use crate::site::{picture_path, profile_path};
use crate::{Call, explore};

/// The maximum number of pictures in one sitemap. The protocol allows 50,000 URLs.
const PICTURES_PER_SITEMAP: usize = 500;
/// The maximum number of sitemaps in the index, which limits the rows that one call reads.
const MAX_SITEMAPS: usize = 20;
/// The value of `after` for the first sitemap. No picture id is greater.
const FIRST: PictureId = PictureId(uuid::Uuid::max());

#[derive(Template)]
#[template(path = "sitemap-index.xml")]
struct SitemapIndex {
    urls: Vec<String>,
}

#[derive(Template)]
#[template(path = "sitemap.xml")]
struct Sitemap {
    pages: Vec<Page>,
}

/// A page in a sitemap.
struct Page {
    url: String,
    /// RFC 3339, UTC.
    last_modified: Option<String>,
}

pub async fn read(call: &Call<'_>) -> Result<Reply, ApiError> {
    match call.request.query("after") {
        None => read_index(call).await,
        Some(after) => match after.parse() {
            Ok(after) => read_pages(call, after).await,
            Err(_) => Err(ApiError::NotFound("There is no such sitemap.")),
        },
    }
}

async fn read_index(call: &Call<'_>) -> Result<Reply, ApiError> {
    let url = |after: PictureId| call.site.url(format_args!("/sitemap.xml?after={after}"));
    let (mut urls, mut after) = (vec![url(FIRST)], FIRST);
    let feeds: Vec<_> = FeedId::public().collect();
    while urls.len() < MAX_SITEMAPS {
        let page = PageRequest { limit: PICTURES_PER_SITEMAP, after: Some(after) };
        let hints = read_hints(&call.context.feeds, &feeds, page).await?;
        let Some(next) = page.next(&hints, |hint| hint.key.picture_id) else { break };
        after = round_up(next);
        urls.push(url(after));
    }
    reply(&SitemapIndex { urls })
}

/// Returns the lowest id of the next millisecond after an id. It does not reveal the id of the
/// picture, which may no longer be public.
fn round_up(id: PictureId) -> PictureId {
    let milliseconds = (id.0.as_u128() >> 80) + 1;
    PictureId(uuid::Uuid::from_u128(milliseconds << 80))
}

async fn read_pages(call: &Call<'_>, after: PictureId) -> Result<Reply, ApiError> {
    let context = call.context;
    let feeds: Vec<_> = FeedId::public().collect();
    let page = PageRequest { limit: PICTURES_PER_SITEMAP, after: Some(after) };
    let hints = read_hints(&context.feeds, &feeds, page).await?;
    let mut visible = context.access.read_all_visible(None, &hints).await?;
    let pictures: Vec<_> = hints.iter().filter_map(|hint| visible.remove(&hint.key)).collect();
    let owners = read_owners(&context.users, &pictures).await?;
    let mut pages = Vec::new();
    if after == FIRST {
        pages.push(Page { url: call.site.url(explore::PATH), last_modified: None });
    }
    let profile_page =
        |owner: &domain::User| Page { url: call.site.url(profile_path(&owner.handle)), last_modified: None };
    pages.extend(owners.values().map(profile_page));
    for visible in &pictures {
        let picture = &visible.picture;
        if let Some(owner) = owners.get(&picture.key.owner_id) {
            let url = call.site.url(picture_path(&owner.handle, picture.key.picture_id));
            pages.push(Page { url, last_modified: Some(format_seconds(picture.uploaded_at)) });
        }
    }
    // A sitemap contains at least one URL.
    if pages.is_empty() {
        return Err(ApiError::NotFound("There is no such sitemap."));
    }
    reply(&Sitemap { pages })
}

fn reply(template: &impl Template) -> Result<Reply, ApiError> {
    Ok(Reply::text(200, "application/xml", render_text(template)?).with_caching(Caching::Minute))
}

/// Returns `robots.txt`. It does not exclude share links: crawlers must read their `noindex`.
pub fn robots(call: &Call<'_>) -> Reply {
    let text = match call.context.settings.has_public_pages {
        true => {
            let sitemap = call.site.url("/sitemap.xml");
            format!("User-agent: *\nDisallow: /v1/\nSitemap: {sitemap}\n")
        }
        false => "User-agent: *\nDisallow: /\nAllow: /s/\nAllow: /pages.css\n".to_owned(),
    };
    Reply::plain_text(200, text).with_caching(Caching::Minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pictures_of_a_millisecond_are_not_split() {
        let ids = [PictureId::new(), PictureId::new()];
        let bound = round_up(ids[0].min(ids[1]));
        assert!(ids.iter().min() < Some(&bound));
        assert!(bound.0.as_u128() - ids[0].min(ids[1]).0.as_u128() <= 1 << 80);
        assert_eq!(bound.0.as_u128() & ((1 << 80) - 1), 0);
    }
}
