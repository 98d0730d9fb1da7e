//! Creates, reads and changes a profile; deletes an account.
//!
//! | | |
//! |---|---|
//! | triggered by | `POST /users`, `GET /users?handle=`, `GET`, `PUT` and `DELETE /users/{id}`, from members |
//! | reads | Users |
//! | emits | Users rows; that of a deletion has `cleanup` delete everything else |

mod profile;

use domain::{Handle, NotificationPreferences, User, UserId};
use jiff::{Timestamp, Unit};
use lambda::Error;
use lambda::http::{ApiError, Reply, Request};
use store::{CreateUser, Users};

use profile::{ProfileInput, ProfileView};

/// Answers one call.
///
/// # Errors
/// [`ApiError`].
pub async fn handle(users: &Users, request: Request) -> Result<Reply, ApiError> {
    let caller = request.caller()?;
    match request.route() {
        ("POST", "/users") => create(users, caller, request.body()?).await,
        ("GET", "/users") => find(users, caller, request.query("handle")).await,
        ("GET", "/users/{id}") => shown(users.get(request.id("id")?).await?, caller),
        ("PUT", "/users/{id}") => change(users, caller, request.id("id")?, request.body()?).await,
        ("DELETE", "/users/{id}") => delete(users, caller, request.id("id")?).await,
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

fn shown(user: Option<User>, reader: UserId) -> Result<Reply, ApiError> {
    Reply::ok(ProfileView::new(user.ok_or(ApiError::NO_PERSON)?, reader))
}

async fn create(users: &Users, caller: UserId, input: ProfileInput) -> Result<Reply, ApiError> {
    let created_at = Timestamp::now().round(Unit::Millisecond).map_err(Error::from)?;
    let user = input.into_user(caller, created_at, NotificationPreferences::default())?;
    match users.create(&user).await? {
        CreateUser::Done => Reply::created(ProfileView::new(user, caller)),
        CreateUser::HandleTaken => Err(taken(&user.handle)),
        CreateUser::Conflict => {
            Err(ApiError::Conflict("You have a profile already; change it with PUT /users/{id}.".into()))
        }
        CreateUser::Deleted => Err(ApiError::ACCOUNT_DELETED),
    }
}

async fn find(users: &Users, caller: UserId, handle: Option<&str>) -> Result<Reply, ApiError> {
    let Some(handle) = handle else {
        return Err(ApiError::Invalid("say whom you are looking for: GET /users?handle=…".into()));
    };
    // What cannot be a handle is nobody's.
    let handle: Handle = handle.parse().map_err(|_| ApiError::NO_PERSON)?;
    shown(users.by_handle(&handle).await?, caller)
}

async fn change(users: &Users, caller: UserId, id: UserId, input: ProfileInput) -> Result<Reply, ApiError> {
    if caller != id {
        return Err(ApiError::Forbidden("Only they themselves can change a person's profile."));
    }
    let old = users.get(id).await?.ok_or(ApiError::NO_PERSON)?;
    let new = input.into_user(id, old.created_at, old.notifications.clone())?;
    match users.replace(&old, &new).await? {
        CreateUser::Done => shown(Some(new), caller),
        CreateUser::HandleTaken => Err(taken(&new.handle)),
        CreateUser::Conflict => Err(ApiError::Conflict(
            "Your profile was changed elsewhere at the same time; read it and try again.".into(),
        )),
        CreateUser::Deleted => Err(ApiError::ACCOUNT_DELETED),
    }
}

/// The data of a reply about somebody who is no more.
#[derive(Debug, serde::Serialize)]
struct Deleted {
    id: UserId,
}

/// Profile and handle are gone when this returns; pictures and friendships follow by subscription.
async fn delete(users: &Users, caller: UserId, id: UserId) -> Result<Reply, ApiError> {
    if caller != id {
        return Err(ApiError::Forbidden("Only they themselves can delete a person's account."));
    }
    if users.delete(id).await? { Reply::ok(Deleted { id }) } else { Err(ApiError::NO_PERSON) }
}

fn taken(handle: &Handle) -> ApiError {
    ApiError::Conflict(format!("The handle {handle} is taken; choose another."))
}

/// What this function takes and gives, as TypeScript.
#[cfg(feature = "typescript")]
pub fn typescript(types: &mut domain::typescript::Types) {
    types.add::<lambda::view::NamedView>();
    types.add::<ProfileInput>();
    types.add::<ProfileView>();
}
