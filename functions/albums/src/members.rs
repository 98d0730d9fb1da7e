//! Lists, adds, changes and removes the members of an album.

use std::collections::BTreeMap;

use domain::access::can_manage_album;
use domain::{
    Album, AlbumId, AlbumRole, FriendshipState, MAX_ALBUM_MEMBERS, Membership, PageRequest, User, UserId,
    format_thousands,
};
use jiff::{Timestamp, Unit};
use lambda::Error;
use lambda::http::{ApiError, Page, Request};
use lambda::view::ProfileView;
use serde::{Deserialize, Serialize};
use store::{AlbumManager, Conflict};

use crate::album::{TooManyAlbums, check_number_of_albums};
use crate::{Context, explain_refusal, read_album};

/// The maximum number of attempts. An attempt fails if another call changes the same member.
const MAX_ATTEMPTS: usize = 5;

/// A member of an album.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "AlbumMember"))]
pub struct MemberView {
    #[serde(flatten)]
    person: ProfileView,
    role: AlbumRole,
    /// The time when the member was added (UTC).
    since: Timestamp,
}

impl MemberView {
    fn new(membership: &Membership, profile: User) -> Self {
        Self { person: profile.into(), role: membership.role, since: membership.since }
    }
}

/// The body of `PUT /albums/{albumId}/members/{userId}`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "AlbumMemberChange"))]
pub struct MemberInput {
    #[cfg_attr(
        feature = "openapi",
        schemars(with = "String", extend("enum" = ["viewer", "contributor", "curator"]))
    )]
    role: Option<String>,
}

impl MemberInput {
    fn parse(&self) -> Result<AlbumRole, ApiError> {
        let invalid = || ApiError::Invalid("role must be viewer, contributor or curator".into());
        self.role.as_deref().and_then(AlbumRole::parse).ok_or_else(invalid)
    }
}

/// The `data` of the reply to `PUT` and `DELETE /albums/{albumId}/members/{userId}`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "AlbumMembership"))]
pub struct MembershipView {
    id: UserId,
    /// Null if the person is not a member.
    role: Option<AlbumRole>,
}

/// Reads a page of the members of an album, by id. The owner is no member. Omits members without a
/// profile, because the deletion of their account is in progress.
pub async fn list(
    context: &Context,
    caller: UserId,
    id: AlbumId,
    request: &Request,
) -> Result<Page<MemberView>, ApiError> {
    let cipher = context.secrets.cursor_cipher().await?;
    let page: PageRequest<UserId> = request.page(cipher)?;
    let members = context.albums.read_members(id, page.limit, page.after).await?;
    if read_album(context, caller, id).await?.access.role().is_none() {
        return Err(ApiError::Forbidden("Only the members of an album can see who they are."));
    }
    let ids = members.iter().map(|member| member.user_id).collect();
    let profiles = context.users.get_all(&ids).await?.into_iter();
    let mut profiles: BTreeMap<_, _> = profiles.map(|profile| (profile.id, profile)).collect();
    let view = |member: &Membership| Some(MemberView::new(member, profiles.remove(&member.user_id)?));
    let items = members.iter().filter_map(view).collect();
    let next = page.next(&members, |member| member.user_id);
    Ok(Page { items, cursor: request.cursor(cipher, next)? })
}

/// Adds a friend of the caller to an album, or changes the role of a member.
pub async fn put(
    context: &Context,
    caller: UserId,
    id: AlbumId,
    user: UserId,
    input: MemberInput,
) -> Result<MembershipView, ApiError> {
    for _ in 0..MAX_ATTEMPTS {
        let viewed = read_album(context, caller, id).await?;
        require_manager(viewed.access.role())?;
        let (album, role) = (viewed.album, input.parse()?);
        if user == album.owner_id {
            return Err(ApiError::Conflict("The owner of an album has all rights and no other role.".into()));
        }
        let manager = AlbumManager { album: &album, user_id: caller };
        let is_done = match context.albums.set_role(manager, user, role).await? {
            Ok(()) => true,
            Err(Conflict::Changed) => {
                let since = Timestamp::now().round(Unit::Millisecond).map_err(Error::from)?;
                let membership = Membership { album_id: id, user_id: user, role, added_by: caller, since };
                add(context, &album, &membership).await?
            }
            Err(_) => false,
        };
        if is_done {
            return Ok(MembershipView { id: user, role: Some(role) });
        }
    }
    Err(ApiError::Conflict("The member changed at the same time; try again in a moment.".into()))
}

/// Adds a member. Returns `false` if the album, the role of the caller or the membership has
/// changed at the same time.
///
/// # Errors
/// Returns an error if the person is not a friend of the caller, or if a limit is reached.
async fn add(context: &Context, album: &Album, membership: &Membership) -> Result<bool, ApiError> {
    let Membership { album_id: id, user_id: user, .. } = *membership;
    let friendship = context.friendships.get(membership.added_by, user).await?;
    if friendship.is_none_or(|friendship| friendship.state != FriendshipState::Friends) {
        return not_a_friend();
    }
    // Concurrent calls can exceed the limit slightly, which is harmless.
    check_number_of_albums(context, user, TooManyAlbums::OfFriend).await?;
    match context.albums.add_member(album, membership).await? {
        Ok(()) => Ok(true),
        Err(Conflict::AccountDeleted | Conflict::NoProfile(_)) => Err(ApiError::NO_PERSON),
        Err(Conflict::NotAllowed) => Ok(false),
        Err(Conflict::LimitReached) => match context.albums.get(id).await? {
            Some(_) => Err(ApiError::Conflict(format!(
                "The album has {} members, which is the maximum. Remove one first.",
                format_thousands(MAX_ALBUM_MEMBERS)
            ))),
            None => Err(ApiError::NO_ALBUM),
        },
        Err(_) if context.albums.get_member(id, user).await?.is_some() => Ok(false),
        Err(_) => not_a_friend(),
    }
}

fn not_a_friend<T>() -> Result<T, ApiError> {
    Err(ApiError::Conflict("You can only add your friends to an album.".into()))
}

/// Removes a member from an album. Members can leave, even if they can no longer view the album.
pub async fn remove(
    context: &Context,
    caller: UserId,
    id: AlbumId,
    user: UserId,
) -> Result<MembershipView, ApiError> {
    if user == caller && context.albums.get_member(id, user).await?.is_some() {
        context.albums.remove_member(id, user).await?;
        return Ok(MembershipView { id: user, role: None });
    }
    let viewed = read_album(context, caller, id).await?;
    if user == viewed.album.owner_id && can_manage_album(viewed.access.role()) {
        let message = "The owner cannot leave an album, but can delete it.";
        return Err(ApiError::Conflict(message.into()));
    }
    if user != caller {
        require_manager(viewed.access.role())?;
        let manager = AlbumManager { album: &viewed.album, user_id: caller };
        if context.albums.remove_member_by(manager, user).await?.is_err() {
            return Err(explain_refusal(context, caller, id, require_manager).await?);
        }
    }
    Ok(MembershipView { id: user, role: None })
}

fn require_manager(role: Option<AlbumRole>) -> Result<(), ApiError> {
    match can_manage_album(role) {
        true => Ok(()),
        false => Err(ApiError::Forbidden("Only the owner and the curators of an album can change members.")),
    }
}
