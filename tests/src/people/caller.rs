//! Whoever calls the API: a member, or somebody who is not signed in.

use client::{Answer, App};
use reqwest::Method;
use serde_json::Value;

use super::Member;

/// Somebody who calls.
#[derive(Debug)]
#[expect(missing_docs, reason = "a member, or somebody who is not signed in")]
pub enum Caller {
    Member(Box<Member>),
    Nobody(App),
}

impl From<Member> for Caller {
    fn from(member: Member) -> Self {
        Self::Member(Box::new(member))
    }
}

impl Caller {
    /// The member that it is.
    ///
    /// # Panics
    /// It is nobody.
    pub fn member(&self) -> &Member {
        match self {
            Self::Member(member) => member,
            Self::Nobody(_) => panic!("nobody is signed in"),
        }
    }

    /// Calls a route.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        match self {
            Self::Member(member) => member.session.call(method, path, body).await.unwrap(),
            Self::Nobody(app) => app.call(method, path, body).await.unwrap(),
        }
    }
}
