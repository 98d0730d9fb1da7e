//! The members of albums, and their roles.

use std::collections::BTreeSet;

use domain::{Album, AlbumId, AlbumRole, FriendshipState, MAX_ALBUM_MEMBERS, Membership, UserId};
use jiff::Timestamp;

use super::keys::{MEMBER, album_of_member, album_of_member_key, key, member_key, with_key};
use super::{Albums, MAX_ATTEMPTS};
use crate::database::{Table, unless_condition_failed};
use crate::retry::back_off;
use crate::transaction::{Conflict, Expression, Transaction};
use crate::{Error, friendships, from_rows, number, string, to_row};

/// The owner or a curator of an album, for whom a call changes its members or its pictures. Each
/// write requires that they still are.
#[derive(Clone, Copy, Debug)]
pub struct AlbumManager<'a> {
    /// The album.
    pub album: &'a Album,
    /// The owner or the curator.
    pub user_id: UserId,
}

impl Albums {
    /// Reads a membership, strongly consistent.
    pub async fn get_member(&self, album: AlbumId, user: UserId) -> Result<Option<Membership>, Error> {
        self.0.get_as(Table::Albums, member_key(album, user)).await
    }

    /// Reads the memberships of a user in several albums, strongly consistent, in no order. Ids
    /// must be distinct.
    pub async fn get_memberships(&self, user: UserId, albums: &[AlbumId]) -> Result<Vec<Membership>, Error> {
        self.0.get_all_as(Table::Albums, albums.iter().map(|album| member_key(*album, user))).await
    }

    /// Returns the pairs whose user is a member of the album, strongly consistent.
    pub async fn find_members(
        &self,
        pairs: &BTreeSet<(AlbumId, UserId)>,
    ) -> Result<BTreeSet<(AlbumId, UserId)>, Error> {
        let keys = pairs.iter().map(|(album, user)| member_key(*album, *user));
        let members: Vec<Membership> = self.0.get_all_as(Table::Albums, keys).await?;
        Ok(members.into_iter().map(|member| (member.album_id, member.user_id)).collect())
    }

    /// Reads all members of an album, strongly consistent: at most
    /// [`domain::MAX_ALBUM_MEMBERS`]. The owner has no membership.
    pub async fn list_members(&self, album: AlbumId) -> Result<Vec<Membership>, Error> {
        self.list_entries(album, MEMBER).await
    }

    /// Reads a page of the members of an album by id, strongly consistent.
    pub async fn read_members(
        &self,
        album: AlbumId,
        limit: usize,
        after: Option<UserId>,
    ) -> Result<Vec<Membership>, Error> {
        let request = self.query_prefix(album, MEMBER).limit(i32::try_from(limit)?);
        let start = after.map(|user| member_key(album, user));
        from_rows(request.set_exclusive_start_key(start).send().await?.items)
    }

    /// Adds a friend of `added_by`, who must be the owner or a curator, to an album.
    ///
    /// Conflicts: [`Conflict::AccountDeleted`] and [`Conflict::NoProfile`] for the new member,
    /// [`Conflict::NotAllowed`] if the album does not exist or `added_by` is no longer a curator,
    /// [`Conflict::LimitReached`], and [`Conflict::Changed`] if the two are not friends or the user
    /// is a member already.
    pub async fn add_member(
        &self,
        album: &Album,
        membership: &Membership,
    ) -> Result<Result<(), Conflict>, Error> {
        let Membership { album_id, user_id: user, added_by, .. } = *membership;
        let row = with_key(to_row(membership)?, member_key(album_id, user));
        let transaction = self.0.transaction();
        let transaction =
            transaction.put_if(Table::Albums, row, Expression::absent("entry"), Conflict::Changed);
        let transaction = transaction.put(Table::Albums, album_of_member(user, album_id, Timestamp::now()));
        let below_limit = Expression::new("members < :max").value(":max", number(MAX_ALBUM_MEMBERS));
        let count = Expression::new("ADD members :one").value(":one", number(1));
        let transaction =
            transaction.update_if(Table::Albums, key(album_id), count, below_limit, Conflict::LimitReached);
        let friends = Expression::equals("state", FriendshipState::Friends.as_str());
        let friendship = friendships::key(added_by, user);
        let transaction = transaction.require(Table::Friendships, friendship, friends, Conflict::Changed);
        let transaction = transaction.require_role(album, added_by, AlbumRole::Curator);
        transaction.require_account(user).require_profile(user).commit().await
    }

    /// Changes the role of a member.
    ///
    /// Conflicts: [`Conflict::NotAllowed`] if the album does not exist or the manager has lost the
    /// role, and [`Conflict::Changed`] if the user is not a member.
    pub async fn set_role(
        &self,
        manager: AlbumManager<'_>,
        user: UserId,
        role: AlbumRole,
    ) -> Result<Result<(), Conflict>, Error> {
        let AlbumManager { album, user_id } = manager;
        let set = Expression::new("SET #role = :new").name("#role", "role");
        let set = set.value(":new", string(role.as_str()));
        let member = member_key(album.album_id, user);
        let transaction = self.0.transaction().require_album(album.album_id);
        // A transaction must not name the row of the manager twice.
        let transaction = match user == user_id {
            true => {
                let is_curator = has_role(AlbumRole::Curator);
                let transaction =
                    transaction.update_if(Table::Albums, member, set, is_curator, Conflict::NotAllowed);
                transaction.require_no_block(album, user)
            }
            false => {
                let exists = Expression::exists("entry");
                let transaction =
                    transaction.update_if(Table::Albums, member, set, exists, Conflict::Changed);
                transaction.require_manager(manager)
            }
        };
        transaction.commit().await
    }

