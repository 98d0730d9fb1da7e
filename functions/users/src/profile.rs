//! What people send as their profile, checked.

use jiff::Timestamp;
use serde::Deserialize;
use shared::api::ApiError;
use shared::model::{Choices, Handle, NotAHandle, Text, User, UserId};

/// The body of `POST /users` and `PUT /users/{id}`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileInput {
    handle: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
}

impl ProfileInput {
    /// The profile that was sent, if it is one.
    pub fn into_user(self, id: UserId, created_at: Timestamp) -> Result<User, ApiError> {
        let first_name = Text::FIRST_NAME.required(self.first_name.as_deref())?;
        let last_name = Text::LAST_NAME.required(self.last_name.as_deref())?;
        let handle = self.handle.ok_or_else(|| ApiError::Invalid("handle is missing".into()))?;
        let handle: Handle =
            handle.parse().map_err(|error: NotAHandle| ApiError::Invalid(error.to_string()))?;
        Ok(User { id, handle, first_name, last_name, created_at, notifications: Choices::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> String {
        let input: ProfileInput = serde_json::from_str(body).unwrap();
        let error = input.into_user(UserId(uuid::Uuid::nil()), Timestamp::UNIX_EPOCH).unwrap_err();
        assert_eq!(error.status(), 400);
        error.to_string()
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(refused(r#"{"handle": "ada", "lastName": "L"}"#), "Invalid input: firstName is missing");
        assert_eq!(
            refused(r#"{"handle": "ada", "firstName": "A", "lastName": " "}"#),
            "Invalid input: lastName is missing"
        );
        assert_eq!(refused(r#"{"firstName": "A", "lastName": "L"}"#), "Invalid input: handle is missing");
        assert!(
            refused(r#"{"handle": "a b", "firstName": "A", "lastName": "L"}"#)
                .starts_with("Invalid input: handle must be")
        );
    }
}
