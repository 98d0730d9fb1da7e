//! Pictures: rows of the Pictures table.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{LinkId, PictureKey, Sha256, TakenAt, UploadId};

/// The readers who can view a picture besides its owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum Visibility {
    /// Nobody else.
    #[default]
    Private,
    /// The owner's friends.
    Friends,
    /// Everyone, signed in or not.
    Public,
}

/// The maximum length of an original, in bytes.
pub const MAX_ORIGINAL_BYTES: u64 = 50_000_000;

impl Visibility {
    /// Returns the spelling in the table and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Friends => "friends",
            Self::Public => "public",
        }
    }

    /// Parses the spelling of the API.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        [Self::Private, Self::Friends, Self::Public].into_iter().find(|visibility| visibility.as_str() == s)
    }
}

/// The supported types of picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum ContentType {
    /// JPEG.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// PNG.
    #[serde(rename = "image/png")]
    Png,
    /// WebP.
    #[serde(rename = "image/webp")]
    Webp,
    /// GIF. Only the first frame is rendered.
    #[serde(rename = "image/gif")]
    Gif,
    /// AVIF.
    #[serde(rename = "image/avif")]
    Avif,
    /// HEIC, the format of many phones.
    #[serde(rename = "image/heic")]
    Heic,
}

impl ContentType {
    /// All types, in the order in which messages to people list them.
    pub const ALL: [Self; 6] = [Self::Jpeg, Self::Png, Self::Webp, Self::Gif, Self::Avif, Self::Heic];

    /// Returns the MIME type.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Avif => "image/avif",
            Self::Heic => "image/heic",
        }
    }

    /// Returns the file name extension, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Avif => "avif",
            Self::Heic => "heic",
        }
    }

    /// Parses a MIME type, ignoring case and parameters. Parses `image/heif` as HEIC, because some
    /// clients send it.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        let mime = s.split(';').next()?.trim().to_ascii_lowercase();
        match mime.as_str() {
            "image/heif" => Some(Self::Heic),
            mime => Self::ALL.into_iter().find(|t| t.as_str() == mime),
        }
    }
}

/// The processing state of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "PictureState"))]
pub enum PictureState {
    /// The picture is registered; neither `thumbnail` nor `metadata` has finished.
    AwaitingUpload,
    /// One of the functions `thumbnail` and `metadata` has finished.
    Processing,
    /// Both functions have finished.
    Ready,
    /// The file cannot be rendered; `failure` contains the reason.
    Failed,
}

/// The size of a rendition. Smaller originals are not enlarged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenditionSize {
    /// At most 320 pixels on the long edge, for grids.
    Small,
    /// At most 1600 pixels on the long edge, for a single picture.
    Large,
}

/// One rendition in the media bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "RenditionSize"))]
pub struct Rendition {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The length of the object in bytes.
    pub bytes: u64,
}

/// Both renditions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renditions {
    /// See [`RenditionSize::Small`].
    pub small: Rendition,
    /// See [`RenditionSize::Large`].
    pub large: Rendition,
}

/// The part of a picture that `thumbnail` writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RenditionPart {
    /// Pixels, upright.
    pub width: u32,
    /// Pixels, upright.
    pub height: u32,
    /// Detected from the bytes.
    pub content_type: ContentType,
    /// A [thumbhash](https://evanw.github.io/thumbhash/), base64.
    pub thumbhash: String,
    /// The objects below `renditions/`.
    pub renditions: Renditions,
}

/// The camera metadata, visible to every viewer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Metadata"))]
pub struct CameraFacts {
    /// Make and model without a repeated make: `Canon EOS 5D`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera: Option<String>,
    /// The lens model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lens: Option<String>,
    /// The exposure time in seconds, as photographers write it: `1/250`, `2.5`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exposure: Option<String>,
    /// The f-number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aperture: Option<f64>,
    /// The ISO speed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iso: Option<u32>,
    /// In millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focal_length: Option<f64>,
}

/// A GPS position (WGS 84). Only the owner sees it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Gps {
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
    /// Metres above sea level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub altitude: Option<f64>,
}

