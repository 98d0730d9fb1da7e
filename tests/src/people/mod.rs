//! Members who are signed up and signed in.

mod caller;
mod comments;
mod lists;
mod reachable;

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
pub use comments::comments_path;
pub use lists::{is_in_public_feed, key_of, keys_on_page, page_path, read_anonymously};
pub use reachable::{
    MemberWithPhone, all_notifications, befriend_with_notification, new_token, register_phone,
};

/// The confirmation code that the local cloud sends for each sign-up.
pub const CONFIRMATION_CODE: &str = "123456";

/// A member of the application.
#[derive(Debug)]
pub struct Member {
    /// The signed-in session.
    pub session: Session,
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
    /// Unique handle for the profile.
    pub handle: String,
}

/// The response to registering a picture.
#[derive(Clone, Debug, Deserialize)]
pub struct Registration {
    /// The picture, which awaits its upload.
    pub picture: Value,
    /// The presigned upload.
    pub upload: PresignedRequest,
}

impl Registration {
    /// Returns the key of the picture.
    pub fn key(&self) -> PictureKey {
        key_of(&self.picture)
    }
}

impl Member {
    /// Creates a member with a profile.
    pub async fn new() -> Self {
        let member = Self::without_profile().await;
        let answer = member.post("/users", &member.profile()).await;
        assert_eq!(answer.code, 201, "{answer:?}");
        member
    }

    /// Creates a member without a profile.
    pub async fn without_profile() -> Self {
        let id = Uuid::now_v7().simple().to_string();
        // The first 12 digits contain the time. The handle needs the random rest.
        let (email, handle) = (format!("{id}@example.com"), format!("m{}", &id[12..]));
        let password = format!("{handle} and more");
        let app = cloud::app();
        app.sign_up(&email, &password).await.unwrap();
        app.confirm(&email, CONFIRMATION_CODE).await.unwrap();
        let session = app.sign_in(&email, &password).await.unwrap();
        Self { session, email, password, handle }
    }

    /// Returns the request body of the profile.
    pub fn profile(&self) -> Value {
        json!({"handle": self.handle, "firstName": "Ada", "lastName": "Lovelace"})
    }

    /// Returns the ID of the member.
    pub fn id(&self) -> UserId {
        self.session.user()
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.session.call(method, path, body).await.unwrap()
    }

    /// Sends a GET request.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    /// Sends a POST request.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Sends a PUT request.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    /// Sends a PATCH request.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    /// Sends a DELETE request.
    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Registers a picture without uploading it.
    pub async fn register(&self, file: &File, visibility: Visibility) -> Registration {
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

    /// Uploads a picture and waits until it is ready and in the feed of its owner.
    pub async fn share(&self, file: &File, visibility: Visibility) -> Value {
        let key = self.upload(file, visibility).await;
        let picture = self.until_processed(key).await;
        assert_eq!(picture["state"], "ready", "{picture}");
        wait::until_true("the picture is in the feed of its owner", async || {
            self.has_in_list("/feed", key).await
        })
        .await;
        picture
    }

    /// Waits until a picture of this member is `ready` or `failed`.
    pub async fn until_processed(&self, key: PictureKey) -> Value {
        wait::until(&format!("{key} is ready or failed"), async || {
            let picture = self.get(&format!("/pictures/{key}")).await.ok().unwrap();
            ["ready", "failed"].iter().any(|state| picture["state"] == *state).then_some(picture)
        })
        .await
    }

    /// Sends a friend request to `other`, or accepts the request of `other`.
    pub async fn befriend(&self, other: &Self) -> Answer {
        self.call(Method::PUT, &format!("/friends/{}", other.id()), None).await
    }

    /// Withdraws or declines a friend request, or ends a friendship.
    pub async fn unfriend(&self, other: &Self) -> Answer {
        self.delete(&format!("/friends/{}", other.id())).await
    }

    /// Blocks a member.
    pub async fn block(&self, other: &Self) -> Answer {
        self.put(&format!("/blocks/{}", other.id()), &json!({})).await
    }

    /// Ends the block of a member.
    pub async fn unblock(&self, other: &Self) -> Answer {
        self.delete(&format!("/blocks/{}", other.id())).await
    }
}

/// Makes two members friends.
pub async fn befriend(one: &Member, other: &Member) {
    for (from, to, state) in [(one, other, "requested"), (other, one, "friends")] {
        let answer = from.befriend(to).await;
        assert_eq!((answer.code, &answer.data["state"]), (200, &state.into()), "{answer:?}");
    }
}
