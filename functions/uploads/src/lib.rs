//! Registers a picture and hands out a presigned upload: of the whole file, or request by request in parts.
//!
//! | | |
//! |---|---|
//! | triggered by | `POST /pictures`, from members; `POST /pictures/{ownerId}/{id}/upload`, from the owner |
//! | reads | Users (the owner's name for the reply; whether the account was deleted); Pictures: what may still be uploaded |
//! | emits | a Pictures row, `awaitingUpload`, with a Deadlines row, until when the upload must have come; what is uploaded with its URLs arrives under S3 `originals/` |

mod registration;
mod step;

use domain::Upload;
use domain::{PictureId, PictureKey, Relation, State, UserId};
use lambda::http::{ApiError, Reply, Request};
use lambda::view::{PersonView, PictureView};
use store::{Deadlines, Pictures, UrlPresigner, Users};

pub use registration::Registration;
pub use step::StepInput;

/// What this function works with.
#[derive(Debug)]
pub struct Context {
    /// Written, and read.
    pub pictures: Pictures,
    /// Read.
    pub users: Users,
    /// Written: until when the upload must have come.
    pub deadlines: Deadlines,
    /// Signs uploads.
    pub presigner: UrlPresigner,
}

/// The `data` of the reply.
#[derive(Debug, serde::Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Registered"))]
struct Registered {
    picture: PictureView,
    upload: Upload,
}

/// Answers one call.
///
/// # Errors
/// [`ApiError`].
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let caller = request.caller()?;
    match request.route() {
        ("POST", "/pictures") => register(context, caller, request.body()?).await,
        ("POST", "/pictures/{ownerId}/{id}/upload") => {
            sign(context, caller, request.picture()?, request.body()?).await
        }
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

async fn register(context: &Context, owner_id: UserId, input: Registration) -> Result<Reply, ApiError> {
    let key = PictureKey { owner_id, picture_id: PictureId::new() };
    let picture = input.into_picture(key)?;
    let upload = context.presigner.upload(&picture)?;
    let owner = context.users.get(owner_id).await?;
    if !context.pictures.create(&picture, &context.users, &context.deadlines).await? {
        return Err(ApiError::ACCOUNT_DELETED);
    }
    let owner = PersonView::new(owner_id, owner.as_ref());
    let picture = PictureView::new(picture, Relation::Owner, owner, &context.presigner)?;
    Reply::created(Registered { picture, upload })
}

/// Signs one request of an upload in parts. S3 keeps what there is of it; nothing is written here.
async fn sign(
    context: &Context,
    caller: UserId,
    key: PictureKey,
    input: StepInput,
) -> Result<Reply, ApiError> {
    if caller != key.owner_id {
        return Err(ApiError::NO_PICTURE);
    }
    let picture = context.pictures.get(key).await?.ok_or(ApiError::NO_PICTURE)?;
    if picture.state() != State::AwaitingUpload {
        let sentence =
            "This picture has already been uploaded; to upload another file, register another picture.";
        return Err(ApiError::Conflict(sentence.into()));
    }
    Reply::ok(context.presigner.step(&picture, &input.into_step(&picture)?)?)
}

/// What this function takes and gives, as TypeScript.
#[cfg(feature = "typescript")]
pub fn typescript(types: &mut domain::typescript::Types) {
    types.add::<Registration>();
    types.add::<Registered>();
    types.add::<StepInput>();
    types.add::<Upload>();
}
