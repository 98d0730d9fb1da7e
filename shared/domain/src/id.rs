//! Typed ids, so that an owner cannot be passed in place of a picture.

use std::fmt::{self, Display};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A member: the `sub` of the Cognito user pool, a UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(inline))]
pub struct UserId(pub Uuid);

/// A picture: a UUIDv7, so that ids sort by the time of registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(inline))]
pub struct PictureId(pub Uuid);

/// A comment on a picture: a UUIDv7, so that ids sort by the time of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(inline))]
pub struct CommentId(pub Uuid);

/// An album: a UUIDv7, so that ids sort by the time of creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(inline))]
pub struct AlbumId(pub Uuid);

/// A share link: a UUIDv7, so that ids sort by the time of creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(inline))]
pub struct LinkId(pub Uuid);

/// A developer key: a UUIDv7, so that ids sort by the time of creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(inline))]
pub struct KeyId(pub Uuid);

/// An entry of a member's notification list. Ids sort by the time of the activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NotificationId(pub Uuid);

/// The key of the Pictures table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct PictureKey {
    /// The owner.
    pub owner_id: UserId,
    /// The picture, unique within its owner.
    pub picture_id: PictureId,
}

impl Display for PictureKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner_id, self.picture_id)
    }
}

impl FromStr for PictureKey {
    type Err = uuid::Error;

    /// Parses `OWNERID/PICTUREID`.
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let (owner_id, picture_id) = s.split_once('/').unwrap_or((s, ""));
        Ok(Self { owner_id: owner_id.parse()?, picture_id: picture_id.parse()? })
    }
}

/// Parses the canonical spelling only, so that a picture has one S3 key and one URL.
fn parse_canonical(s: &str) -> Result<Uuid, uuid::Error> {
    let id = Uuid::try_parse(s)?;
    if id.to_string() == s { Ok(id) } else { Uuid::try_parse("not canonical") }
}

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl From<Uuid> for $id {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$id> for Uuid {
            fn from(id: $id) -> Self {
                id.0
            }
        }

        impl Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $id {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                parse_canonical(s).map(Self)
            }
        }
    )*};
}
ids!(UserId, PictureId, CommentId, AlbumId, LinkId, KeyId, NotificationId);

macro_rules! generated_ids {
    ($($id:ident),*) => {$(
        impl $id {
            /// Generates a UUIDv7 from the current time.
            #[must_use]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl Default for $id {
            fn default() -> Self {
                Self::new()
            }
        }
    )*};
}
generated_ids!(PictureId, CommentId, AlbumId, LinkId, KeyId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_pictures_sort_later() {
        let ids: Vec<_> = (0..1000).map(|_| PictureId::new()).collect();
        assert!(ids.is_sorted());
    }

    #[test]
    fn an_id_has_one_spelling() {
        let id = PictureId::new();
        assert_eq!(id.to_string().parse::<PictureId>().unwrap(), id);
        assert!(id.to_string().to_uppercase().parse::<PictureId>().is_err());
        assert!(format!("{{{id}}}").parse::<PictureId>().is_err());
        assert!("../../etc".parse::<UserId>().is_err());
    }
}
