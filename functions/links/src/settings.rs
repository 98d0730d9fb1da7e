//! The validated bodies of `POST /links` and `PATCH /links/{linkId}`.

use domain::{AlbumId, LinkRights, LinkTarget, PictureId, PictureKey, Text, UserId};
use jiff::Timestamp;
use lambda::http::ApiError;
use serde::{Deserialize, Deserializer};
use store::AttributeUpdate;

use crate::password::hash_password;

/// The body of `POST /links`: an album or a picture, and the settings of the link.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct NewLink {
    album_id: Option<AlbumId>,
    /// With `pictureId`, the picture.
    owner_id: Option<UserId>,
    picture_id: Option<PictureId>,
    /// The owner's name for the link.
    #[cfg_attr(feature = "openapi", schemars(length(max = Text::LINK_NAME.max_chars)))]
    name: Option<String>,
    /// A time in the future.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<Timestamp>"))]
    expires_at: Option<String>,
    #[cfg_attr(feature = "openapi", schemars(length(min = 1, max = crate::MAX_PASSWORD_CHARS)))]
    password: Option<String>,
    /// Whether visitors can download originals.
    download: Option<bool>,
    /// Whether visitors can send pictures to the album.
    upload: Option<bool>,
    /// Whether the pictures of guests wait for approval.
    review: Option<bool>,
}

/// The settings of a new link.
#[derive(Debug)]
pub struct Settings {
    pub name: Option<String>,
    pub expires_at: Option<Timestamp>,
    pub password_hash: Option<String>,
    pub rights: LinkRights,
    pub review: bool,
}

impl NewLink {
    /// Returns the album or the picture.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] unless the body names exactly one.
    pub fn target(&self) -> Result<LinkTarget, ApiError> {
        match (self.album_id, self.owner_id, self.picture_id) {
            (Some(album), None, None) => Ok(LinkTarget::Album(album)),
            (None, Some(owner_id), Some(picture_id)) => {
                Ok(LinkTarget::Picture(PictureKey { owner_id, picture_id }))
            }
            _ => Err(ApiError::Invalid("send either albumId, or ownerId and pictureId".into())),
        }
    }

    /// Validates the settings for a target.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] if a value is invalid.
    pub fn into_settings(self, target: LinkTarget, now: Timestamp) -> Result<Settings, ApiError> {
        let rights = LinkRights {
            download: self.download.unwrap_or_default(),
            upload: self.upload.unwrap_or_default(),
        };
        let review = self.review.unwrap_or_default();
        check_album_settings(target, rights.upload || review)?;
        Ok(Settings {
            name: Text::LINK_NAME.clean(&self.name.unwrap_or_default())?,
            expires_at: self.expires_at.map(|text| parse_expiry(&text, now)).transpose()?,
            password_hash: self.password.map(|password| hash_password(&password)).transpose()?,
            rights,
            review,
        })
    }
}

/// The body of `PATCH /links/{linkId}`. Omitted fields stay unchanged. `null` removes a field, and
/// a blank text removes the name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "LinkChange"))]
pub struct Change {
    #[serde(default, deserialize_with = "deserialize_present")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<String>", length(max = Text::LINK_NAME.max_chars)))]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "deserialize_present")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<Timestamp>"))]
    expires_at: Option<Option<String>>,
    /// A new password ends the sessions of the visitors who gave the former one.
    #[serde(default, deserialize_with = "deserialize_present")]
    #[cfg_attr(
        feature = "openapi",
        schemars(with = "Option<String>", length(min = 1, max = crate::MAX_PASSWORD_CHARS))
    )]
    password: Option<Option<String>>,
    download: Option<bool>,
    upload: Option<bool>,
    review: Option<bool>,
}

/// Deserializes a field to `Some(None)` if it is `null`. An omitted field stays `None` by default.
fn deserialize_present<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Change {
    /// Validates the change and converts it to an update of the row.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] if a value is invalid or the change has no fields.
    pub fn into_update(self, target: LinkTarget, now: Timestamp) -> Result<AttributeUpdate, ApiError> {
        check_album_settings(target, self.upload == Some(true) || self.review == Some(true))?;
        let mut update = AttributeUpdate::default();
        if let Some(name) = self.name {
            let name = Text::LINK_NAME.clean(&name.unwrap_or_default())?;
            update = update.set_or_remove("name", name.as_ref())?;
        }
        if let Some(text) = self.expires_at {
            let expires_at = text.map(|text| parse_expiry(&text, now)).transpose()?;
            update = update.set_or_remove("expiresAt", expires_at.as_ref())?;
        }
        if let Some(password) = self.password {
            let hash = password.map(|password| hash_password(&password)).transpose()?;
            update = update.set_or_remove("passwordHash", hash.as_ref())?;
        }
        for (name, value) in [("download", self.download), ("upload", self.upload), ("review", self.review)] {
            if value.is_some() {
                update = update.set_or_remove(name, value.as_ref())?;
            }
        }
        if update.is_empty() {
            let notes = "nothing to change; send name, expiresAt, password, download, upload or review";
            return Err(ApiError::Invalid(notes.into()));
        }
        Ok(update)
    }
}