/// A row of the Pictures table.
///
/// `thumbnail` writes the [`RenditionPart`] and `metadata` the camera metadata, each in one update.
/// [`Picture::state`] derives from the parts that exist, so the two functions can finish in any
/// order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Picture {
    /// The owner and the id.
    #[serde(flatten)]
    pub key: PictureKey,
    /// The readers besides the owner.
    #[serde(default)]
    pub visibility: Visibility,
    /// The owner's caption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// The owner's words for the location.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Declared by the client until `thumbnail` detects it from the bytes.
    pub content_type: ContentType,
    /// The length of the original in bytes.
    pub bytes: u64,
    /// The time of registration (UTC).
    pub uploaded_at: Timestamp,
    /// Pixels, upright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels, upright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbhash: Option<String>,
    /// Written by `thumbnail`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renditions: Option<Renditions>,
    /// Written by `metadata`. Empty if the file contains no camera metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<CameraFacts>,
    /// Written by `metadata` and by the owner. Rows of earlier versions have UTC where the camera
    /// recorded its offset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<TakenAt>,
    /// Visible to the owner only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gps: Option<Gps>,
    /// The reason why the file cannot be rendered, as a sentence for the owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// The only multipart upload that can send the original. Present from its first step after
    /// `create` until `thumbnail` has processed the original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multipart_upload_id: Option<UploadId>,
    /// The guest who sent the picture by a share link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<Guest>,
    /// Whether `metadata` read all metadata of the original of a guest and found no GPS position.
    /// Nobody can download another original of a guest. Absent for the pictures of members.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_without_position: bool,
    /// The number of albums that contain the picture, waiting entries included.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub albums: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// The sender of a picture who has no account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Guest {
    /// The name that the guest gave.
    pub name: String,
    /// The link by which the guest sent the picture.
    pub link_id: LinkId,
    /// The hash of the key with which the guest can delete the picture.
    pub key_hash: Sha256,
}

impl Picture {
    /// Creates a picture without an upload, registered now.
    #[must_use]
    pub fn register(key: PictureKey, visibility: Visibility, content_type: ContentType, bytes: u64) -> Self {
        Self {
            key,
            visibility,
            content_type,
            bytes,
            uploaded_at: Timestamp::now(),
            caption: None,
            place: None,
            width: None,
            height: None,
            thumbhash: None,
            renditions: None,
            metadata: None,
            taken_at: None,
            gps: None,
            failure: None,
            multipart_upload_id: None,
            guest: None,
            is_without_position: false,
            albums: 0,
        }
    }

    /// Returns the processing state.
    #[must_use]
    pub fn state(&self) -> PictureState {
        match (&self.failure, &self.renditions, &self.metadata) {
            (Some(_), _, _) => PictureState::Failed,
            (None, Some(_), Some(_)) => PictureState::Ready,
            (None, None, None) => PictureState::AwaitingUpload,
            _ => PictureState::Processing,
        }
    }

    /// Returns `true` if a rule of its owner can select the picture. Nobody has reviewed the
    /// picture of a guest for the album of the rule.
    #[must_use]
    pub fn is_selectable(&self) -> bool {
        self.state() == PictureState::Ready && self.guest.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PictureId, UserId};

    fn picture(visibility: Visibility) -> Picture {
        let key = PictureKey { owner_id: UserId(uuid::Uuid::nil()), picture_id: PictureId::new() };
        Picture::register(key, visibility, ContentType::Jpeg, 1)
    }

    fn ready(visibility: Visibility) -> Picture {
        let size = Rendition { width: 1, height: 1, bytes: 1 };
        let renditions = Some(Renditions { small: size.clone(), large: size });
        Picture { renditions, metadata: Some(CameraFacts::default()), ..picture(visibility) }
    }

    #[test]
    fn the_state_derives_from_the_parts_that_exist() {
        let registered = picture(Visibility::Private);
        assert_eq!(registered.state(), PictureState::AwaitingUpload);
        let both = ready(Visibility::Private);
        assert_eq!(both.state(), PictureState::Ready);
        assert_eq!(Picture { metadata: None, ..both.clone() }.state(), PictureState::Processing);
        assert_eq!(Picture { renditions: None, ..both.clone() }.state(), PictureState::Processing);
        assert_eq!(Picture { failure: Some("Not a picture.".into()), ..both }.state(), PictureState::Failed);
    }

    #[test]
    fn a_parsed_row_has_the_state_of_the_serialized_picture() {
        let row: serde_dynamo::Item = serde_dynamo::to_item(ready(Visibility::Friends)).unwrap();
        assert!(row.contains_key("ownerId") && row.contains_key("pictureId") && !row.contains_key("caption"));
        assert_eq!(serde_dynamo::from_item::<_, Picture>(row).unwrap().state(), PictureState::Ready);
    }

    #[test]
    fn parses_mime_types_in_any_case_with_parameters() {
        assert_eq!(ContentType::parse("Image/JPEG; q=1"), Some(ContentType::Jpeg));
        assert_eq!(ContentType::parse("image/svg+xml"), None);
    }

    #[test]
    fn parses_heif_as_heic() {
        assert_eq!(ContentType::parse("image/HEIF"), Some(ContentType::Heic));
        assert_eq!(ContentType::parse("image/heic"), Some(ContentType::Heic));
    }

    #[test]
    fn rows_and_the_api_use_the_same_spelling() {
        for content_type in ContentType::ALL {
            assert_eq!(serde_json::to_value(content_type).unwrap(), content_type.as_str());
            assert_eq!(ContentType::parse(content_type.as_str()), Some(content_type));
        }
    }
}
