//! The JSON files of a Google Photos export.

use domain::{TakenAt, Text, TextError};
use jiff::Timestamp;
use quick_xml::escape::unescape;
use serde::Deserialize;
use serde_json::Value;

/// The maximum length of a JSON file. Larger files are ignored.
pub const MAX_BYTES: u64 = 1_000_000;

/// The contents of a JSON file.
#[derive(Clone, Debug, PartialEq)]
pub enum Sidecar {
    /// The facts about a picture or a video.
    Media(Box<Media>),
    /// The title of an album.
    Album(Option<String>),
}

/// The facts about a picture or a video.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Media {
    /// The original name of the file.
    pub title: String,
    /// The caption, if the person wrote one.
    pub caption: Option<String>,
    /// Whether the caption was longer than Albumen allows.
    pub is_caption_shortened: bool,
    /// The time when the picture was taken, in UTC.
    pub taken_at: Option<TakenAt>,
    /// Whether Google Photos has a position.
    pub has_position: bool,
    /// Whether the picture is in the trash.
    pub is_trashed: bool,
    /// Whether the person archived or locked the picture.
    pub is_archived: bool,
    /// Whether the picture is a favourite.
    pub is_favorite: bool,
    /// Whether people are tagged in the picture.
    pub has_people: bool,
}

