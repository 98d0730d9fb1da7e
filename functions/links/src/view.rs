//! The replies of this function.

use domain::{
    AlbumId, Link, LinkId, LinkRights, LinkTarget, LinkToken, LinkVisits, PictureId, PresignedRequest, UserId,
};
use jiff::Timestamp;
use lambda::album_view::AlbumView;
use lambda::view::{PersonView, PictureView};
use serde::Serialize;

/// The `link` of the API.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Link"))]
pub struct LinkReply {
    id: LinkId,
    /// The album, if the link opens one.
    #[serde(skip_serializing_if = "Option::is_none")]
    album_id: Option<AlbumId>,
    /// The owner of the picture, if the link opens one.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_id: Option<UserId>,
    /// The picture, if the link opens one.
    #[serde(skip_serializing_if = "Option::is_none")]
    picture_id: Option<PictureId>,
    /// The owner's name for the link.
    name: Option<String>,
    expires_at: Option<Timestamp>,
    has_password: bool,
    rights: LinkRights,
    /// Whether the pictures of guests wait for approval.
    review: bool,
    /// The number of visits, without those of bots and link previews.
    visits: u64,
    last_visited_at: Option<Timestamp>,
    created_at: Timestamp,
    /// The URL for visitors. Only the replies that create or replace it contain it.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The secret in the URL. Only the replies that create or replace it contain it.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl LinkReply {
    /// Builds the view of a link for its owner.
    pub fn new(link: Link, LinkVisits { visits, last_visited_at }: LinkVisits) -> Self {
        let (album_id, picture) = match link.target {
            LinkTarget::Album(album) => (Some(album), None),
            LinkTarget::Picture(picture) => (None, Some(picture)),
        };
        Self {
            id: link.link_id,
            album_id,
            owner_id: picture.map(|picture| picture.owner_id),
            picture_id: picture.map(|picture| picture.picture_id),
            name: link.name,
            expires_at: link.expires_at,
            has_password: link.password_hash.is_some(),
            rights: link.rights,
            review: link.review,
            visits,
            last_visited_at,
            created_at: link.created_at,
            url: None,
            token: None,
        }
    }

    /// Adds the URL and the token. Without `site`, the URL of the site, the URL is relative.
    pub fn with_address(self, token: &LinkToken, site: Option<&str>) -> Self {
        let token = token.reveal();
        Self { url: Some(link_url(site, &token)), token: Some(token), ..self }
    }
}

/// Returns the URL of a link for visitors, relative without `site`.
pub fn link_url(site: Option<&str>, token: &str) -> String {
    format!("{}/s/{token}", site.unwrap_or_default().trim_end_matches('/'))
}

/// The kind of the target of a link.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum LinkKind {
    Album,
    Picture,
}

/// The `data` of the reply to `GET /shared/{token}`. A locked link has the first three fields only.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct SharedLink {
    kind: LinkKind,
    rights: LinkRights,
    /// Whether the visitor has to unlock the link first.
    needs_password: bool,
    /// The title of the album, or the caption of the picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<PersonView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    album: Option<AlbumView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<PictureView>,
}

impl SharedLink {
    /// Builds the view of a link that the visitor has to unlock first.
    pub fn locked(link: &Link) -> Self {
        let kind = match link.target {
            LinkTarget::Album(_) => LinkKind::Album,
            LinkTarget::Picture(_) => LinkKind::Picture,
        };
        let (rights, needs_password) = (link.rights, true);
        Self { kind, rights, needs_password, title: None, owner: None, album: None, picture: None }
    }

    /// Builds the view of an open link.
    pub fn open(
        link: &Link,
        title: Option<String>,
        owner: PersonView,
        album: Option<AlbumView>,
        picture: Option<PictureView>,
    ) -> Self {
        let locked = Self::locked(link);
        // A smart album refuses pictures of guests.
        let accepts_uploads = album.as_ref().is_none_or(|album| !album.smart);
        let rights = LinkRights { upload: link.rights.upload && accepts_uploads, ..link.rights };
        Self { needs_password: false, rights, title, owner: Some(owner), album, picture, ..locked }
    }
}

/// The `data` of the reply to `POST /shared/{token}/unlock`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct LinkSession {
    /// The value of the header `x-link-session`.
    pub session: String,
    pub expires_at: Timestamp,
}

/// A picture as the visitors of a link see it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct SharedPicture {
    #[serde(flatten)]
    pub picture: PictureView,
    /// Whether the picture waits for approval. Only its guest sees a waiting picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<bool>,
}

/// The `data` of the reply to `POST /shared/{token}/pictures`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct GuestRegistration {
    pub picture: SharedPicture,
    pub upload: PresignedRequest,
    /// The value of the header `x-guest-key`, with which the guest reads and deletes the picture.
    pub guest_key: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_belongs_to_the_site() {
        let token = LinkToken::new(LinkId::new(), [1; 16]);
        let link = Link {
            link_id: token.link_id,
            owner_id: UserId(uuid::Uuid::nil()),
            target: LinkTarget::Album(AlbumId::new()),
            name: None,
            secret_hash: token.secret_hash(),
            expires_at: None,
            password_hash: None,
            rights: LinkRights::default(),
            review: false,
            created_at: Timestamp::UNIX_EPOCH,
        };
        for (site, expected) in [(Some("https://a.example/"), "https://a.example/s/"), (None, "/s/")] {
            let url =
                LinkReply::new(link.clone(), LinkVisits::default()).with_address(&token, site).url.unwrap();
            assert_eq!(url, format!("{expected}{}", token.reveal()));
        }
    }
}
