//! Members, signed up and signed in.

mod caller;
mod lists;
mod reachable;
mod told;

use bytes::Bytes;
use client::{Answer, NewPicture, Session};
use domain::{PictureKey, PresignedRequest, UserId, Visibility};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::pictures::File;
use crate::{cloud, wait};

pub use caller::Caller;
pub use lists::{anyone_reads, anyone_sees, items, key_of, page_path};
pub use reachable::{Reachable, befriend_slowly, everything, registered, token};
pub use told::comments_path;

/// What the local cloud's Cognito sends to everyone.
pub const CODE: &str = "123456";

/// A member of the application.
#[derive(Debug)]
pub struct Member {
    /// Their sign-in.
    pub session: Session,
    /// What they sign in with.
    pub email: String,
    /// Their password.
    pub password: String,
    /// Unique, also where no profile has it yet.
    pub handle: String,
}

/// What registering a picture gives.
#[derive(Clone, Debug, Deserialize)]
pub struct Registered {
    /// The picture, not uploaded yet.
    pub picture: Value,
    /// How to upload it.
    pub upload: PresignedRequest,
}

impl Registered {
    /// Which picture it is.
    pub fn key(&self) -> PictureKey {
        key_of(&self.picture)
    }
}

impl Member {
    /// Someone new, with a profile.
    pub async fn new() -> Self {
        let member = Self::without_profile().await;
        let answer = member.post("/users", &member.profile()).await;
        assert_eq!(answer.code, 201, "{answer:?}");
        member
    }

    /// Someone new who has not made a profile.
    pub async fn without_profile() -> Self {
        let id = Uuid::now_v7().simple().to_string();
        // The end is random; the beginning is the time.
        let (email, handle) = (format!("{id}@example.com"), format!("m{}", &id[12..]));
        let password = format!("{handle} and more");
        let app = cloud::app();
        app.sign_up(&email, &password).await.unwrap();
        app.confirm(&email, CODE).await.unwrap();
        let session = app.sign_in(&email, &password).await.unwrap();
        Self { session, email, password, handle }
    }

    /// The profile that they make.
    pub fn profile(&self) -> Value {
        json!({"handle": self.handle, "firstName": "Ada", "lastName": "Lovelace"})
    }

    /// Their id.
    pub fn id(&self) -> UserId {
        self.session.user()
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.session.call(method, path, body).await.unwrap()
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    /// `POST`.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    /// `PUT`.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    /// `PATCH`.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Registers a picture without uploading it.
    pub async fn register(&self, file: &File, visibility: Visibility) -> Registered {
        let body =
            json!({"contentType": file.content_type, "bytes": file.bytes.len(), "visibility": visibility});
        let answer = self.post("/pictures", &body).await;
        assert_eq!(answer.code, 201, "{answer:?}");
        serde_json::from_value(answer.data).unwrap()
    }

    /// Uploads a picture.
    pub async fn upload(&self, file: &File, visibility: Visibility) -> PictureKey {
        let new = NewPicture { content_type: file.content_type.into(), caption: None, visibility };
        let bytes = Bytes::from(file.bytes.clone());
        key_of(&self.session.upload(&new, bytes, |_, _| ()).await.unwrap())
    }

    /// Uploads a picture and waits until it is ready and in its owner's feed.
    pub async fn share(&self, file: &File, visibility: Visibility) -> Value {
        let key = self.upload(file, visibility).await;
        let picture = self.settled(key).await;
        assert_eq!(picture["state"], "ready", "{picture}");
        wait::until_true("the picture is in its owner's feed", async || self.sees_in("/feed", key).await)
            .await;
        picture
    }

    /// A picture of theirs, once it is `ready` or `failed`.
    pub async fn settled(&self, key: PictureKey) -> Value {
        wait::until(&format!("{key} is ready or failed"), async || {
            let picture = self.get(&format!("/pictures/{key}")).await.ok().unwrap();
            ["ready", "failed"].iter().any(|state| picture["state"] == *state).then_some(picture)
        })
        .await
    }

    /// Asks for a friendship, or accepts where they asked.
    pub async fn befriend(&self, other: &Self) -> Answer {
        self.call(Method::PUT, &format!("/friends/{}", other.id()), None).await
    }

    /// Withdraws, declines or ends a friendship.
    pub async fn unfriend(&self, other: &Self) -> Answer {
        self.delete(&format!("/friends/{}", other.id())).await
    }
}

/// Makes two people friends.
pub async fn befriend(one: &Member, other: &Member) {
    for (who, whom, state) in [(one, other, "requested"), (other, one, "friends")] {
        let answer = who.befriend(whom).await;
        assert_eq!((answer.code, &answer.data["state"]), (200, &state.into()), "{answer:?}");
    }
}
