//! The facts that an upload does not send: they are set afterwards.

use client::ClientError;
use domain::{PictureId, PictureKey};
use reqwest::Method;
use serde_json::{Map, Value};

use super::engine::Engine;
use super::item::Item;
use super::retry::Error;

/// Sets the time of a new picture, and also the caption of one that exists already.
/// Leaves what the picture has, so that a repeated import keeps the changes of the owner.
///
/// # Errors
/// Returns the reason if the API refuses the facts.
pub async fn set(engine: &Engine<'_>, item: &Item, picture_id: PictureId, is_new: bool) -> Result<(), Error> {
    let mut facts = facts(item, is_new);
    let path = format!("/pictures/{}", PictureKey { owner_id: engine.session.user(), picture_id });
    if !is_new && !facts.is_empty() {
        let picture = engine.retry.repeat(async || read(engine, &path).await).await?;
        facts.retain(|field, _| picture[field].is_null());
    }
    if facts.is_empty() {
        return Ok(());
    }
    let body = Value::Object(facts);
    let change = async || engine.session.call(Method::PATCH, &path, Some(&body)).await?.ok();
    engine.retry.repeat(change).await.map(drop)
}

fn facts(item: &Item, is_new: bool) -> Map<String, Value> {
    let caption = item.caption.as_deref().filter(|_| !is_new).map(Value::from);
    let taken_at = item.taken_at.as_ref().and_then(|time| serde_json::to_value(time).ok());
    let facts = [("caption", caption), ("takenAt", taken_at)];
    facts.into_iter().filter_map(|(field, value)| Some((field.to_owned(), value?))).collect()
}

async fn read(engine: &Engine<'_>, path: &str) -> Result<Value, ClientError> {
    engine.session.call(Method::GET, path, None).await?.ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_upload_sends_the_caption_of_a_new_picture() {
        let item = Item {
            caption: Some("Oslo".into()),
            taken_at: "2020-09-20T10:12:07Z".parse().ok(),
            ..Item::default()
        };
        assert_eq!(Value::Object(facts(&item, true)), json!({"takenAt": "2020-09-20T10:12:07Z"}));
        let both = json!({"caption": "Oslo", "takenAt": "2020-09-20T10:12:07Z"});
        assert_eq!(Value::Object(facts(&item, false)), both);
        assert_eq!(facts(&Item::default(), false), Map::new());
    }
}
