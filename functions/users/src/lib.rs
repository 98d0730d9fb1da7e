//! Creates, reads, finds and changes profiles; closes connections; deletes accounts.
//!
//! | | |
//! |---|---|
//! | triggered by members | `POST /users`; `GET /users?handle=` and `?name=` |
//! | | `GET`, `PUT` and `DELETE /users/{id}`; `GET /users/{id}/usage` |
//! | | `DELETE /users/{id}/connections` |
//! | reads | Users, Names, Secrets, Quotas; Pictures, to count those of a member without counters |
//! | emits | Users and Names rows; the row of an account deletion triggers `cleanup` |

mod connections;
mod context;
#[cfg(feature = "openapi")]
pub mod openapi;
mod profile;
mod search;

use domain::access::can_edit_profile;
use domain::{Handle, MAX_HANDLE_CHANGES, PictureUsage, QuotaLimits, User, UserId};
use jiff::{Timestamp, Unit};
use lambda::Error;
use lambda::http::{ApiError, Reply, Request};
use lambda::view::IdView;
use store::{Conflict, Users};

pub use context::Context;
use profile::{FullProfileView, Preferences, ProfileInput};

/// Handles a request to the REST API.
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let (users, caller) = (&context.users, request.caller()?);
    match request.route() {
        ("POST", "/users") => create(users, caller, request.body()?).await,
        ("GET", "/users") => find(context, caller, &request).await,
        ("GET", "/users/{id}") => reply_with(users.get(request.id("id")?).await?, caller),
        ("PUT", "/users/{id}") => replace(users, caller, request.id("id")?, request.body()?).await,
        ("DELETE", "/users/{id}") => delete(users, caller, request.id("id")?).await,
        ("DELETE", "/users/{id}/connections") => close_connections(context, caller, request.id("id")?).await,
        ("GET", "/users/{id}/usage") => read_usage(context, caller, request.id("id")?).await,
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

/// Creates the reply with the profile of `user` for `reader`.
fn reply_with(user: Option<User>, reader: UserId) -> Result<Reply, ApiError> {
    Reply::ok(FullProfileView::new(user.ok_or(ApiError::NO_PERSON)?, reader))
}

async fn create(users: &Users, caller: UserId, input: ProfileInput) -> Result<Reply, ApiError> {
    let created_at = Timestamp::now().round(Unit::Millisecond).map_err(Error::from)?;
    let user = input.into_user(caller, created_at, Preferences::default())?;
    if user.handle.is_reserved() {
        return Err(handle_taken(&user.handle));
    }
    match users.create(&user).await? {
        Ok(()) => Reply::created(FullProfileView::new(user, caller)),
        Err(Conflict::AccountDeleted) => Err(ApiError::ACCOUNT_DELETED),
        Err(Conflict::HandleTaken) => Err(handle_taken(&user.handle)),
        // The profile already exists.
        Err(_) => {
            Err(ApiError::Conflict("You already have a profile. Change it with PUT /users/{id}.".into()))
        }
    }
}

/// Finds one person by handle, or people by name.
async fn find(context: &Context, caller: UserId, request: &Request) -> Result<Reply, ApiError> {
    match (request.query("handle"), request.query("name")) {
        (Some(handle), None) => {
            // No member has an invalid handle.
            let handle: Handle = handle.parse().map_err(|_| ApiError::NO_PERSON)?;
            reply_with(context.users.find_by_handle(&handle).await?, caller)
        }
        (None, Some(name)) => Reply::ok(search::search(context, caller, request, name).await?),
        (None, None) => {
            Err(ApiError::Invalid("send a handle or a name, as GET /users?handle=… or ?name=…".into()))
        }
        (Some(_), Some(_)) => Err(ApiError::Invalid("send either a handle or a name, not both".into())),
    }
}

async fn replace(users: &Users, caller: UserId, id: UserId, input: ProfileInput) -> Result<Reply, ApiError> {
    if !can_edit_profile(id, caller) {
        return Err(ApiError::Forbidden("You can only edit your own profile."));
    }
    let old = users.get(id).await?.ok_or(ApiError::NO_PERSON)?;
    let current = Preferences { notifications: old.notifications.clone(), findable: old.findable };
    let mut new = input.into_user(id, old.created_at, current)?;
    if new.handle == old.handle {
        new.handle_changes.clone_from(&old.handle_changes);
    } else if new.handle.is_reserved() {
        return Err(handle_taken(&new.handle));
    } else {
        new.handle_changes = old.add_handle_change(Timestamp::now()).ok_or_else(too_many_handles)?;
    }
    match users.replace(&old, &new).await? {
        Ok(()) => reply_with(Some(new), caller),
        Err(Conflict::AccountDeleted) => Err(ApiError::ACCOUNT_DELETED),
        Err(Conflict::HandleTaken) => Err(handle_taken(&new.handle)),
        // The handle, the preferences or the searchable names changed since the read.
        Err(_) => Err(ApiError::Conflict(
            "Your profile was changed elsewhere at the same time. Read it and try again.".into(),
        )),
    }
}

/// Deletes the profile with its handle and its searchable names, and starts the deletion of the
/// account's other data.
async fn delete(users: &Users, caller: UserId, id: UserId) -> Result<Reply, ApiError> {
    if !can_edit_profile(id, caller) {
        return Err(ApiError::Forbidden("You can only delete your own account."));
    }
    if users.delete(id).await? { Reply::ok(IdView::new(id)) } else { Err(ApiError::NO_PERSON) }
}

async fn close_connections(context: &Context, caller: UserId, id: UserId) -> Result<Reply, ApiError> {
    if !can_edit_profile(id, caller) {
        return Err(ApiError::Forbidden("You can close only your own connections."));
    }
    connections::close_all(context, id).await?;
    Reply::ok(IdView::new(id))
}

/// The `data` of the reply to `GET /users/{id}/usage`.
#[derive(Debug, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Usage"))]
struct UsageView {
    /// All pictures.
    #[serde(flatten)]
    total: PictureUsage,
    /// The pictures registered since 00:00 UTC, deleted ones included.
    today: PictureUsage,
    limits: QuotaLimits,
}

/// Reads what the caller has added, and the limits.
async fn read_usage(context: &Context, caller: UserId, id: UserId) -> Result<Reply, ApiError> {
    if !can_edit_profile(id, caller) {
        return Err(ApiError::Forbidden("You can only read your own usage."));
    }
    // The only conflict is a deleted account.
    let usage = context.quotas.usage(id).await?.map_err(|_| ApiError::ACCOUNT_DELETED)?;
    Reply::ok(UsageView { total: usage.total, today: usage.today, limits: context.limits })
}

fn too_many_handles() -> ApiError {
    ApiError::Conflict(format!(
        "You changed your handle {MAX_HANDLE_CHANGES} times within 30 days. Keep this one for now."
    ))
}

fn handle_taken(handle: &Handle) -> ApiError {
    ApiError::Conflict(format!("The handle {handle} is taken. Choose another one."))
}
