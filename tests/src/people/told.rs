//! Members who comment, and who want to be told of things.

use client::Answer;
use domain::PictureKey;
use serde_json::{Value, json};

use super::Member;

/// Where the comments on a picture are.
pub fn comments_path(picture: PictureKey) -> String {
    format!("/pictures/{picture}/comments")
}

impl Member {
    /// Comments on a picture.
    pub async fn comment(&self, picture: PictureKey, text: &str) -> Answer {
        self.post(&comments_path(picture), &json!({ "text": text })).await
    }

    /// The comments on a picture that they may see.
    pub async fn comments(&self, picture: PictureKey) -> Vec<Value> {
        self.all(&comments_path(picture), 100).await
    }

    /// Registers a phone, by the token that its platform knows it by.
    pub async fn register_phone(&self, platform: &str, token: &str) -> Answer {
        self.post("/devices", &json!({"platform": platform, "token": token})).await
    }

    /// The phones that they registered.
    pub async fn phones(&self) -> Vec<Value> {
        let answer = self.get("/devices").await.ok().unwrap();
        answer["items"].as_array().unwrap().clone()
    }

    /// Chooses which kinds of activity reach them on which channels.
    pub async fn choose(&self, choices: Value) -> Answer {
        let mut profile = self.profile();
        profile["notifications"] = choices;
        self.put(&format!("/users/{}", self.id()), &profile).await
    }
}