/// The fields of both kinds of JSON files.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Fields {
    title: Option<String>,
    description: Option<String>,
    photo_taken_time: Option<Time>,
    geo_data: Option<Position>,
    trashed: bool,
    archived: bool,
    in_locked_folder: bool,
    favorited: bool,
    people: Option<Vec<Value>>,
    /// Only albums have this field.
    date: Option<Value>,
    /// Only albums have this field.
    access: Option<Value>,
    /// Contains the fields of an album in exports of earlier years.
    album_data: Option<Box<Fields>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Time {
    /// Seconds since 1970, as a string.
    timestamp: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Position {
    latitude: f64,
    longitude: f64,
}

impl Sidecar {
    /// Parses a JSON file. Returns `None` for contents that describe neither pictures nor albums.
    pub fn parse(json: &[u8]) -> Option<Self> {
        let fields: Fields = serde_json::from_slice(json).ok()?;
        let is_album = fields.date.is_some() || fields.access.is_some();
        match (fields.album_data, &fields.photo_taken_time) {
            (Some(album), _) => Some(Self::Album(album.album_title())),
            (None, Some(_)) => {
                Some(Self::Media(Box::new(Media::from(Fields { album_data: None, ..fields }))))
            }
            (None, None) => {
                is_album.then(|| Self::Album(Fields { album_data: None, ..fields }.album_title()))
            }
        }
    }
}

impl Fields {
    fn album_title(self) -> Option<String> {
        clean(Text::TITLE, &self.title?).0
    }
}

impl From<Fields> for Media {
    fn from(fields: Fields) -> Self {
        let (caption, is_caption_shortened) =
            clean(Text::CAPTION, fields.description.as_deref().unwrap_or_default());
        let Position { latitude, longitude } = fields.geo_data.unwrap_or_default();
        Self {
            title: fields.title.unwrap_or_default(),
            caption,
            is_caption_shortened,
            taken_at: fields.photo_taken_time.and_then(|time| time.taken_at()),
            has_position: latitude != 0.0 || longitude != 0.0,
            is_trashed: fields.trashed,
            is_archived: fields.archived || fields.in_locked_folder,
            is_favorite: fields.favorited,
            has_people: fields.people.is_some_and(|people| !people.is_empty()),
        }
    }
}

impl Time {
    /// Returns the time in UTC. Zero means that Google Photos has no time.
    fn taken_at(&self) -> Option<TakenAt> {
        let text = self.timestamp.as_str().map(str::parse);
        let seconds =
            text.map_or_else(|| self.timestamp.as_i64(), Result::ok).filter(|seconds| *seconds != 0)?;
        Timestamp::from_second(seconds).ok()?.to_string().parse().ok()
    }
}

/// Decodes the HTML entities of a text, cleans it and shortens it to the limit of its field.
/// Also returns whether it was shortened.
fn clean(field: Text, text: &str) -> (Option<String>, bool) {
    // Not every text is encoded: keep a text such as `AT&T`.
    let text = unescape(text).map_or_else(|_| text.to_owned(), |text| text.into_owned());
    match field.clean(&text) {
        Err(TextError::TooLong(..)) => {
            let start: String = text.chars().take(field.max_chars).collect();
            (field.clean(&start).ok().flatten(), true)
        }
        cleaned => (cleaned.ok().flatten(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(json: &str) -> Media {
        match Sidecar::parse(json.as_bytes()) {
            Some(Sidecar::Media(media)) => *media,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn reads_the_facts_about_a_picture() {
        let media = media(
            r#"{
                "title": "Tom &amp; Jerry.jpg", "description": "Tom &amp; Jerry&#39;s house",
                "imageViews": "9", "photoTakenTime": {"timestamp": "1600596727", "formatted": "…"},
                "geoData": {"latitude": 55.2, "longitude": 37.6, "altitude": 0.0},
                "people": [{"name": "Zoë"}], "archived": true, "trashed": true, "favorited": true
            }"#,
        );
        assert_eq!(media.title, "Tom &amp; Jerry.jpg");
        assert_eq!(media.caption.as_deref(), Some("Tom & Jerry's house"));
        assert_eq!(serde_json::to_value(&media.taken_at).unwrap(), "2020-09-20T10:12:07Z");
        assert!(media.has_position && media.has_people && media.is_favorite);
        assert!(media.is_archived && media.is_trashed && !media.is_caption_shortened);
    }

    #[test]
    fn tolerates_missing_and_invalid_facts() {
        let empty = media(r#"{"photoTakenTime": {"timestamp": "0"}, "description": " "}"#);
        assert_eq!(empty, Media::default());
        assert_eq!(media(r#"{"photoTakenTime": {}, "geoData": null, "people": null}"#), Media::default());
        assert!(media(r#"{"photoTakenTime": {"timestamp": 1}}"#).taken_at.is_some());
        for timestamp in ["", "x", "99999999999999", "-99999999999999"] {
            let json = format!(r#"{{"photoTakenTime": {{"timestamp": "{timestamp}"}}}}"#);
            assert_eq!(media(&json).taken_at, None, "{timestamp}");
        }
        let before_1970 = media(r#"{"photoTakenTime": {"timestamp": "-1000000000"}}"#);
        assert_eq!(serde_json::to_value(before_1970.taken_at).unwrap(), "1938-04-24T22:13:20Z");
    }

    #[test]
    fn shortens_a_long_caption() {
        let caption = "é".repeat(2001);
        let json = format!(r#"{{"photoTakenTime": {{"timestamp": "1"}}, "description": "{caption}"}}"#);
        let media = media(&json);
        assert_eq!(media.caption.unwrap().chars().count(), 2000);
        assert!(media.is_caption_shortened);
    }

    #[test]
    fn reads_the_title_of_an_album() {
        for (json, title) in [
            (
                r#"{"title": "Oslo &lt;3", "access": "protected", "date": {"timestamp": "1"}}"#,
                Some("Oslo <3"),
            ),
            (r#"{"title": "AT&T", "date": {"timestamp": "1"}}"#, Some("AT&T")),
            (r#"{"albumData": {"title": "Oslo", "date": {"timestamp": "1"}}}"#, Some("Oslo")),
            (r#"{"title": "", "access": "protected"}"#, None),
        ] {
            assert_eq!(
                Sidecar::parse(json.as_bytes()),
                Some(Sidecar::Album(title.map(Into::into))),
                "{json}"
            );
        }
    }

    #[test]
    fn ignores_other_files() {
        for json in ["", "[]", "{}", "null", r#"{"title": 1}"#, r#"{"memoryTitles": []}"#, "\u{feff}{}"] {
            assert_eq!(Sidecar::parse(json.as_bytes()), None, "{json}");
        }
    }
}
