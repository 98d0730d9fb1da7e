//! Typed ids, so that an owner is never passed where a picture is meant.

use std::fmt::{self, Display};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A member: the `sub` of the Cognito user pool, a UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub Uuid);

/// A picture of one owner: a UUIDv7, so that ids sort by the time of registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PictureId(pub Uuid);

/// A comment on a picture: a UUIDv7, so that ids sort by the time of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommentId(pub Uuid);

/// An entry of a person's bell: ids sort by when it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NotificationId(pub Uuid);

/// Which picture: the key of the Pictures table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PictureKey {
    /// Whose picture it is.
    pub owner_id: UserId,
    /// Which of the owner's pictures.
    pub picture_id: PictureId,
}

impl Display for PictureKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner_id, self.picture_id)
    }
}

/// Only the canonical spelling is an id, so that one picture has one S3 key and one URL.
fn canonical(s: &str) -> Result<Uuid, uuid::Error> {
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
                canonical(s).map(Self)
            }
        }
    )*};
}
ids!(UserId, PictureId, CommentId, NotificationId);
#[cfg(feature = "typescript")]
crate::typescript::strings!(UserId, PictureId, CommentId);

macro_rules! made_here {
    ($($id:ident),*) => {$(
        impl $id {
            /// A fresh id: of now.
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
made_here!(PictureId, CommentId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_pictures_sort_later() {
        let ids: Vec<_> = (0..1000).map(|_| PictureId::new()).collect();
        assert!(ids.is_sorted());
    }

    #[test]
    fn one_picture_has_one_spelling() {
        let id = PictureId::new();
        assert_eq!(id.to_string().parse::<PictureId>().unwrap(), id);
        assert!(id.to_string().to_uppercase().parse::<PictureId>().is_err());
        assert!(format!("{{{id}}}").parse::<PictureId>().is_err());
        assert!("../../etc".parse::<UserId>().is_err());
    }
}
