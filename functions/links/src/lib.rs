//! Creates, lists, changes and revokes share links, and serves their visitors and guests.
//!
//! | | |
//! |---|---|
//! | triggered by members | `POST` and `GET /links`; `PATCH` and `DELETE /links/{linkId}` |
//! | | `POST /links/{linkId}/token` |
//! | triggered by anyone | `GET /shared/{token}`; `POST /shared/{token}/unlock` |
//! | | `GET` and `POST /shared/{token}/pictures` |
//! | | `GET` and `DELETE /shared/{token}/pictures/{ownerId}/{pictureId}` |
//! | reads | Links with Albums and Pictures in one transaction; Friendships, Users, Secrets, |
//! | | Deadlines, Quotas |
//! | emits | Links rows; Pictures rows of guests in state `awaitingUpload`, with rows of Albums, |
//! | | Deadlines and Quotas in one transaction; deletions of these pictures |
//!
//! No cache stores a reply of this function.

mod context;
mod guest;
mod manage;
#[cfg(feature = "openapi")]
pub mod openapi;
mod password;
mod settings;
mod view;
mod visitor;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lambda::Error;
use lambda::http::{ApiError, Caching, Reply, Request};
use ring::rand::{SecureRandom, SystemRandom};

pub use context::Context;
pub use password::{MAX_PASSWORD_CHARS, hash_password};
pub use settings::{Change, NewLink};

/// Handles a request to the REST API.
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let request = &request;
    match request.route() {
        ("POST", "/links") => manage::create(context, request).await,
        ("GET", "/links") => manage::list(context, request).await,
        ("PATCH", "/links/{linkId}") => manage::change(context, request).await,
        ("DELETE", "/links/{linkId}") => manage::revoke(context, request).await,
        ("POST", "/links/{linkId}/token") => manage::replace_token(context, request).await,
        _ => Ok(handle_visitor(context, request).await?.with_caching(Caching::Never)),
    }
}

async fn handle_visitor(context: &Context, request: &Request) -> Result<Reply, ApiError> {
    match request.route() {
        ("GET", "/shared/{token}") => visitor::read(context, request).await,
        ("POST", "/shared/{token}/unlock") => visitor::unlock(context, request).await,
        ("GET", "/shared/{token}/pictures") => visitor::list_pictures(context, request).await,
        ("POST", "/shared/{token}/pictures") => guest::register(context, request).await,
        ("GET", "/shared/{token}/pictures/{ownerId}/{pictureId}") => {
            visitor::read_picture(context, request).await
        }
        ("DELETE", "/shared/{token}/pictures/{ownerId}/{pictureId}") => guest::delete(context, request).await,
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

/// Returns 128 random bits.
fn random_bits() -> Result<[u8; 16], Error> {
    let mut bits = [0; 16];
    SystemRandom::new().fill(&mut bits).map_err(|_| "the system returned no random bytes")?;
    Ok(bits)
}

/// Returns a new key of a guest: 128 random bits in base64url.
fn new_guest_key() -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(random_bits()?))
}
