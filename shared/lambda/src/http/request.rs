//! Requests of the REST API.

use std::borrow::Cow;
use std::str::FromStr;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use aws_lambda_events::http::header::IF_NONE_MATCH;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{PageRequest, PictureKey, UserId};
use serde::de::DeserializeOwned;
use store::{CursorCipher, Position};

use super::{ApiError, parse_object};
use crate::Error;

/// The number of items of a page by default.
pub(crate) const DEFAULT_LIMIT: usize = 50;
/// The maximum number of items of a page.
pub(crate) const MAX_LIMIT: usize = 100;

/// A request of the REST API.
#[derive(Debug)]
pub struct Request(ApiGatewayProxyRequest);

impl Request {
    /// Wraps an event of API Gateway.
    #[must_use]
    pub fn new(event: ApiGatewayProxyRequest) -> Self {
        Self(event)
    }

    /// Returns the method and the route template, such as `("GET", "/users/{id}")`. The method of a
    /// request `HEAD` is `GET`: API Gateway omits the body of the reply.
    #[must_use]
    pub fn route(&self) -> (&str, &str) {
        let method = match self.0.http_method.as_str() {
            "HEAD" => "GET",
            method => method,
        };
        (method, self.0.resource.as_deref().unwrap_or_default())
    }

    /// Returns the method and the path that the client sent, without the stage.
    #[must_use]
    pub fn method_and_path(&self) -> (&str, &str) {
        (self.0.http_method.as_str(), self.0.path.as_deref().unwrap_or_default())
    }

    /// Returns the value of a header whose name is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns the value of the cookie `name`. Returns an empty text for a cookie without a value.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let mut cookies = self.header("cookie")?.split(';').map(str::trim);
        cookies.find_map(|cookie| match cookie.split_once('=') {
            Some((key, value)) => (key == name).then_some(value),
            None => (cookie == name).then_some(""),
        })
    }

    /// Returns the address of the client as API Gateway sees it. No header of the client can change
    /// it.
    #[must_use]
    pub fn source_address(&self) -> &str {
        self.0.request_context.identity.source_ip.as_deref().unwrap_or_default()
    }

    /// Returns a path parameter as the client sent it.
    #[must_use]
    pub fn path_parameter(&self, name: &str) -> &str {
        self.0.path_parameters.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Returns the header `If-None-Match`.
    pub(super) fn condition(&self) -> Condition {
        let event = &self.0;
        // `multi_value_headers` also contains the headers that occur several times.
        let headers = match event.multi_value_headers.contains_key(IF_NONE_MATCH) {
            true => &event.multi_value_headers,
            false => &event.headers,
        };
        let values = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        Condition(values.map(str::to_owned).collect())
    }

    /// Returns the member who sent the request.
    ///
    /// # Errors
    /// Returns [`ApiError::Forbidden`] if the credentials do not belong to a member.
    pub fn caller(&self) -> Result<UserId, ApiError> {
        parse_member(self.0.request_context.identity.cognito_authentication_provider.as_deref())
    }

    /// Parses the path parameter `name` as an id.
    ///
    /// # Errors
    /// Returns [`ApiError::NotFound`] if the parameter is missing or not an id.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T, ApiError> {
        let value = self.0.path_parameters.get(name);
        value.and_then(|id| id.parse().ok()).ok_or(ApiError::NotFound("There is nothing at this address."))
    }

    /// Parses the picture of a path `…/{ownerId}/{id}` or `…/{ownerId}/{pictureId}`.
    ///
    /// # Errors
    /// Returns [`ApiError::NotFound`] if a parameter is missing or not an id.
    pub fn picture(&self) -> Result<PictureKey, ApiError> {
        let picture_id = self.id("pictureId").or_else(|_| self.id("id"))?;
        Ok(PictureKey { owner_id: self.id("ownerId")?, picture_id })
    }

    /// Returns the first value of a query parameter.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.0.query_string_parameters.first(name)
    }

    /// Returns the URL of the site from the stage variable `site`. Returns `None` for an event
    /// without the variable, such as one made by hand, and if the deployment has no site.
    #[must_use]
    pub fn site(&self) -> Option<&str> {
        self.0.stage_variables.get("site").map(String::as_str).filter(|url| !url.is_empty())
    }

    /// Returns the scope of cursors, which identifies the list and its reader.
    fn cursor_scope(&self) -> String {
        let caller = self.caller().map(|id| id.to_string()).unwrap_or_default();
        let parameters = ["state", "name", "order"].map(|name| self.query(name).unwrap_or_default());
        format!("{caller} {} {parameters:?}", self.0.path.as_deref().unwrap_or_default())
    }

    /// Parses the query parameters `limit` and `cursor`.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] if the limit is out of range, or if the cursor is invalid or
    /// belongs to another list or reader.
    pub fn page<T: Position>(&self, cipher: &CursorCipher) -> Result<PageRequest<T>, ApiError> {
        let limit = match self.query("limit") {
            None => DEFAULT_LIMIT,
            Some(text) => parse_limit(text)?,
        };
        let decrypt = |cursor| {
            let invalid = "the cursor is invalid for this list. Omit it to start over.";
            cipher.decrypt(&self.cursor_scope(), cursor).ok_or_else(|| ApiError::Invalid(invalid.into()))
        };
        Ok(PageRequest { limit, after: self.query("cursor").map(decrypt).transpose()? })
    }

    /// Encrypts the position after which the next page starts, if there is one.
    pub fn cursor(
        &self,
        cipher: &CursorCipher,
        next: Option<impl Position>,
    ) -> Result<Option<String>, Error> {
        next.map(|position| cipher.encrypt(&self.cursor_scope(), &position)).transpose()
    }

    /// Parses the body as JSON.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] if the body is not the expected JSON object, as
    /// [`parse_object`].
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        parse_object("body", &self.decode_body()?)
    }

    /// Returns `true` if the body is that of an HTML form.
    #[must_use]
    pub fn is_form(&self) -> bool {
        let content_type = self.header("content-type").and_then(|text| text.split(';').next());
        content_type.is_some_and(|text| text.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
    }

    /// Returns the first value of a field of an HTML form.
    #[must_use]
    pub fn form_value(&self, name: &str) -> Option<String> {
        let body = self.decode_body().ok()?;
        form_urlencoded::parse(&body).find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
    }

    fn decode_body(&self) -> Result<Cow<'_, [u8]>, ApiError> {
        let text = self.0.body.as_deref().unwrap_or_default();
        if !self.0.is_base64_encoded {
            return Ok(text.as_bytes().into());
        }
        let invalid = |_| ApiError::Invalid("the body is not base64".into());
        Ok(STANDARD.decode(text).map_err(invalid)?.into())
    }
}

