//! One call of the REST API.

use std::str::FromStr;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{ApiError, PageRequest, Seal};
use crate::model::{PictureKey, UserId};

/// One call of the REST API: the event, and the questions that handlers ask it.
#[derive(Debug)]
pub struct Request(ApiGatewayProxyRequest);

impl Request {
    /// Wraps an event.
    #[must_use]
    pub fn new(event: ApiGatewayProxyRequest) -> Self {
        Self(event)
    }

    /// Method and route template, to match on: `("GET", "/users/{id}")`.
    #[must_use]
    pub fn route(&self) -> (&str, &str) {
        (self.0.http_method.as_str(), self.0.resource.as_deref().unwrap_or_default())
    }

    /// The member who calls.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`] for credentials that are not a member's.
    pub fn caller(&self) -> Result<UserId, ApiError> {
        member(self.0.request_context.identity.cognito_authentication_provider.as_deref())
    }

    /// A path parameter that is an id. What cannot be an id is not there.
    ///
    /// # Errors
    /// [`ApiError::NotFound`].
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T, ApiError> {
        let value = self.0.path_parameters.get(name);
        value.and_then(|id| id.parse().ok()).ok_or(ApiError::NotFound("There is nothing at this address."))
    }

    /// The picture that the path `…/{ownerId}/{id}` names.
    ///
    /// # Errors
    /// [`ApiError::NotFound`].
    pub fn picture(&self) -> Result<PictureKey, ApiError> {
        Ok(PictureKey { owner_id: self.id("ownerId")?, picture_id: self.id("id")? })
    }

    /// A query parameter, the first where it is repeated.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.0.query_string_parameters.first(name)
    }

    /// Which list is read, and who reads it: a cursor is good for nothing else.
    fn scope(&self) -> String {
        let caller = self.caller().map(|id| id.to_string()).unwrap_or_default();
        let state = self.query("state").unwrap_or_default();
        format!("{caller} {} {state}", self.0.path.as_deref().unwrap_or_default())
    }

    /// Which page is asked for.
    ///
    /// # Errors
    /// [`ApiError::Invalid`].
    pub fn page<T: From<Uuid>>(&self, seal: &Seal) -> Result<PageRequest<T>, ApiError> {
        let open = |text: &str| seal.decode(&self.scope(), text);
        PageRequest::parse(self.query("limit"), self.query("cursor"), open)
    }

    /// The cursor to read this list on with, after `position`.
    #[must_use]
    pub fn cursor(&self, seal: &Seal, position: impl Into<Uuid>) -> String {
        seal.encode(&self.scope(), position.into())
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// [`ApiError::Invalid`], with the place where the JSON goes wrong.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let text = self.0.body.as_deref().unwrap_or_default();
        let parsed = if self.0.is_base64_encoded {
            let bytes =
                STANDARD.decode(text).map_err(|_| ApiError::Invalid("the body is not base64".into()))?;
            serde_json::from_slice(&bytes)
        } else {
            serde_json::from_str(text)
        };
        parsed.map_err(|error| match text.trim() {
            "" => ApiError::Invalid("the body is empty; send a JSON object".into()),
            _ => ApiError::Invalid(format!("the body is not the JSON object that is expected here: {error}")),
        })
    }
}

/// The member behind identity-pool credentials: the user-pool `sub` in what API Gateway, which has verified the signature, says of
/// their provider: `cognito-idp.REGION.amazonaws.com/POOL,cognito-idp.REGION.amazonaws.com/POOL:CognitoSignIn:SUB`.
///
/// # Errors
/// [`ApiError::Forbidden`] for credentials that are not a member's.
pub fn member(cognito_authentication_provider: Option<&str>) -> Result<UserId, ApiError> {
    cognito_authentication_provider
        .and_then(|text| text.rsplit_once(":CognitoSignIn:"))
        .and_then(|(_, sub)| sub.parse().ok())
        .ok_or(ApiError::Forbidden("Sign in first: these credentials are not a member's."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_provider(provider: Option<&str>) -> Request {
        let mut event = ApiGatewayProxyRequest::default();
        event.request_context.identity.cognito_authentication_provider = provider.map(Into::into);
        Request::new(event)
    }

    #[test]
    fn the_caller_is_the_sub() {
        let sub = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
        let pool = "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf";
        let request = with_provider(Some(&format!("{pool},{pool}:CognitoSignIn:{sub}")));
        assert_eq!(request.caller().unwrap().to_string(), sub);
    }

    #[test]
    fn others_are_not_members() {
        for provider in [None, Some(""), Some("accounts.google.com"), Some("x:CognitoSignIn:not-a-sub")] {
            assert_eq!(with_provider(provider).caller().unwrap_err().status(), 403, "{provider:?}");
        }
    }

    #[test]
    fn broken_json_says_where() {
        let mut event = ApiGatewayProxyRequest::default();
        event.body = Some("{\"caption\": ".into());
        let error = Request::new(event).body::<serde_json::Value>().unwrap_err();
        assert_eq!(error.status(), 400);
        assert!(error.to_string().contains("line 1 column"), "{error}");
    }
}