    /// Ends a membership. A function that subscribes to the table removes the pictures of the
    /// former member. Succeeds even if the user is not a member or the album does not exist.
    pub async fn remove_member(&self, album: AlbumId, user: UserId) -> Result<(), Error> {
        let removed = self.end_membership(album, user, None).await?;
        removed.map_err(|conflict| format!("an unconditional removal has a conflict: {conflict:?}").into())
    }

    /// Ends the membership of another member as [`Albums::remove_member`] does.
    ///
    /// Conflict: [`Conflict::NotAllowed`] if the album does not exist or the manager has lost the
    /// role.
    pub async fn remove_member_by(
        &self,
        manager: AlbumManager<'_>,
        user: UserId,
    ) -> Result<Result<(), Conflict>, Error> {
        self.end_membership(manager.album.album_id, user, Some(manager)).await
    }

    async fn end_membership(
        &self,
        album: AlbumId,
        user: UserId,
        manager: Option<AlbumManager<'_>>,
    ) -> Result<Result<(), Conflict>, Error> {
        for attempt in 0..MAX_ATTEMPTS {
            back_off(attempt).await;
            if self.get_member(album, user).await?.is_none() {
                return Ok(Ok(()));
            }
            let has_album = self.get(album).await?.is_some();
            let transaction = self.0.transaction();
            let (member, exists) = (member_key(album, user), Expression::exists("entry"));
            let transaction = transaction.delete_if(Table::Albums, member, exists, Conflict::Changed);
            let mut transaction = transaction.delete(Table::Albums, album_of_member_key(user, album));
            if has_album {
                let count = Expression::new("ADD members :minus").value(":minus", number(-1));
                let exists = Expression::exists("entry");
                transaction =
                    transaction.update_if(Table::Albums, key(album), count, exists, Conflict::Changed);
            }
            if let Some(manager) = manager {
                if !has_album {
                    return Ok(Err(Conflict::NotAllowed));
                }
                transaction = transaction.require_manager(manager);
            }
            match transaction.commit().await? {
                Err(Conflict::Changed) => {}
                outcome => return Ok(outcome),
            }
        }
        Err(format!("the membership changed in each of {MAX_ATTEMPTS} attempts").into())
    }

    /// Replaces a former member with the owner of the album in `added_by` of all memberships, so
    /// that no row contains the id of a deleted account.
    pub async fn forget_adder(&self, album: &Album, adder: UserId) -> Result<(), Error> {
        for membership in self.list_members(album.album_id).await? {
            if membership.added_by != adder {
                continue;
            }
            let request = self.0.update(Table::Albums, member_key(album.album_id, membership.user_id));
            let request = request
                .update_expression("SET addedBy = :owner")
                .condition_expression("addedBy = :adder")
                .expression_attribute_values(":owner", string(album.owner_id))
                .expression_attribute_values(":adder", string(adder));
            unless_condition_failed(request.send().await)?;
        }
        Ok(())
    }
}

impl Transaction<'_> {
    /// Adds the conditions under which [`domain::access::album_access`] gives a user at least this
    /// role: the role of the member, and no block between the member and the owner. Adds nothing
    /// for the owner. In both cases, the transaction must also require that the album exists.
    ///
    /// Conflict: [`Conflict::NotAllowed`].
    pub(super) fn require_role(self, album: &Album, user: UserId, role: AlbumRole) -> Self {
        if album.owner_id == user {
            return self;
        }
        let member = member_key(album.album_id, user);
        let transaction = self.require(Table::Albums, member, has_role(role), Conflict::NotAllowed);
        transaction.require_no_block(album, user)
    }

    /// Adds the conditions of [`Transaction::require_role`] for a manager.
    pub(super) fn require_manager(self, manager: AlbumManager<'_>) -> Self {
        self.require_role(manager.album, manager.user_id, AlbumRole::Curator)
    }

    fn require_no_block(self, album: &Album, member: UserId) -> Self {
        let friendship = friendships::key(member, album.owner_id);
        self.require(Table::Friendships, friendship, friendships::no_block(), Conflict::NotAllowed)
    }

    /// Adds the condition that an album exists.
    ///
    /// Conflict: [`Conflict::NotAllowed`].
    pub(super) fn require_album(self, album: AlbumId) -> Self {
        self.require(Table::Albums, key(album), Expression::exists("entry"), Conflict::NotAllowed)
    }
}

/// Creates a condition on a membership that its role is at least this one.
fn has_role(role: AlbumRole) -> Expression {
    let roles: Vec<_> = AlbumRole::OF_MEMBERS.into_iter().filter(|other| *other >= role).collect();
    let names: Vec<_> = (0..roles.len()).map(|i| format!(":role{i}")).collect();
    let condition = Expression::new(format!("#role IN ({})", names.join(", "))).name("#role", "role");
    let values = names.iter().zip(roles);
    values.fold(condition, |condition, (name, role)| condition.value(name, string(role.as_str())))
}
