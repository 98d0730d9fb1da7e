//! Registers pictures and presigns the requests that upload them, whole or in parts.
//!
//! | | |
//! |---|---|
//! | triggered by members | `POST /pictures`; `POST /pictures/{ownerId}/{id}/upload` |
//! | reads | Pictures; Users: the owner's name, and whether the account was deleted; Quotas, Deadlines |
//! | emits | a Pictures row in state `awaitingUpload`; a Deadlines row that expires in 24 hours; Quotas rows |
//! | | presigned requests, with which clients create S3 objects below `originals/` |

mod context;
mod registration;
mod step;

use domain::access::can_edit_picture;
use domain::{PictureId, PictureKey, PictureState, PresignedRequest, Relation, UserId};
use lambda::http::{ApiError, Reply, Request};
use lambda::view::{PersonView, PictureView};
use store::{Conflict, VisiblePicture};

pub use context::Context;
pub use registration::Registration;
pub use step::StepInput;

/// The `data` of the reply to `POST /pictures`.
#[derive(Debug, serde::Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Registered"))]
struct RegistrationView {
    picture: PictureView,
    upload: PresignedRequest,
}

/// Handles a request to the REST API.
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let caller = request.caller()?;
    match request.route() {
        ("POST", "/pictures") => register(context, caller, request.body()?).await,
        ("POST", "/pictures/{ownerId}/{id}/upload") => {
            presign_step(context, caller, request.picture()?, request.body()?).await
        }
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

async fn register(context: &Context, owner_id: UserId, input: Registration) -> Result<Reply, ApiError> {
    let key = PictureKey { owner_id, picture_id: PictureId::new() };
    let picture = input.into_picture(key)?;
    let upload = context.presigner.presign_original(&picture)?;
    let owner = context.users.get(owner_id).await?;
    context.pictures.create(&picture, &context.limits).await?.map_err(|conflict| match conflict {
        Conflict::QuotaExceeded(quota) => ApiError::quota_exceeded(quota, &context.limits),
        // The only other conflict is a deleted account.
        _ => ApiError::ACCOUNT_DELETED,
    })?;
    let owner = PersonView::new(owner_id, owner.as_ref());
    let visible = VisiblePicture { picture, relation: Relation::OWNER };
    let picture = PictureView::new(visible, owner, &context.presigner)?;
    Reply::created(RegistrationView { picture, upload })
}

/// Presigns one request of a multipart upload. Writes nothing: S3 stores the state of the upload.
async fn presign_step(
    context: &Context,
    caller: UserId,
    key: PictureKey,
    input: StepInput,
) -> Result<Reply, ApiError> {
    if !can_edit_picture(key, caller) {
        return Err(ApiError::NO_PICTURE);
    }
    let picture = context.pictures.get(key).await?.ok_or(ApiError::NO_PICTURE)?;
    if picture.state() != PictureState::AwaitingUpload {
        let message =
            "This picture has already been uploaded. To upload another file, register a new picture.";
        return Err(ApiError::Conflict(message.into()));
    }
    Reply::ok(context.presigner.presign_step(&picture, &input.into_step(&picture)?)?)
}

/// Adds the TypeScript types of the requests and replies.
#[cfg(feature = "typescript")]
pub fn typescript(types: &mut domain::typescript::Types) {
    types.add::<Registration>();
    types.add::<RegistrationView>();
    types.add::<StepInput>();
    types.add::<PresignedRequest>();
}