/// Returns an error if a link to a picture has settings that only albums have.
fn check_album_settings(target: LinkTarget, are_set: bool) -> Result<(), ApiError> {
    match target {
        LinkTarget::Picture(_) if are_set => {
            Err(ApiError::Invalid("upload and review are for links to albums".into()))
        }
        _ => Ok(()),
    }
}

fn parse_expiry(text: &str, now: Timestamp) -> Result<Timestamp, ApiError> {
    let expires_at: Timestamp = text.parse().map_err(|_| {
        ApiError::Invalid("expiresAt must be a time with offset, such as 2027-01-31T18:00:00Z".into())
    })?;
    match expires_at > now {
        true => Ok(expires_at),
        false => Err(ApiError::Invalid("expiresAt must be in the future".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const ID: &str = "019a1234-5678-7abc-8def-0123456789ab";

    fn album() -> LinkTarget {
        LinkTarget::Album(ID.parse().unwrap())
    }

    fn picture() -> LinkTarget {
        LinkTarget::Picture(PictureKey { owner_id: ID.parse().unwrap(), picture_id: ID.parse().unwrap() })
    }

    fn settings(body: Value) -> Result<Settings, ApiError> {
        let new: NewLink = serde_json::from_value(body).unwrap();
        let target = new.target()?;
        new.into_settings(target, Timestamp::UNIX_EPOCH)
    }

    fn update(target: LinkTarget, body: &str) -> Result<String, ApiError> {
        let change: Change = serde_json::from_str(body).unwrap();
        change.into_update(target, Timestamp::UNIX_EPOCH).map(|update| format!("{update:?}"))
    }

    #[test]
    fn a_link_has_no_rights_by_default() {
        let link = settings(json!({"albumId": ID, "name": " Oslo "})).unwrap();
        assert_eq!(
            (link.name.as_deref(), link.rights, link.review),
            (Some("Oslo"), LinkRights::default(), false)
        );
        assert_eq!((link.expires_at, link.password_hash), (None, None));
    }

    #[test]
    fn a_link_opens_an_album_or_a_picture() {
        let target = |body| serde_json::from_value::<NewLink>(body).unwrap().target();
        assert_eq!(target(json!({"albumId": ID})).unwrap(), album());
        assert_eq!(target(json!({"ownerId": ID, "pictureId": ID})).unwrap(), picture());
        for wrong in [
            json!({}),
            json!({"ownerId": ID}),
            json!({"pictureId": ID}),
            json!({"albumId": ID, "ownerId": ID, "pictureId": ID}),
        ] {
            assert_eq!(target(wrong.clone()).unwrap_err().status(), 400, "{wrong}");
        }
    }

    #[test]
    fn the_error_names_the_invalid_field() {
        for (body, word) in [
            (json!({"albumId": ID, "expiresAt": "1970-01-01T00:00:00Z"}), "expiresAt"),
            (json!({"albumId": ID, "expiresAt": "tomorrow"}), "expiresAt"),
            (json!({"albumId": ID, "password": ""}), "password"),
            (json!({"albumId": ID, "name": "x".repeat(101)}), "name"),
            (json!({"ownerId": ID, "pictureId": ID, "upload": true}), "upload"),
            (json!({"ownerId": ID, "pictureId": ID, "review": true}), "review"),
        ] {
            let error = settings(body.clone()).unwrap_err();
            assert_eq!(error.status(), 400, "{body}");
            assert!(error.to_string().contains(word), "{body}: {error}");
        }
        assert!(settings(json!({"albumId": ID, "expiresAt": "1970-01-01T01:00:01+01:00"})).is_ok());
    }

    #[test]
    fn a_change_leaves_omitted_fields_and_removes_fields_that_are_null() {
        let removal = update(album(), r#"{"name": " ", "expiresAt": null, "password": null}"#).unwrap();
        assert!(removal.contains(r#"remove: ["name", "expiresAt", "passwordHash"]"#), "{removal}");
        let rights = update(album(), r#"{"download": true, "upload": false, "review": true}"#).unwrap();
        assert!(rights.contains("remove: []"), "{rights}");
        for part in [r#"("download", Bool(true))"#, r#"("upload", Bool(false))"#, r#"("review", Bool(true))"#]
        {
            assert!(rights.contains(part), "{rights}");
        }
        let password = update(album(), r#"{"password": "new"}"#).unwrap();
        assert!(password.contains("$argon2id$") && !password.contains("new"), "{password}");
    }

    #[test]
    fn rejects_invalid_and_empty_changes() {
        for body in
            ["{}", r#"{"password": ""}"#, r#"{"expiresAt": "1969-12-31T00:00:00Z"}"#, r#"{"unknown": 1}"#]
        {
            assert_eq!(update(album(), body).unwrap_err().status(), 400, "{body}");
        }
        for body in [r#"{"upload": true}"#, r#"{"review": true}"#] {
            assert_eq!(update(picture(), body).unwrap_err().status(), 400, "{body}");
        }
        assert!(update(picture(), r#"{"download": true, "upload": false}"#).is_ok());
    }
}
