//! Whether the caller has a file already: `GET /pictures?sha256=…`.

use domain::{Relation, Sha256, State, UserId};
use lambda::http::{ApiError, Request};
use lambda::view::{PersonView, PictureView};
use serde::Serialize;

use crate::Context;

/// The most pictures that are shown.
const MOST: usize = 10;

/// The `data` of the reply.
#[derive(Debug, Serialize)]
pub struct Duplicates {
    items: Vec<PictureView>,
}

/// The caller's own pictures with this original, newest first. Of others' nothing is read.
pub async fn find(context: &Context, caller: UserId, request: &Request) -> Result<Duplicates, ApiError> {
    let wrong =
        || ApiError::Invalid("sha256 must be the file's SHA-256, as 64 hexadecimal digits: ?sha256=…".into());
    let sha256 = request.query("sha256").and_then(Sha256::parse).ok_or_else(wrong)?;
    let mut pictures = context.pictures.of_original(caller, &sha256, MOST).await?;
    pictures.retain(|picture| matches!(picture.state(), State::Ready | State::Processing));
    let profile = match pictures.is_empty() {
        true => None,
        false => context.comment_writer.users.get(caller).await?,
    };
    let owner = PersonView::new(caller, profile.as_ref());
    let view = |picture| PictureView::new(picture, Relation::Owner, owner.clone(), &context.presigner);
    Ok(Duplicates { items: pictures.into_iter().map(view).collect::<Result<_, _>>()? })
}
