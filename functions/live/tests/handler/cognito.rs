//! A fake of the user pool.

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::error::ErrorMetadata;
use aws_sdk_cognitoidentityprovider::operation::get_user::{GetUserError, GetUserOutput};
use aws_sdk_cognitoidentityprovider::types::error::NotAuthorizedException;
use aws_smithy_mocks::{MockResponse, Rule, mock};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::fixture::Fixture;

/// The user pool of the sample events.
pub const USER_POOL: &str = "us-east-1_AbCdEfGhI";

/// Creates an access token of a user pool. Tokens with other `name`s differ.
pub fn access_token(pool: &str, name: &str) -> String {
    let issuer = format!("https://cognito-idp.us-east-1.amazonaws.com/{pool}");
    let claims = json!({"iss": issuer, "token_use": "access", "jti": name}).to_string();
    format!("e30.{}.signature", URL_SAFE_NO_PAD.encode(claims))
}

/// Creates a rule that replies with the member of a valid access token.
pub fn get_user(fixture: &Fixture) -> Rule {
    let fixture = fixture.clone();
    mock!(Client::get_user).then_compute_response(move |request| {
        match fixture.state().access_tokens.get(request.access_token().unwrap()) {
            Some(user) => {
                let user = GetUserOutput::builder().username(user.to_string());
                MockResponse::Output(user.set_user_attributes(Some(vec![])).build().unwrap())
            }
            None => {
                let meta = ErrorMetadata::builder().code("NotAuthorizedException").build();
                let error = NotAuthorizedException::builder().meta(meta).build();
                MockResponse::Error(GetUserError::NotAuthorizedException(error))
            }
        }
    })
}
