//! Callers of the API.

use client::{Answer, App};
use reqwest::Method;
use serde_json::Value;

use super::Member;

/// A caller of the API.
#[derive(Debug)]
pub enum Caller {
    /// A member.
    Member(Box<Member>),
    /// An anonymous caller.
    Anonymous(App),
}

impl From<Member> for Caller {
    fn from(member: Member) -> Self {
        Self::Member(Box::new(member))
    }
}

impl Caller {
    /// Returns the member.
    ///
    /// # Panics
    /// Panics if the caller is anonymous.
    pub fn member(&self) -> &Member {
        match self {
            Self::Member(member) => member,
            Self::Anonymous(_) => panic!("the caller is anonymous"),
        }
    }

    /// Calls a route.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        match self {
            Self::Member(member) => member.session.call(method, path, body).await.unwrap(),
            Self::Anonymous(app) => app.call(method, path, body).await.unwrap(),
        }
    }
}
