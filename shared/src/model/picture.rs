//! A picture: the row of the Pictures table, and what follows from it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{PictureKey, UserId};

/// Who may see a picture besides its owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Visibility {
    /// Nobody.
    #[default]
    Private,
    /// The owner's friends.
    Friends,
    /// Everyone, signed in or not.
    Public,
}

/// The longest original (bytes): 50 MB.
pub const MOST_BYTES: u64 = 50_000_000;

impl Visibility {
    /// As the table and the API spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Friends => "friends",
            Self::Public => "public",
        }
    }

    /// Reads the API's spelling.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        [Self::Private, Self::Friends, Self::Public].into_iter().find(|visibility| visibility.as_str() == s)
    }
}

/// The types of picture that can be uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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
    /// GIF; its first frame is shown.
    #[serde(rename = "image/gif")]
    Gif,
    /// AVIF.
    #[serde(rename = "image/avif")]
    Avif,
    /// HEIC, as phones make it.
    #[serde(rename = "image/heic")]
    Heic,
}

impl ContentType {
    /// All of them, in the order they are named to people.
    pub const ALL: [Self; 6] = [Self::Jpeg, Self::Png, Self::Webp, Self::Gif, Self::Avif, Self::Heic];

    /// The MIME type.
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

    /// How a file of this type ends, without the dot.
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

    /// Reads a MIME type; parameters and case do not matter. A HEIC file is also a HEIF file, and some clients call it so.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        let mime = s.split(';').next()?.trim().to_ascii_lowercase();
        match mime.as_str() {
            "image/heif" => Some(Self::Heic),
            mime => Self::ALL.into_iter().find(|t| t.as_str() == mime),
        }
    }
}

/// How far a picture has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PictureState"))]
pub enum State {
    /// Registered; no bytes seen yet.
    AwaitingUpload,
    /// The bytes are there and one of `thumbnail` and `metadata` is still at work.
    Processing,
    /// Can be shown.
    Ready,
    /// Cannot be shown; `failure` says why.
    Failed,
}

/// The two sizes every picture is shown in. Never enlarged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenditionSize {
    /// 320 pixels on the long edge, for grids.
    Small,
    /// 1600 pixels on the long edge, for one picture alone.
    Large,
}

/// One rendition in the media bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RenditionSize"))]
pub struct Rendition {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Length of the object in bytes.
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
pub struct Rendered {
    /// Pixels, upright.
    pub width: u32,
    /// Pixels, upright.
    pub height: u32,
    /// Recognised from the bytes.
    pub content_type: ContentType,
    /// A [thumbhash](https://evanw.github.io/thumbhash/), base64.
    pub thumbhash: String,
    /// What is stored under `renditions/`.
    pub renditions: Renditions,
}

/// What the camera wrote about how the picture was taken: the part that others may see too.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Metadata", optional_fields = nullable))]
pub struct CameraFacts {
    /// Make and model, the make not repeated: `Canon EOS 5D`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera: Option<String>,
    /// Lens model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lens: Option<String>,
    /// Seconds as photographers write them: `1/250`, `2.5`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exposure: Option<String>,
    /// The f-number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aperture: Option<f64>,
    /// ISO speed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iso: Option<u32>,
    /// Millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focal_length: Option<f64>,
}

/// Where a picture was taken (WGS 84). Its owner's alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct Gps {
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
    /// Metres above the sea.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub altitude: Option<f64>,
}

/// A row of the Pictures table. `thumbnail` fills in [`Rendered`], `metadata` the camera's facts; each part is written
/// whole by one function, and the [`State`] follows from which parts are there: nothing to race about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Picture {
    /// Owner and id.
    #[serde(flatten)]
    pub key: PictureKey,
    /// Who may see it.
    #[serde(default)]
    pub visibility: Visibility,
    /// The owner's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// The owner's words for where it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// As declared at registration, then as recognised from the bytes.
    pub content_type: ContentType,
    /// Length of the original in bytes.
    pub bytes: u64,
    /// When it was registered (UTC).
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
    /// There once `thumbnail` is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renditions: Option<Renditions>,
    /// There once `metadata` is done, empty where the camera wrote nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<CameraFacts>,
    /// RFC 3339 UTC where the camera knew its offset, else local time without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<String>,
    /// Its owner's alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gps: Option<Gps>,
    /// Why it cannot be shown: a sentence for its owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// Who looks, as seen from one picture's owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The owner.
    Owner,
    /// A friend of the owner.
    Friend,
    /// Anyone else, signed in or not.
    Stranger,
}

