//! `POST /pictures/known`: finds the caller's pictures with many given originals.

use std::collections::BTreeSet;

use domain::{MAX_HASHES, Picture, PictureId, PictureState, Sha256, UserId};
use lambda::http::ApiError;
use serde::{Deserialize, Serialize};

use crate::Context;

/// The body of `POST /pictures/known`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "FileHashes"))]
pub struct Hashes {
    /// The SHA-256 of each file, in lower-case hexadecimal digits.
    #[cfg_attr(
        feature = "openapi",
        schemars(length(max = MAX_HASHES), inner(regex(pattern = "^[0-9a-f]{64}$")))
    )]
    sha256: Vec<String>,
}

/// A picture with the hash of its original.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct KnownPicture {
    #[cfg_attr(feature = "openapi", schemars(description = "The SHA-256 of the file."))]
    sha256: Sha256,
    picture_id: PictureId,
}

/// The `data` of `POST /pictures/known`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct KnownPictures {
    items: Vec<KnownPicture>,
}

impl Hashes {
    /// Validates the hashes and returns them without repetitions.
    fn parse(self) -> Result<BTreeSet<Sha256>, ApiError> {
        let count = self.sha256.len();
        if count > MAX_HASHES {
            let message = format!("{count} hashes; the maximum in one call is {MAX_HASHES}");
            return Err(ApiError::Invalid(message));
        }
        let parse = |(index, text): (usize, String)| {
            // The caller compares the hashes of the reply with its own, so the case must match.
            let sha256 = Sha256::parse(&text).filter(|sha256| sha256.as_str() == text);
            let message = || format!("sha256[{index}] must be 64 lower-case hexadecimal digits");
            sha256.ok_or_else(|| ApiError::Invalid(message()))
        };
        self.sha256.into_iter().enumerate().map(parse).collect()
    }
}

/// Finds one picture of the caller for each hash, in the order of the hashes. Omits failed
/// pictures, and those of guests, who can delete them. Never reads pictures of other members.
///
/// # Errors
/// Returns [`ApiError::Invalid`] if a hash is invalid, or if there are more than [`MAX_HASHES`].
pub async fn find(context: &Context, caller: UserId, hashes: Hashes) -> Result<KnownPictures, ApiError> {
    let copies = context.pictures.find_by_each_hash(caller, &hashes.parse()?).await?;
    let is_known = |picture: &Picture| {
        let is_processed = matches!(picture.state(), PictureState::Ready | PictureState::Processing);
        is_processed && picture.guest.is_none()
    };
    let known = copies.into_iter().filter_map(|(sha256, pictures)| {
        let picture = pictures.into_iter().find(is_known)?;
        Some(KnownPicture { sha256, picture_id: picture.key.picture_id })
    });
    Ok(KnownPictures { items: known.collect() })
}
