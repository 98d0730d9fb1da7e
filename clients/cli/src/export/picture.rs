//! The pictures of the member, as the API returns them, and their sidecars.

use std::collections::HashMap;

use domain::{Sha256, TakenAt};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The fields of a `picture` that the export uses, and all of them as JSON.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Picture {
    /// The id.
    pub id: String,
    /// The state.
    pub state: String,
    /// The owner's caption.
    pub caption: Option<String>,
    /// The time of the place.
    pub taken_at: Option<TakenAt>,
    /// As recognised from the bytes, or else as declared.
    pub content_type: String,
    /// The length of the original.
    pub bytes: u64,
    /// The download of the original, if there is one.
    pub original: Option<Original>,
    /// All fields, without URLs.
    #[serde(skip)]
    pub fields: Map<String, Value>,
}

/// A presigned download.
#[derive(Clone, Debug, Deserialize)]
pub struct Original {
    /// The URL.
    pub url: String,
}

/// An album that contains a picture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AlbumName {
    /// The id.
    pub id: String,
    /// The title.
    pub title: String,
}

/// The albums of each picture, by the id of the picture.
pub type Albums = HashMap<String, Vec<AlbumName>>;

impl Picture {
    /// Reads a `picture`.
    pub fn read(value: Value) -> serde_json::Result<Self> {
        let picture = Self::deserialize(&value)?;
        let fields = match value {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        Ok(Self { fields: without_urls(fields), ..picture })
    }

    /// Returns the contents of the sidecar: the `picture` without URLs, its hash and its albums.
    pub fn sidecar(&self, sha256: &Sha256, albums: &[AlbumName]) -> Value {
        let mut fields = self.fields.clone();
        fields.insert("sha256".into(), sha256.as_str().into());
        let albums = albums.iter().map(|album| serde_json::json!({"id": album.id, "title": album.title}));
        fields.insert("albums".into(), albums.collect());
        Value::Object(fields)
    }
}

/// Removes the presigned URLs, which change with each reply and soon expire.
fn without_urls(mut fields: Map<String, Value>) -> Map<String, Value> {
    fields.remove("original");
    if let Some(Value::Object(renditions)) = fields.get_mut("renditions") {
        for rendition in renditions.values_mut().filter_map(Value::as_object_mut) {
            rendition.remove("url");
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_sidecar_has_no_urls() {
        let picture = Picture::read(json!({
            "id": "1", "state": "ready", "caption": "Oslo", "takenAt": null, "bytes": 3, "gps": {"latitude": 1.0},
            "contentType": "image/jpeg", "original": {"url": "https://s3/secret"},
            "renditions": {"small": {"url": "https://site/secret", "width": 320}, "large": null},
        }))
        .unwrap();
        assert_eq!(picture.original.as_ref().unwrap().url, "https://s3/secret");
        let albums = [AlbumName { id: "2".into(), title: "Norway".into() }];
        let sidecar = picture.sidecar(&Sha256::of(b"abc"), &albums);
        assert!(!sidecar.to_string().contains("secret"));
        assert_eq!(sidecar["renditions"]["small"], json!({"width": 320}));
        assert_eq!(sidecar["albums"], json!([{"id": "2", "title": "Norway"}]));
        assert_eq!(sidecar["sha256"], Sha256::of(b"abc").as_str());
        assert_eq!(sidecar["gps"]["latitude"], 1.0);
    }
}
