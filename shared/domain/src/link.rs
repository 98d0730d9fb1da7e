//! Share links: rows of the Links table.

use std::fmt::{self, Display};
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{AlbumId, LinkId, PictureKey, Sha256, UserId};

/// The maximum number of links of a member.
pub const MAX_LINKS: u32 = 1_000;
/// The number of consecutive wrong passwords after which an IP address cannot unlock a link.
pub const MAX_WRONG_PASSWORDS: u32 = 10;
/// The time for which an IP address cannot unlock a link after [`MAX_WRONG_PASSWORDS`].
pub const WRONG_PASSWORD_PERIOD: SignedDuration = SignedDuration::from_mins(15);
/// The maximum number of passwords, right or wrong, that an IP address can send to one link in
/// [`WRONG_PASSWORD_PERIOD`]. Each costs a hash. People at one event share an address.
pub const MAX_PASSWORDS: u32 = 100;
/// The maximum number of pictures that guests send through one link.
pub const MAX_GUEST_PICTURES: u32 = 2_000;
/// The maximum total length of the originals that guests send through one link, in bytes.
pub const MAX_GUEST_BYTES: u64 = 20_000_000_000;
/// The maximum number of pictures that guests send through one link in an hour of UTC.
pub const MAX_GUEST_PICTURES_PER_HOUR: u32 = 300;
/// The time after registration for which guests can delete their pictures.
pub const GUEST_DELETION_PERIOD: SignedDuration = SignedDuration::from_hours(24);

/// The length of the secret part of a token, in bytes.
const SECRET_BYTES: usize = 16;

/// The album or the picture that a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkTarget {
    /// An album: `album#ID`.
    Album(AlbumId),
    /// A picture: `picture#OWNERID/PICTUREID`.
    Picture(PictureKey),
}

impl Display for LinkTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Album(id) => write!(f, "album#{id}"),
            Self::Picture(key) => write!(f, "picture#{key}"),
        }
    }
}

impl FromStr for LinkTarget {
    type Err = uuid::Error;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s.strip_prefix("picture#") {
            Some(key) => key.parse().map(Self::Picture),
            None => s.strip_prefix("album#").unwrap_or_default().parse().map(Self::Album),
        }
    }
}

impl Serialize for LinkTarget {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LinkTarget {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The rights of the visitors of a link besides viewing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct LinkRights {
    /// Download originals. A link never gives the originals of guests.
    pub download: bool,
    /// Send pictures to the album.
    pub upload: bool,
}

/// A share link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// The id.
    pub link_id: LinkId,
    /// The member who created the link: the owner of the target.
    pub owner_id: UserId,
    /// The album or the picture.
    pub target: LinkTarget,
    /// The owner's name for the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The hash of the secret of the current token.
    pub secret_hash: Sha256,
    /// The time when the link stops working (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The hash of the password in the PHC string format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// The rights of visitors.
    #[serde(flatten)]
    pub rights: LinkRights,
    /// Whether the pictures of guests wait for approval.
    #[serde(default)]
    pub review: bool,
    /// The time of creation (UTC).
    pub created_at: Timestamp,
}

/// The visits of a link, without those of bots and link previews. They have a row of their own,
/// because each visit changes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkVisits {
    /// The number of visits.
    #[serde(default)]
    pub visits: u64,
    /// The time of the last visit (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_visited_at: Option<Timestamp>,
}

/// The reason why a visitor cannot use a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRefusal {
    /// The link is unknown, revoked, expired or replaced. Visitors get the same reply for all four.
    NotFound,
    /// The link needs a password.
    Locked,
}

impl Link {
    /// Checks whether a token opens the link now.
    ///
    /// `has_password` states whether the visitor proved that they know the current password.
    ///
    /// # Errors
    /// Returns [`LinkRefusal::NotFound`] before [`LinkRefusal::Locked`], so that an expired link
    /// asks for no password.
    pub fn check(&self, token: &LinkToken, has_password: bool, now: Timestamp) -> Result<(), LinkRefusal> {
        let is_expired = self.expires_at.is_some_and(|expires_at| expires_at <= now);
        if self.link_id != token.link_id || self.secret_hash != token.secret_hash() || is_expired {
            return Err(LinkRefusal::NotFound);
        }
        match self.password_hash.is_some() && !has_password {
            true => Err(LinkRefusal::Locked),
            false => Ok(()),
        }
    }
}

