//! Comments, phones and notification settings of members.

use client::Answer;
use domain::PictureKey;
use serde_json::{Value, json};

use super::Member;

/// Returns the path of the comments on a picture.
pub fn comments_path(picture: PictureKey) -> String {
    format!("/pictures/{picture}/comments")
}

impl Member {
    /// Comments on a picture.
    pub async fn comment(&self, picture: PictureKey, text: &str) -> Answer {
        self.post(&comments_path(picture), &json!({ "text": text })).await
    }

    /// Returns the comments on a picture that the member can see.
    pub async fn comments(&self, picture: PictureKey) -> Vec<Value> {
        self.read_all(&comments_path(picture), 100).await
    }

    /// Registers a phone by its device token.
    pub async fn register_phone(&self, platform: &str, token: &str) -> Answer {
        self.post("/devices", &json!({"platform": platform, "token": token})).await
    }

    /// Returns the registered phones.
    pub async fn phones(&self) -> Vec<Value> {
        let answer = self.get("/devices").await.ok().unwrap();
        answer["items"].as_array().unwrap().clone()
    }

    /// Updates the notification settings.
    pub async fn set_notifications(&self, settings: Value) -> Answer {
        let mut profile = self.profile();
        profile["notifications"] = settings;
        self.put(&format!("/users/{}", self.id()), &profile).await
    }
}