impl Reader {
    /// What `reader` is to `owner`, given whether they are friends now.
    #[must_use]
    pub fn of(reader: Option<UserId>, owner: UserId, friends: bool) -> Self {
        match reader {
            Some(id) if id == owner => Self::Owner,
            Some(_) if friends => Self::Friend,
            _ => Self::Stranger,
        }
    }
}

impl Picture {
    /// A freshly registered picture.
    #[must_use]
    pub fn registered(
        key: PictureKey,
        visibility: Visibility,
        content_type: ContentType,
        bytes: u64,
    ) -> Self {
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
        }
    }

    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> State {
        match (&self.failure, &self.renditions, &self.metadata) {
            (Some(_), _, _) => State::Failed,
            (None, Some(_), Some(_)) => State::Ready,
            (None, None, None) => State::AwaitingUpload,
            _ => State::Processing,
        }
    }

    /// Whether `reader` may know of it now. Others than the owner see only what is ready.
    #[must_use]
    pub fn may_be_seen_by(&self, reader: Reader) -> bool {
        match reader {
            Reader::Owner => true,
            _ if self.state() != State::Ready => false,
            Reader::Friend => self.visibility != Visibility::Private,
            Reader::Stranger => self.visibility == Visibility::Public,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PictureId;

    fn picture(visibility: Visibility) -> Picture {
        let key = PictureKey { owner_id: UserId(uuid::Uuid::nil()), picture_id: PictureId::new() };
        Picture::registered(key, visibility, ContentType::Jpeg, 1)
    }

    fn ready(visibility: Visibility) -> Picture {
        let size = Rendition { width: 1, height: 1, bytes: 1 };
        let renditions = Some(Renditions { small: size.clone(), large: size });
        Picture { renditions, metadata: Some(CameraFacts::default()), ..picture(visibility) }
    }

    #[test]
    fn state_follows_from_the_parts_whatever_their_order() {
        let registered = picture(Visibility::Private);
        assert_eq!(registered.state(), State::AwaitingUpload);
        let both = ready(Visibility::Private);
        assert_eq!(both.state(), State::Ready);
        assert_eq!(Picture { metadata: None, ..both.clone() }.state(), State::Processing);
        assert_eq!(Picture { renditions: None, ..both.clone() }.state(), State::Processing);
        assert_eq!(Picture { failure: Some("Not a picture.".into()), ..both }.state(), State::Failed);
    }

    #[test]
    fn who_may_see_what() {
        use Reader::{Friend, Owner, Stranger};
        use Visibility::{Friends, Private, Public};
        for (visibility, reader, expected) in [
            (Private, Owner, true),
            (Private, Friend, false),
            (Private, Stranger, false),
            (Friends, Friend, true),
            (Friends, Stranger, false),
            (Public, Friend, true),
            (Public, Stranger, true),
        ] {
            assert_eq!(ready(visibility).may_be_seen_by(reader), expected, "{visibility:?} {reader:?}");
            let unready = picture(visibility).may_be_seen_by(reader);
            assert_eq!(unready, reader == Owner, "unready {visibility:?} {reader:?}");
        }
    }

    #[test]
    fn a_row_reads_back_as_it_was_written() {
        let row: serde_dynamo::Item = serde_dynamo::to_item(ready(Visibility::Friends)).unwrap();
        assert!(row.contains_key("ownerId") && row.contains_key("pictureId") && !row.contains_key("caption"));
        assert_eq!(serde_dynamo::from_item::<_, Picture>(row).unwrap().state(), State::Ready);
    }

    #[test]
    fn types_are_read_whatever_their_case() {
        assert_eq!(ContentType::parse("Image/JPEG; q=1"), Some(ContentType::Jpeg));
        assert_eq!(ContentType::parse("image/svg+xml"), None);
    }

    #[test]
    fn a_heic_file_may_be_called_heif() {
        assert_eq!(ContentType::parse("image/HEIF"), Some(ContentType::Heic));
        assert_eq!(ContentType::parse("image/heic"), Some(ContentType::Heic));
    }

    #[test]
    fn every_type_is_spelled_the_same_in_rows_and_in_the_api() {
        for content_type in ContentType::ALL {
            assert_eq!(serde_json::to_value(content_type).unwrap(), content_type.as_str());
            assert_eq!(ContentType::parse(content_type.as_str()), Some(content_type));
        }
    }
}
