//! Registers pictures and presigns the requests that upload them, whole or in parts.
//!
//! | | |
//! |---|---|
//! | triggered by members | `POST /pictures`; `POST /pictures/{ownerId}/{id}/upload` |
//! | reads | Pictures; Users: the owner's name, and whether the account was deleted; Quotas, Deadlines |
//! | emits | a Pictures row in state `awaitingUpload`, and later the id of its multipart upload; |
//! | | a Deadlines row that expires in 24 hours; Quotas rows |
//! | | presigned requests, with which clients create S3 objects below `originals/` |

mod context;
#[cfg(feature = "openapi")]
pub mod openapi;
mod registration;
mod step;

use domain::access::can_edit_picture;
use domain::{
    PART_BYTES, Picture, PictureId, PictureKey, PictureState, PresignedRequest, Relation, UploadId, UserId,
};
use lambda::http::{ApiError, Reply, Request};
use lambda::view::{PersonView, PictureView};
use store::{Conflict, UploadStep, VisiblePicture};

pub use context::Context;
pub use registration::Registration;
pub use step::StepInput;

/// The message for a step of the upload of a processed picture.
const ALREADY_UPLOADED: &str =
    "This picture has already been uploaded. To upload another file, register a new picture.";
/// The message for a step of a multipart upload to which the picture is not bound.
const OTHER_UPLOAD: &str =
    "This picture has another multipart upload. Use its uploadId, or create a new upload.";

/// The `data` of the reply to `POST /pictures`.
#[derive(Debug, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Registered"))]
#[serde(rename_all = "camelCase")]
struct RegistrationView {
    picture: PictureView,
    upload: PresignedRequest,
    /// For a file of several parts: the request of the step `create`.
    #[serde(skip_serializing_if = "Option::is_none")]
    create_upload: Option<PresignedRequest>,
}

/// The `data` of the reply to `POST /pictures/{ownerId}/{id}/upload`.
#[derive(Debug, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "PresignedStep"))]
struct StepView {
    #[serde(flatten)]
    request: PresignedRequest,
    /// For the step `part`: the requests of the later parts, in order, and of the completion.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    following: Vec<PresignedRequest>,
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
    let create_upload = || context.presigner.presign_step(&picture, &UploadStep::Create);
    let create_upload = (picture.bytes > PART_BYTES).then(create_upload).transpose()?;
    let owner = context.users.get(owner_id).await?;
    context.pictures.create(&picture, &context.limits).await?.map_err(|conflict| match conflict {
        Conflict::QuotaExceeded(quota) => ApiError::quota_exceeded(quota, &context.limits),
        // The only other conflict is a deleted account.
        _ => ApiError::ACCOUNT_DELETED,
    })?;
    let owner = PersonView::new(owner_id, owner.as_ref());
    let visible = VisiblePicture::new(picture, Relation::OWNER);
    let picture = PictureView::new(visible, owner, &context.presigner)?;
    Ok(Reply::created(RegistrationView { picture, upload, create_upload })?.with_picture(key))
}

/// Presigns one request of a multipart upload, and with a part the requests that follow it.
async fn presign_step(
    context: &Context,
    caller: UserId,
    key: PictureKey,
    input: StepInput,
) -> Result<Reply, ApiError> {
    if !can_edit_picture(key, caller) {
        return Err(ApiError::NO_PICTURE);
    }
    let picture = read_awaiting(context, key).await?;
    let step = input.into_step(&picture)?;
    match step.upload_id() {
        Some(upload_id) => bind(context, &picture, upload_id).await?,
        None => unbind(context, &picture).await?,
    }
    let presign = |step: &UploadStep| context.presigner.presign_step(&picture, step);
    let following = step.following(picture.bytes).iter().map(presign).collect::<Result<_, _>>()?;
    Reply::ok(StepView { request: presign(&step)?, following })
}

/// Reads a picture that awaits its upload.
async fn read_awaiting(context: &Context, key: PictureKey) -> Result<Picture, ApiError> {
    let picture = context.pictures.get(key).await?.ok_or(ApiError::NO_PICTURE)?;
    match picture.state() {
        PictureState::AwaitingUpload => Ok(picture),
        _ => Err(ApiError::Conflict(ALREADY_UPLOADED.into())),
    }
}

/// Binds the picture to the multipart upload unless it is bound already, so that S3 stores the
/// parts of one upload only.
async fn bind(context: &Context, picture: &Picture, upload_id: &UploadId) -> Result<(), ApiError> {
    match &picture.multipart_upload_id {
        Some(bound) if bound == upload_id => return Ok(()),
        None if context.pictures.bind_multipart_upload(picture.key, upload_id).await? => return Ok(()),
        Some(_) => {}
        // The picture changed after it was read. It may be deleted or uploaded.
        None => _ = read_awaiting(context, picture.key).await?,
    }
    Err(ApiError::Conflict(OTHER_UPLOAD.into()))
}

/// Unbinds the picture from its multipart upload, if it has one, so that a new one can be created.
/// Counts the bytes of the new one.
async fn unbind(context: &Context, picture: &Picture) -> Result<(), ApiError> {
    let Some(upload_id) = &picture.multipart_upload_id else { return Ok(()) };
    match context.pictures.unbind_multipart_upload(picture, upload_id, &context.limits).await? {
        Ok(()) => Ok(()),
        Err(Conflict::QuotaExceeded(quota)) => Err(ApiError::quota_exceeded(quota, &context.limits)),
        Err(Conflict::AccountDeleted) => Err(ApiError::ACCOUNT_DELETED),
        // Another call has unbound, uploaded or deleted the picture.
        Err(_) => match read_awaiting(context, picture.key).await?.multipart_upload_id {
            None => Ok(()),
            Some(_) => Err(ApiError::Conflict(OTHER_UPLOAD.into())),
        },
    }
}
