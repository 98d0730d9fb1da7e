//! The routes of members: creates, lists, changes and revokes links.

use domain::access::{can_edit_album, can_edit_picture};
use domain::{Link, LinkId, LinkTarget, LinkToken, LinkVisits, MAX_LINKS, UserId, format_thousands};
use jiff::Timestamp;
use lambda::http::{ApiError, Page, Reply, Request};
use lambda::view::IdView;
use store::{AttributeUpdate, Conflict};

use crate::settings::{Change, NewLink, Settings};
use crate::view::LinkReply;
use crate::{Context, random_bits};

/// The link does not exist, or it is another member's.
const NO_LINK: ApiError = ApiError::NotFound("You have no such link.");

pub async fn create(context: &Context, request: &Request) -> Result<Reply, ApiError> {
    let (caller, new) = (request.caller()?, request.body::<NewLink>()?);
    let (target, now) = (new.target()?, Timestamp::now());
    require_owner(context, caller, target).await?;
    let settings = new.into_settings(target, now)?;
    if context.links.count_of(caller).await? >= MAX_LINKS as usize {
        let max = format_thousands(MAX_LINKS);
        let notes =
            format!("You have {max} links, which is the maximum. Revoke links that you no longer need.");
        return Err(ApiError::Conflict(notes));
    }
    let token = LinkToken::new(LinkId::new(), random_bits()?);
    let Settings { name, expires_at, password_hash, rights, review } = settings;
    let link = Link {
        link_id: token.link_id,
        owner_id: caller,
        target,
        name,
        secret_hash: token.secret_hash(),
        expires_at,
        password_hash,
        rights,
        review,
        created_at: now,
    };
    context.links.create(&link).await?.map_err(|conflict| match conflict {
        Conflict::NoProfile(_) => ApiError::no_own_profile(),
        Conflict::NotAllowed => not_found(target),
        _ => ApiError::ACCOUNT_DELETED,
    })?;
    Reply::created(LinkReply::new(link, LinkVisits::default()).with_address(&token, request.site()))
}

/// Returns the error of a target that does not exist or that the caller cannot view.
fn not_found(target: LinkTarget) -> ApiError {
    match target {
        LinkTarget::Album(_) => ApiError::NO_ALBUM,
        LinkTarget::Picture(_) => ApiError::NO_PICTURE,
    }
}

/// Returns an error unless the target exists and the caller owns it. The status is 403 if the
/// caller can view the target, and 404 otherwise.
async fn require_owner(context: &Context, caller: UserId, target: LinkTarget) -> Result<(), ApiError> {
    let (exists, is_owner) = match target {
        LinkTarget::Album(album) => {
            let viewed = context.access.read_album(Some(caller), album).await?;
            let role = viewed.as_ref().and_then(|viewed| viewed.access.role());
            (viewed.is_some(), can_edit_album(role))
        }
        LinkTarget::Picture(key) => {
            let visible = context.access.read_visible(Some(caller), key).await?;
            (visible.is_some(), can_edit_picture(key, caller))
        }
    };
    match (exists, is_owner) {
        (false, _) => Err(not_found(target)),
        (true, false) => {
            Err(ApiError::Forbidden("You can only create links to your own albums and pictures."))
        }
        (true, true) => Ok(()),
    }
}

pub async fn list(context: &Context, request: &Request) -> Result<Reply, ApiError> {
    let caller = request.caller()?;
    let cipher = context.secrets.cursor_cipher().await?;
    let (links, next) = context.links.list_of(caller, request.page(cipher)?).await?;
    let items: Vec<_> = links.into_iter().map(|(link, visits)| LinkReply::new(link, visits)).collect();
    Reply::ok(Page { items, cursor: request.cursor(cipher, next)? })
}

pub async fn change(context: &Context, request: &Request) -> Result<Reply, ApiError> {
    let (link, change) = (read_own(context, request).await?, request.body::<Change>()?);
    let update = change.into_update(link.target, Timestamp::now())?;
    let link = context.links.update(link.link_id, update).await?.ok_or(NO_LINK)?;
    Reply::ok(with_visits(context, link).await?)
}

/// Builds the view of a link with its visits.
async fn with_visits(context: &Context, link: Link) -> Result<LinkReply, ApiError> {
    let visits = context.links.get_visits(link.link_id).await?;
    Ok(LinkReply::new(link, visits))
}

pub async fn revoke(context: &Context, request: &Request) -> Result<Reply, ApiError> {
    let link = read_own(context, request).await?;
    context.links.delete(&link).await?;
    Reply::ok(IdView::new(link.link_id))
}

/// Replaces the token of a link. The former URL stops working immediately.
pub async fn replace_token(context: &Context, request: &Request) -> Result<Reply, ApiError> {
    let link = read_own(context, request).await?;
    let token = LinkToken::new(link.link_id, random_bits()?);
    let update = AttributeUpdate::default().set_or_remove("secretHash", Some(&token.secret_hash()))?;
    let link = context.links.update(link.link_id, update).await?.ok_or(NO_LINK)?;
    Reply::ok(with_visits(context, link).await?.with_address(&token, request.site()))
}

async fn read_own(context: &Context, request: &Request) -> Result<Link, ApiError> {
    let caller = request.caller()?;
    let id = request.id("linkId").map_err(|_| NO_LINK)?;
    context.links.get(id).await?.filter(|link| link.owner_id == caller).ok_or(NO_LINK)
}