/// The values of the header `If-None-Match`: lists of entity tags, or `*`.
#[derive(Debug)]
pub(super) struct Condition(Vec<String>);

impl Condition {
    /// Returns `true` if one of the tags has this opaque part. Strong and weak tags are equal, and
    /// the text `*` matches every tag.
    pub(super) fn matches(&self, opaque: &str) -> bool {
        // The opaque part of a tag contains no quotation marks, so each second part is one.
        let has_tag = |value: &str| value.split('"').skip(1).step_by(2).any(|tag| tag == opaque);
        self.0.iter().any(|value| value.trim() == "*" || has_tag(value))
    }
}

fn parse_limit(text: &str) -> Result<usize, ApiError> {
    let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| ApiError::Invalid(format!("limit must be a number from 1 to {MAX_LIMIT}")))
}

/// Parses the user-pool `sub` of the member from the provider that API Gateway reports for verified
/// identity-pool credentials: `…/POOL,…/POOL:CognitoSignIn:SUB`.
///
/// # Errors
/// Returns [`ApiError::Forbidden`] if the credentials do not belong to a member.
pub fn parse_member(cognito_authentication_provider: Option<&str>) -> Result<UserId, ApiError> {
    cognito_authentication_provider
        .and_then(|text| text.rsplit_once(":CognitoSignIn:"))
        .and_then(|(_, sub)| sub.parse().ok())
        .ok_or(ApiError::Forbidden("You are not signed in as a member. Sign in, then try again."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::PictureId;
    use uuid::Uuid;

    fn with_provider(provider: Option<&str>) -> Request {
        let mut event = ApiGatewayProxyRequest::default();
        event.request_context.identity.cognito_authentication_provider = provider.map(Into::into);
        Request::new(event)
    }

    fn with_query(parameters: &[(&str, &str)]) -> Request {
        let mut event = ApiGatewayProxyRequest::default();
        let parameters = parameters.iter().map(|(name, value)| (name.to_string(), vec![value.to_string()]));
        event.query_string_parameters = parameters.collect::<std::collections::HashMap<_, _>>().into();
        Request::new(event)
    }

    #[test]
    fn finds_a_cookie_by_its_whole_name() {
        let mut event = ApiGatewayProxyRequest::default();
        event.headers.insert("cookie", "a=1; session=x=y; empty=".parse().unwrap());
        let request = Request::new(event);
        assert_eq!(request.cookie("session"), Some("x=y"));
        assert_eq!((request.cookie("empty"), request.cookie("sess")), (Some(""), None));
        assert_eq!(with_query(&[]).cookie("session"), None);
    }

    #[test]
    fn decodes_the_fields_of_a_form() {
        let mut event = ApiGatewayProxyRequest::default();
        event
            .headers
            .insert("content-type", "application/x-www-form-urlencoded; charset=utf-8".parse().unwrap());
        event.body = Some("a=1&password=a+b%26%C3%A4&password=x".into());
        let request = Request::new(event.clone());
        assert!(request.is_form());
        assert_eq!(request.form_value("password").as_deref(), Some("a b&ä"));
        assert_eq!(request.form_value("pass"), None);
        event.body = Some(STANDARD.encode("password=x"));
        event.is_base64_encoded = true;
        assert_eq!(Request::new(event).form_value("password").as_deref(), Some("x"));
        assert!(!with_query(&[]).is_form());
    }

    #[test]
    fn compares_entity_tags_weakly() {
        let matches = |values: &[&str]| {
            let mut event = ApiGatewayProxyRequest::default();
            for value in values {
                event.multi_value_headers.append("if-none-match", value.parse().unwrap());
            }
            Request::new(event).condition().matches("ab")
        };
        for values in [
            &["*"][..],
            &[" * "],
            &[r#""ab""#],
            &[r#"W/"ab""#],
            &[r#""x", W/"ab","#],
            &[r#"W/"x,y","ab""#],
            &[r#""x""#, r#""ab""#],
        ] {
            assert!(matches(values), "{values:?}");
        }
        for values in
            [&[][..], &[""], &["ab"], &[r#""abc""#], &[r#""AB""#], &[r#""x", ab, "y""#], &[r#""*""#], &["**"]]
        {
            assert!(!matches(values), "{values:?}");
        }
    }

    #[test]
    fn a_request_for_the_headers_has_the_route_of_a_request_for_the_body() {
        let mut event = ApiGatewayProxyRequest::default();
        event.http_method = "HEAD".parse().unwrap();
        event.resource = Some("/public".into());
        assert_eq!(Request::new(event).route(), ("GET", "/public"));
    }

    #[test]
    fn the_caller_is_the_sub_of_the_credentials() {
        let sub = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
        let pool = "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf";
        let request = with_provider(Some(&format!("{pool},{pool}:CognitoSignIn:{sub}")));
        assert_eq!(request.caller().unwrap().to_string(), sub);
    }

    #[test]
    fn rejects_credentials_that_do_not_belong_to_a_member() {
        for provider in [None, Some(""), Some("accounts.google.com"), Some("x:CognitoSignIn:not-a-sub")] {
            assert_eq!(with_provider(provider).caller().unwrap_err().status(), 403, "{provider:?}");
        }
    }

    #[test]
    fn the_error_of_invalid_json_contains_line_and_column() {
        let mut event = ApiGatewayProxyRequest::default();
        event.body = Some("{\"caption\": ".into());
        let error = Request::new(event).body::<serde_json::Value>().unwrap_err();
        assert_eq!(error.status(), 400);
        assert!(error.to_string().contains("line 1 column"), "{error}");
    }

    #[test]
    fn parses_limit_and_cursor() {
        let (cipher, position) = (CursorCipher::new(&[7; 32]).unwrap(), Uuid::now_v7());
        let cursor = with_query(&[]).cursor(&cipher, Some(position)).unwrap().unwrap();
        let page = with_query(&[("limit", "7"), ("cursor", &cursor)]).page(&cipher).unwrap();
        assert_eq!(page, PageRequest { limit: 7, after: Some(PictureId(position)) });
        let page = with_query(&[]).page::<PictureId>(&cipher).unwrap();
        assert_eq!(page, PageRequest { limit: DEFAULT_LIMIT, after: None });
    }

    #[test]
    fn a_cursor_of_another_order_is_invalid() {
        let (cipher, position) = (CursorCipher::new(&[7; 32]).unwrap(), Uuid::now_v7());
        let cursor = with_query(&[]).cursor(&cipher, Some(position)).unwrap().unwrap();
        let other = with_query(&[("order", "taken"), ("cursor", &cursor)]);
        assert_eq!(other.page::<PictureId>(&cipher).unwrap_err().status(), 400);
    }

    #[test]
    fn parses_the_picture_of_a_path() {
        let id = "019a1234-5678-7abc-8def-0123456789ab";
        for name in ["id", "pictureId"] {
            let mut event = ApiGatewayProxyRequest::default();
            event.path_parameters = [("ownerId", id), (name, id)].map(|(k, v)| (k.into(), v.into())).into();
            assert_eq!(Request::new(event).picture().unwrap().to_string(), format!("{id}/{id}"));
        }
        assert_eq!(with_query(&[]).picture().unwrap_err().status(), 404);
    }

    #[test]
    fn rejects_invalid_limits_and_cursors() {
        let cipher = CursorCipher::new(&[7; 32]).unwrap();
        for (name, value) in [("limit", "0"), ("limit", "101"), ("limit", "x"), ("cursor", "%%%")] {
            let error = with_query(&[(name, value)]).page::<PictureId>(&cipher).unwrap_err();
            assert_eq!(error.status(), 400, "{name}={value}");
        }
    }
}
