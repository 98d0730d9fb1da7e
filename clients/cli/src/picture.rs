//! The pictures that a person names on the command line.

use client::{Answer, Session};
use domain::{PictureId, UserId};
use reqwest::Method;
use serde_json::Value;

use crate::failure::Failure;

/// A picture as named by a person: the `ID` of one of their own, or `OWNER/ID`. `list` prints both.
#[derive(Clone, Copy, Debug)]
pub struct PictureName {
    owner: Option<UserId>,
    pub id: PictureId,
}

impl PictureName {
    /// Parses a name. Used by clap.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (owner, id) = match text.split_once('/') {
            Some((owner, id)) => (Some(owner.parse::<UserId>().map_err(|_| EXPECTED)?), id),
            None => (None, text),
        };
        Ok(Self { owner, id: id.parse().map_err(|_| EXPECTED)? })
    }

    /// Returns the owner: the person who is signed in, unless the name contains another.
    pub fn owner(&self, session: &Session) -> UserId {
        self.owner.unwrap_or_else(|| session.user())
    }

    /// Returns the path in the API.
    pub fn path(&self, session: &Session) -> String {
        format!("/pictures/{}/{}", self.owner(session), self.id)
    }

    /// Reads or deletes the picture. A picture that is gone after a lost reply counts as deleted.
    ///
    /// # Errors
    /// Returns a failure if there is no such picture, or if the site rejects the call.
    pub async fn call(&self, session: &Session, method: Method) -> Result<Value, Failure> {
        let is_deletion = method == Method::DELETE;
        match session.call(method, &self.path(session), None).await? {
            Answer { code: 404, follows_lost_reply: true, .. } if is_deletion => Ok(Value::Null),
            Answer { code: 404, .. } => Err(Failure::Failed(format!(
                "There is no picture {}, or you may not see it. `albumen list` lists your pictures.",
                self.id
            ))),
            answer => Ok(answer.ok()?),
        }
    }
}

const EXPECTED: &str = "use the id of a picture, or OWNER/ID, as `albumen list` prints it";

/// Returns the name of a picture of a reply: without its owner if that is the person.
pub fn name_of(picture: &Value, session: &Session) -> String {
    let (owner, id) = (picture["owner"]["id"].as_str(), picture["id"].as_str().unwrap_or_default());
    match owner {
        Some(owner) if owner != session.user().to_string() => format!("{owner}/{id}"),
        _ => id.to_owned(),
    }
}
