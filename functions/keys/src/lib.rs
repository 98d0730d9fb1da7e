//! Creates, lists and revokes developer keys.
//!
//! | | |
//! |---|---|
//! | triggered by members | `POST /keys`, `GET /keys`, `DELETE /keys/{keyId}` |
//! | reads | Keys; Users: whether the account was deleted and has a profile; |
//! | | the usage plan of developer keys in API Gateway |
//! | emits | Keys and Quotas rows; API keys of API Gateway in the usage plan |

mod context;
#[cfg(feature = "openapi")]
pub mod openapi;
mod plan;
mod view;

use domain::{DeveloperKey, KeyId, MAX_KEYS, Quota, UserId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use lambda::Error;
use lambda::http::{ApiError, Reply, Request};
use lambda::view::IdView;
use store::Conflict;

pub use context::Context;
pub use plan::UsagePlan;
use view::{CreatedKey, KeyInput, KeyList, KeyView};
pub use view::{DayUsage, KeyLimits};

/// The key is another member's.
const NO_KEY: ApiError = ApiError::NotFound("You have no such key.");

/// Handles a request to the REST API.
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let caller = request.caller()?;
    match request.route() {
        ("POST", "/keys") => Reply::created(create(context, caller, &request.body()?).await?),
        ("GET", "/keys") => Reply::ok(list(context, caller).await?),
        ("DELETE", "/keys/{keyId}") => {
            let id: KeyId = request.id("keyId")?;
            revoke(context, caller, id).await?;
            Reply::ok(IdView::new(id))
        }
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

/// Creates a key for the caller.
///
/// The row comes first, then the API key, and the usage plan last. If the function stops in
/// between, the row has no API key, or the API key is in no usage plan and API Gateway refuses it.
/// So each key that API Gateway accepts has a row with its id, and its owner can revoke it.
///
/// If the key is revoked meanwhile, its row or its API key is gone, and the creation fails.
async fn create(context: &Context, caller: UserId, input: &KeyInput) -> Result<CreatedKey, ApiError> {
    let (id, name) = (KeyId::new(), input.name()?);
    let mut key = DeveloperKey {
        key_id: id,
        user_id: caller,
        name: name.clone(),
        created_at: Timestamp::now(),
        api_key_id: None,
    };
    context.keys.create(&key).await?.map_err(|conflict| refuse(context, conflict))?;
    let api_key = match context.api_keys.create(&format!("{}-{id}", context.plan.name())).await {
        Ok(api_key) => api_key,
        Err(error) => {
            context.keys.delete(&key).await?;
            return Err(error);
        }
    };
    let error = match accept(context, id, &api_key.id).await {
        Ok(true) => return Ok(CreatedKey { id, name, key: api_key.value }),
        Ok(false) => ApiError::Conflict("This key was revoked at the same time. Create another one.".into()),
        Err(error) => error,
    };
    // The row remains if the API key cannot be deleted.
    key.api_key_id = Some(api_key.id);
    context.api_keys.revoke(&context.keys, key).await?;
    Err(error)
}

/// Stores the id of an API key in its row, and adds the API key to the usage plan. Returns `false`
/// if the key was revoked or the account was deleted in the meantime.
async fn accept(context: &Context, key: KeyId, api_key: &str) -> Result<bool, ApiError> {
    Ok(context.keys.set_api_key(key, api_key).await? && context.plan.add(api_key).await?)
}

/// Returns the error of a call that wrote nothing.
fn refuse(context: &Context, conflict: Conflict) -> ApiError {
    match conflict {
        Conflict::AccountDeleted => ApiError::ACCOUNT_DELETED,
        Conflict::NoProfile(_) => ApiError::no_own_profile(),
        Conflict::LimitReached => ApiError::Conflict(format!(
            "You have {MAX_KEYS} developer keys, which is the maximum. Revoke one that you no longer need."
        )),
        Conflict::QuotaExceeded(Quota::KeysPerDay) => {
            ApiError::quota_exceeded(Quota::KeysPerDay, &context.limits)
        }
        unexpected => ApiError::Internal(Error::from(format!("unexpected conflict: {unexpected:?}"))),
    }
}

/// Lists the keys of the caller with their usage.
async fn list(context: &Context, caller: UserId) -> Result<KeyList, ApiError> {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let keys = context.keys.list_of(caller).await?;
    let mut items = Vec::with_capacity(keys.len());
    // One after the other, because API Gateway throttles the management of the whole account.
    for key in keys {
        let usage = match &key.api_key_id {
            Some(api_key) => context.plan.usage(api_key, today).await?,
            None => Vec::new(),
        };
        items.push(KeyView::new(key, usage, today));
    }
    Ok(KeyList { items, limits: context.key_limits })
}

/// Revokes a key of the caller. Succeeds even if the key does not exist.
async fn revoke(context: &Context, caller: UserId, id: KeyId) -> Result<(), ApiError> {
    let Some(key) = context.keys.get(id).await? else { return Ok(()) };
    if key.user_id != caller {
        return Err(NO_KEY);
    }
    context.api_keys.revoke(&context.keys, key).await
}