/// The secret in the URL of a link: the id of the link, and 128 random bits. The table contains
/// only a hash of the random bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LinkToken {
    /// The id of the link.
    pub link_id: LinkId,
    secret: [u8; SECRET_BYTES],
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkToken").field("link_id", &self.link_id).finish_non_exhaustive()
    }
}

impl LinkToken {
    /// Creates a token from random bytes.
    #[must_use]
    pub fn new(link_id: LinkId, secret: [u8; SECRET_BYTES]) -> Self {
        Self { link_id, secret }
    }

    /// Returns the hash that the table contains. A fast hash suffices for 128 random bits.
    #[must_use]
    pub fn secret_hash(&self) -> Sha256 {
        Sha256::of(&self.secret)
    }

    /// Returns the spelling in URLs: 43 characters of base64url. It is a secret: do not log it.
    #[must_use]
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode([&self.link_id.0.as_bytes()[..], &self.secret].concat())
    }

    /// Parses the spelling in URLs.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, secret) = bytes.split_first_chunk::<16>()?;
        Some(Self { link_id: LinkId(Uuid::from_bytes(*id)), secret: secret.try_into().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(token: &LinkToken) -> Link {
        Link {
            link_id: token.link_id,
            owner_id: UserId(Uuid::nil()),
            target: LinkTarget::Album(AlbumId(Uuid::nil())),
            name: None,
            secret_hash: token.secret_hash(),
            expires_at: None,
            password_hash: None,
            rights: LinkRights::default(),
            review: false,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_token_has_one_spelling_and_does_not_print_its_secret() {
        let token = LinkToken::new(LinkId::new(), [7; SECRET_BYTES]);
        let text = token.reveal();
        assert_eq!((text.len(), LinkToken::parse(&text)), (43, Some(token)));
        assert!(!format!("{token:?}").contains('7') || !format!("{token:?}").contains("[7"));
        for wrong in ["", &text[1..], &format!("{text}="), &format!("{text}A"), "é", &"!".repeat(43)] {
            assert_eq!(LinkToken::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_the_current_token_opens_a_link_that_has_not_expired() {
        let token = LinkToken::new(LinkId::new(), [1; SECRET_BYTES]);
        let replaced = LinkToken::new(token.link_id, [2; SECRET_BYTES]);
        let other = LinkToken::new(LinkId::new(), [1; SECRET_BYTES]);
        let now = Timestamp::UNIX_EPOCH;
        let open = link(&token);
        assert_eq!(open.check(&token, false, now), Ok(()));
        for wrong in [replaced, other] {
            assert_eq!(open.check(&wrong, true, now), Err(LinkRefusal::NotFound));
        }
        let second = SignedDuration::from_secs(1);
        let expiring = Link { expires_at: Some(now + second), ..open.clone() };
        assert_eq!(expiring.check(&token, false, now), Ok(()));
        assert_eq!(expiring.check(&token, false, now + second), Err(LinkRefusal::NotFound));
        let locked = Link { password_hash: Some("$argon2id$".into()), ..expiring };
        assert_eq!(locked.check(&token, false, now), Err(LinkRefusal::Locked));
        assert_eq!(locked.check(&token, true, now), Ok(()));
        assert_eq!(locked.check(&token, false, now + second), Err(LinkRefusal::NotFound));
    }

    #[test]
    fn a_parsed_target_equals_the_displayed_one() {
        let key = PictureKey { owner_id: UserId(Uuid::nil()), picture_id: crate::PictureId::new() };
        for target in [LinkTarget::Album(AlbumId::new()), LinkTarget::Picture(key)] {
            assert_eq!(target.to_string().parse::<LinkTarget>().unwrap(), target);
        }
        for wrong in ["", "album#", "picture#x/y", &AlbumId::new().to_string()] {
            assert!(wrong.parse::<LinkTarget>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_row_keeps_all_facts_of_a_link() {
        let token = LinkToken::new(LinkId::new(), [1; SECRET_BYTES]);
        let link = Link { name: Some("Oslo".into()), review: true, ..link(&token) };
        let row: serde_dynamo::Item = serde_dynamo::to_item(&link).unwrap();
        assert_eq!(serde_dynamo::from_item::<_, Link>(row).unwrap(), link);
    }
}
