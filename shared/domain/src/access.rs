//! The access policy: who can view, change and delete pictures, comments and profiles.
//!
//! All code that returns pictures calls [`can_view`]. The feeds and the live events use
//! [`Audience`], which derives from it. To add a kind of access, add a field to [`Relation`] and
//! extend [`can_view`].
//!
//! An album shows its pictures to everyone who can view the album ([`album_access`]). A share link
//! shows its pictures to everyone who has the link. Neither gives access to the pictures elsewhere.
//! Only a link that allows downloads gives access to originals ([`can_download_original`]), and
//! thereby to the GPS position.

use serde::{Deserialize, Serialize};

use crate::{
    Album, AlbumRole, Comment, Friendship, FriendshipState, Link, Membership, Picture, PictureKey,
    PictureState, User, UserId, Visibility,
};

/// The relation of a reader to the owner of a picture. Read it in the same transaction as the
/// picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation {
    owner: bool,
    friend: bool,
    /// The reader blocked the owner.
    blocks: bool,
    /// The owner blocked the reader.
    blocked: bool,
    /// The reader can view an album that contains the picture.
    album: bool,
    /// The reader has a share link that shows the picture.
    link: bool,
}

impl Relation {
    /// The reader owns the picture.
    pub const OWNER: Self = Self { owner: true, ..Self::STRANGER };
    /// The reader is a friend of the owner.
    pub const FRIEND: Self = Self { friend: true, ..Self::STRANGER };
    /// The reader is anyone else, signed in or not.
    pub const STRANGER: Self =
        Self { owner: false, friend: false, blocks: false, blocked: false, album: false, link: false };
    /// The reader is a visitor who has a share link that shows the picture.
    pub const LINK: Self = Self { link: true, ..Self::STRANGER };

    /// Returns the relation of `reader` (`None` if not signed in) to `owner`. `friendship` is the
    /// row of the reader, if it exists.
    #[must_use]
    pub fn between(reader: Option<UserId>, owner: UserId, friendship: Option<&Friendship>) -> Self {
        match (reader, friendship) {
            (Some(reader), _) if reader == owner => Self::OWNER,
            (Some(_), Some(row)) => Self {
                friend: row.state == FriendshipState::Friends,
                blocks: row.state == FriendshipState::Blocked,
                blocked: row.blocked_by_friend,
                ..Self::STRANGER
            },
            _ => Self::STRANGER,
        }
    }

    /// Returns the relation of a reader who can view an album that contains the picture. Read
    /// the entry of the album in the same transaction.
    #[must_use]
    pub fn with_album(self) -> Self {
        Self { album: true, ..self }
    }

    /// Returns `true` if the reader owns the picture.
    #[must_use]
    pub fn is_owner(self) -> bool {
        self.owner
    }

    /// Returns `true` if the reader is a friend of the owner.
    #[must_use]
    pub fn is_friend(self) -> bool {
        self.friend
    }

    /// Returns `true` if the reader blocked the owner. Feeds, messages and notifications then omit
    /// what the owner does, although the reader can still view public pictures.
    #[must_use]
    pub fn blocks_owner(self) -> bool {
        self.blocks
    }

    /// Returns `true` if one of the two blocked the other. They can view each other's public
    /// pictures as visitors can, and nothing else: no comments, no pictures in the album of a third
    /// member.
    #[must_use]
    pub fn has_block(self) -> bool {
        self.blocks || self.blocked
    }
}

/// Returns `true` if a reader can view a picture. Only the owner can view a picture that is not
/// ready. An album does not show a picture to a reader who has a block with its owner.
#[must_use]
pub fn can_view(picture: &Picture, relation: Relation) -> bool {
    let shows = |relation: Relation| {
        is_shared(picture.visibility, relation) || (relation.album && !relation.has_block()) || relation.link
    };
    relation.owner || (picture.state() == PictureState::Ready && shows(relation))
}

fn is_shared(visibility: Visibility, relation: Relation) -> bool {
    match visibility {
        Visibility::Private => false,
        Visibility::Friends => relation.friend,
        Visibility::Public => true,
    }
}

/// Returns `true` if a reader can view the GPS position. Only the owner can.
#[must_use]
pub fn can_view_owner_fields(relation: Relation) -> bool {
    relation.owner
}

/// Returns `true` if a reader can download the original of a picture that they can view. `link` is
/// the share link that shows the picture to the reader, if one does.
///
/// An original contains all metadata of the file, such as the GPS position. A link therefore
/// gives only the originals of the member who created it. It gives no original of another member,
/// who shares only renditions in the album, and no original of a guest.
///
/// Nobody asked a guest whether the owner of the album can know where they were. The owner gets the
/// original of a guest only if it is known to contain no position.
#[must_use]
pub fn can_download_original(picture: &Picture, relation: Relation, link: Option<&Link>) -> bool {
    let by_link = link.is_some_and(|link| {
        let is_own = link.owner_id == picture.key.owner_id && picture.guest.is_none();
        relation.link && link.rights.download && is_own
    });
    let is_readable = match picture.guest {
        None => picture.state() != PictureState::AwaitingUpload,
        Some(_) => picture.state() == PictureState::Ready && picture.is_without_position,
    };
    (relation.owner || by_link) && is_readable
}

/// Returns `true` if a signed-in reader can comment on a picture. A share link does not suffice.
#[must_use]
pub fn can_comment(picture: &Picture, relation: Relation) -> bool {
    can_view(picture, Relation { link: false, ..relation }) && !relation.has_block()
}

/// Returns `true` if the reader can view the picture only because they are a friend of its owner.
#[must_use]
pub fn depends_on_friendship(picture: &Picture, relation: Relation) -> bool {
    can_view(picture, relation) && !can_view(picture, Relation { friend: false, ..relation })
}

/// Returns `true` if the reader can view the picture only because an album contains it.
#[must_use]
pub fn depends_on_album(picture: &Picture, relation: Relation) -> bool {
    can_view(picture, relation) && !can_view(picture, Relation { album: false, ..relation })
}

/// The relation of a reader to an album. Read it in the same transaction as the album.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlbumRelation {
    role: Option<AlbumRole>,
    /// The relation to the owner of the album.
    owner: Relation,
}

/// The reason why a reader can view an album.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlbumAccess {
    /// The reader is the owner or a member.
    Role(AlbumRole),
    /// The reader is a friend of the owner, and the album is visible to friends.
    Friend,
    /// The album is public.
    Public,
}

impl AlbumAccess {
    /// Returns the role of the reader in the album.
    #[must_use]
    pub fn role(self) -> Option<AlbumRole> {
        match self {
            Self::Role(role) => Some(role),
            Self::Friend | Self::Public => None,
        }
    }
}

impl AlbumRelation {
    /// Returns the relation of `reader` (`None` if not signed in) to an album. `membership` and
    /// `friendship` (with the owner of the album) are the rows of the reader, if they exist.
    #[must_use]
    pub fn between(
        reader: Option<UserId>,
        album: &Album,
        membership: Option<&Membership>,
        friendship: Option<&Friendship>,
    ) -> Self {
        let owner = Relation::between(reader, album.owner_id, friendship);
        let is_of_reader = |row: &&Membership| row.album_id == album.album_id && Some(row.user_id) == reader;
        let role = match owner.is_owner() {
            true => Some(AlbumRole::Owner),
            false => membership.filter(is_of_reader).map(|membership| membership.role),
        };
        Self { role, owner }
    }
}

/// Returns the reason why a reader can view an album, or `None` if they cannot. A member whom
/// the owner blocked, or who blocked the owner, views the album as a visitor does.
#[must_use]
pub fn album_access(album: &Album, relation: AlbumRelation) -> Option<AlbumAccess> {
    match relation.role {
        Some(role) if !relation.owner.has_block() => Some(AlbumAccess::Role(role)),
        _ => match album.visibility {
            Visibility::Public => Some(AlbumAccess::Public),
            Visibility::Friends if relation.owner.is_friend() => Some(AlbumAccess::Friend),
            Visibility::Friends | Visibility::Private => None,
        },
    }
}

/// Returns `true` if a user can add a picture to an album. The user must be a contributor, and own
/// the picture.
#[must_use]
pub fn can_add_to_album(role: Option<AlbumRole>, picture: PictureKey, user: UserId) -> bool {
    role >= Some(AlbumRole::Contributor) && picture.owner_id == user
}

/// Returns `true` if a user can remove a picture from an album. The owner of the picture can,
/// whatever their role.
#[must_use]
pub fn can_remove_from_album(role: Option<AlbumRole>, picture: PictureKey, user: UserId) -> bool {
    role >= Some(AlbumRole::Curator) || picture.owner_id == user
}

/// Returns `true` if a user with this role can add and remove members, and review the pictures of
/// guests.
#[must_use]
pub fn can_manage_album(role: Option<AlbumRole>) -> bool {
    role >= Some(AlbumRole::Curator)
}

/// Returns `true` if a user with this role can change and delete the album and create links to it.
#[must_use]
pub fn can_edit_album(role: Option<AlbumRole>) -> bool {
    role == Some(AlbumRole::Owner)
}

/// Returns `true` if a user can upload, change or delete a picture. Only the owner can.
#[must_use]
pub fn can_edit_picture(picture: PictureKey, user: UserId) -> bool {
    user == picture.owner_id
}

/// Returns `true` if a user can change a profile and delete its account. Only the owner of the
/// profile can.
#[must_use]
pub fn can_edit_profile(profile_owner: UserId, user: UserId) -> bool {
    user == profile_owner
}

/// Returns `true` if a reader can find a profile by name. Other members can if the owner of the
/// profile allows it.
#[must_use]
pub fn can_find_by_name(profile: &User, reader: UserId) -> bool {
    profile.findable && profile.id != reader
}

/// Returns `true` if a reader can view the preferences of a profile: its notification preferences,
/// and whether others can find it by name. Only the owner of the profile can.
#[must_use]
pub fn can_view_preferences(profile_owner: UserId, reader: UserId) -> bool {
    reader == profile_owner
}

/// Returns `true` if a user can delete a comment. Its author and the owner of the picture can.
#[must_use]
pub fn can_delete_comment(comment: &Comment, user: UserId) -> bool {
    user == comment.author_id || user == comment.picture.owner_id
}

/// The readers who have a picture in their feeds. Each audience includes the previous one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Audience {
    /// No feed: the picture is not ready, or deleted.
    Nobody,
    /// The owner.
    Owner,
    /// The owner and the owner's friends.
    Friends,
    /// The owner, the owner's friends, and the public feed.
    Everyone,
}

impl Audience {
    /// Returns the audience of a picture according to [`can_view`]. `None` is a deleted picture.
    #[must_use]
    pub fn of(picture: Option<&Picture>) -> Self {
        match picture.filter(|picture| picture.state() == PictureState::Ready) {
            None => Self::Nobody,
            Some(picture) if can_view(picture, Relation::STRANGER) => Self::Everyone,
            Some(picture) if can_view(picture, Relation::FRIEND) => Self::Friends,
            Some(_) => Self::Owner,
        }
    }

    /// Returns `true` if the feeds of readers with this relation contain the picture. The feed of
    /// strangers is the public feed.
    #[must_use]
    pub fn includes_in_feed(self, relation: Relation) -> bool {
        let smallest = match relation {
            Relation { owner: true, .. } => Self::Owner,
            Relation { friend: true, .. } => Self::Friends,
            _ => Self::Everyone,
        };
        self >= smallest
    }

    /// Returns `true` if readers with this relation can view an existing picture with this
    /// audience. The owner can view a picture that is not ready, although no feed contains it.
    #[must_use]
    pub fn allows_view(self, relation: Relation) -> bool {
        relation.owner || self.includes_in_feed(relation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        AlbumId, CameraFacts, CommentId, ContentType, Guest, LinkId, LinkRights, LinkTarget, LinkToken,
        PictureId, PictureKey, Rendition, Renditions,
    };
    use uuid::Uuid;

    const RELATIONS: [Relation; 3] = [Relation::OWNER, Relation::FRIEND, Relation::STRANGER];
    const BLOCKS: [Relation; 3] = [
        Relation { blocks: true, ..Relation::STRANGER },
        Relation { blocked: true, ..Relation::STRANGER },
        Relation { blocks: true, blocked: true, ..Relation::STRANGER },
    ];
    const VISIBILITIES: [Visibility; 3] = [Visibility::Private, Visibility::Friends, Visibility::Public];

    fn registered(visibility: Visibility) -> Picture {
        let key = PictureKey { owner_id: UserId(Uuid::nil()), picture_id: PictureId::new() };
        Picture::register(key, visibility, ContentType::Jpeg, 1)
    }

    fn ready(visibility: Visibility) -> Picture {
        let size = Rendition { width: 1, height: 1, bytes: 1 };
        let renditions = Some(Renditions { small: size.clone(), large: size });
        Picture { renditions, metadata: Some(CameraFacts::default()), ..registered(visibility) }
    }

    #[test]
    fn visibility_decides_who_can_view_a_ready_picture() {
        // visibility, owner, friend, stranger
        for (visibility, expected) in [
            (Visibility::Private, [true, false, false]),
            (Visibility::Friends, [true, true, false]),
            (Visibility::Public, [true, true, true]),
        ] {
            let picture = ready(visibility);
            assert_eq!(RELATIONS.map(|relation| can_view(&picture, relation)), expected, "{visibility:?}");
        }
    }

    const ALBUM_OWNER: UserId = UserId(Uuid::from_u128(1));
    const READER: UserId = UserId(Uuid::from_u128(2));

    fn album(visibility: Visibility) -> Album {
        let (album, created_at) = (AlbumId(Uuid::nil()), jiff::Timestamp::UNIX_EPOCH);
        Album { visibility, ..Album::new(album, ALBUM_OWNER, "Oslo".into(), created_at) }
    }

    fn membership(role: AlbumRole) -> Membership {
        let album_id = AlbumId(Uuid::nil());
        let since = jiff::Timestamp::UNIX_EPOCH;
        Membership { album_id, user_id: READER, role, added_by: ALBUM_OWNER, since }
    }

    /// Returns the access to an album for each visibility.
    fn accesses(
        reader: Option<UserId>,
        membership: Option<&Membership>,
        friendship: Option<&Friendship>,
    ) -> [Option<AlbumAccess>; 3] {
        VISIBILITIES.map(|visibility| {
            let album = album(visibility);
            album_access(&album, AlbumRelation::between(reader, &album, membership, friendship))
        })
    }

    fn friendship(state: FriendshipState) -> Friendship {
        Friendship::new(READER, ALBUM_OWNER, state, jiff::Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn members_view_every_album_friends_and_strangers_what_its_visibility_says() {
        let [friend, stranger] = [FriendshipState::Friends, FriendshipState::Unrelated].map(friendship);
        let public = Some(AlbumAccess::Public);
        for role in AlbumRole::OF_MEMBERS {
            let expected = [Some(AlbumAccess::Role(role)); 3];
            for friendship in [None, Some(&friend), Some(&stranger)] {
                assert_eq!(accesses(Some(READER), Some(&membership(role)), friendship), expected);
            }
            assert_eq!(accesses(None, Some(&membership(role)), None), [None, None, public]);
            let other = Membership { user_id: ALBUM_OWNER, ..membership(role) };
            assert_eq!(accesses(Some(READER), Some(&other), None), [None, None, public]);
        }
        let owner = [Some(AlbumAccess::Role(AlbumRole::Owner)); 3];
        assert_eq!(accesses(Some(ALBUM_OWNER), None, None), owner);
        assert_eq!(accesses(Some(READER), None, Some(&friend)), [None, Some(AlbumAccess::Friend), public]);
        assert_eq!(accesses(Some(READER), None, Some(&stranger)), [None, None, public]);
        assert_eq!(accesses(None, None, None), [None, None, public]);
    }

    #[test]
    fn a_block_between_a_member_and_the_owner_of_an_album_leaves_the_access_of_a_visitor() {
        let blocks = friendship(FriendshipState::Blocked);
        let blocked = Friendship { blocked_by_friend: true, ..friendship(FriendshipState::Unrelated) };
        for row in [blocks, blocked] {
            let member = membership(AlbumRole::Curator);
            let expected = [None, None, Some(AlbumAccess::Public)];
            assert_eq!(accesses(Some(READER), Some(&member), Some(&row)), expected);
        }
    }

    #[test]
    fn an_album_shows_ready_pictures_unless_reader_and_owner_have_a_block() {
        for visibility in VISIBILITIES {
            let in_album = Relation::STRANGER.with_album();
            let picture = ready(visibility);
            assert!(can_view(&picture, in_album) && can_comment(&picture, in_album), "{visibility:?}");
            assert!(!can_view_owner_fields(in_album));
            assert!(!can_view(&registered(visibility), in_album));
            assert_eq!(depends_on_album(&picture, in_album), visibility != Visibility::Public);
            for relation in BLOCKS {
                let expected = can_view(&picture, relation);
                assert_eq!(can_view(&picture, relation.with_album()), expected, "{relation:?}");
                assert!(!can_comment(&picture, relation.with_album()));
            }
        }
    }

    #[test]
    fn a_link_shows_ready_pictures_without_owner_fields_and_without_comments_on_hidden_ones() {
        for visibility in VISIBILITIES {
            let picture = ready(visibility);
            assert!(can_view(&picture, Relation::LINK) && !can_view_owner_fields(Relation::LINK));
            assert!(!can_view(&registered(visibility), Relation::LINK));
            let as_stranger = can_comment(&picture, Relation::STRANGER);
            assert_eq!(can_comment(&picture, Relation::LINK), as_stranger);
        }
    }

    #[test]
    fn a_link_gives_the_originals_of_its_owner_where_it_allows_downloads() {
        let picture = ready(Visibility::Private);
        let token = LinkToken::new(LinkId::new(), [1; 16]);
        let link = Link {
            link_id: token.link_id,
            owner_id: picture.key.owner_id,
            target: LinkTarget::Album(AlbumId::new()),
            name: None,
            secret_hash: token.secret_hash(),
            expires_at: None,
            password_hash: None,
            rights: LinkRights { download: true, upload: true },
            review: false,
            created_at: jiff::Timestamp::UNIX_EPOCH,
        };
        let view_only = Link { rights: LinkRights { download: false, upload: true }, ..link.clone() };
        let of_another = Link { owner_id: ALBUM_OWNER, ..link.clone() };
        let guest = Guest { name: "Bo".into(), link_id: link.link_id, key_hash: token.secret_hash() };
        let of_guest = Picture { guest: Some(guest), ..picture.clone() };
        let allows = |picture, link| can_download_original(picture, Relation::LINK, link);
        assert!(allows(&picture, Some(&link)));
        for other in [Some(&view_only), Some(&of_another), None] {
            assert!(!allows(&picture, other), "{other:?}");
        }
        assert!(!allows(&of_guest, Some(&link)));
        let awaiting = registered(Visibility::Private);
        let without_position = Picture { is_without_position: true, ..of_guest.clone() };
        let failed = Picture { failure: Some("no picture".into()), ..without_position.clone() };
        assert!(!allows(&without_position, Some(&link)));
        for (case, picture, expected) in [
            ("own", &picture, true),
            ("a guest's with a position", &of_guest, false),
            ("a guest's without one", &without_position, true),
            ("a guest's that is no picture", &failed, false),
            ("awaiting", &awaiting, false),
        ] {
            assert_eq!(can_download_original(picture, Relation::OWNER, None), expected, "{case}");
        }
        for relation in [Relation::FRIEND, Relation::STRANGER, Relation::STRANGER.with_album()] {
            assert!(!can_download_original(&picture, relation, Some(&link)), "{relation:?}");
        }
    }

    #[test]
    fn each_role_has_the_rights_of_the_previous_ones() {
        use AlbumRole::{Contributor, Curator, Owner, Viewer};
        let own = PictureKey { owner_id: READER, picture_id: PictureId::new() };
        let other = PictureKey { owner_id: ALBUM_OWNER, ..own };
        let roles = [None, Some(Viewer), Some(Contributor), Some(Curator), Some(Owner)];
        let allowed = |right: &dyn Fn(Option<AlbumRole>) -> bool| roles.map(right);
        let add = |picture| allowed(&move |role| can_add_to_album(role, picture, READER));
        assert_eq!(add(own), [false, false, true, true, true]);
        assert_eq!(add(other), [false; 5]);
        let remove = |picture| allowed(&move |role| can_remove_from_album(role, picture, READER));
        assert_eq!(remove(own), [true; 5]);
        assert_eq!(remove(other), [false, false, false, true, true]);
        assert_eq!(allowed(&can_manage_album), [false, false, false, true, true]);
        assert_eq!(allowed(&can_edit_album), [false, false, false, false, true]);
    }

    #[test]
    fn only_the_owner_can_view_a_picture_that_is_not_ready() {
        for visibility in VISIBILITIES {
            let failed = Picture { failure: Some("Not a picture.".into()), ..ready(visibility) };
            let processing = Picture { metadata: None, ..ready(visibility) };
            for picture in [registered(visibility), processing, failed] {
                let visible = RELATIONS.map(|relation| can_view(&picture, relation));
                assert_eq!(visible, [true, false, false], "{visibility:?}");
                assert_eq!(Audience::of(Some(&picture)), Audience::Nobody);
            }
        }
    }

    #[test]
    fn only_the_owner_can_view_the_owner_fields() {
        assert_eq!(RELATIONS.map(can_view_owner_fields), [true, false, false]);
    }

    #[test]
    fn feeds_contain_a_ready_picture_for_exactly_its_viewers() {
        for visibility in VISIBILITIES {
            let picture = ready(visibility);
            let audience = Audience::of(Some(&picture));
            for relation in RELATIONS {
                assert_eq!(
                    audience.includes_in_feed(relation),
                    can_view(&picture, relation),
                    "{visibility:?}"
                );
            }
        }
        assert!(!RELATIONS.into_iter().any(|relation| Audience::of(None).includes_in_feed(relation)));
    }

    #[test]
    fn the_audience_allows_views_by_exactly_the_viewers_of_a_picture() {
        for visibility in VISIBILITIES {
            for picture in [registered(visibility), ready(visibility)] {
                let audience = Audience::of(Some(&picture));
                for relation in RELATIONS {
                    assert_eq!(audience.allows_view(relation), can_view(&picture, relation), "{picture:?}");
                }
            }
        }
    }

    #[test]
    fn only_the_access_of_a_friend_to_a_picture_for_friends_depends_on_friendship() {
        for visibility in VISIBILITIES {
            let picture = ready(visibility);
            let depends = RELATIONS.map(|relation| depends_on_friendship(&picture, relation));
            assert_eq!(depends, [false, visibility == Visibility::Friends, false], "{visibility:?}");
        }
    }

    #[test]
    fn a_block_in_any_direction_leaves_the_access_of_a_stranger_without_comments() {
        for relation in BLOCKS {
            assert!(relation.has_block());
            for visibility in VISIBILITIES {
                for picture in [registered(visibility), ready(visibility)] {
                    assert_eq!(can_view(&picture, relation), can_view(&picture, Relation::STRANGER));
                    assert!(!can_comment(&picture, relation), "{visibility:?} {relation:?}");
                    let audience = Audience::of(Some(&picture));
                    assert_eq!(audience.allows_view(relation), audience.allows_view(Relation::STRANGER));
                }
            }
        }
        assert_eq!(BLOCKS.map(Relation::blocks_owner), [true, false, true]);
    }

    #[test]
    fn viewers_can_comment() {
        for visibility in VISIBILITIES {
            for picture in [registered(visibility), ready(visibility)] {
                for relation in RELATIONS {
                    assert_eq!(can_comment(&picture, relation), can_view(&picture, relation));
                    assert!(!relation.has_block() && !relation.blocks_owner());
                }
            }
        }
    }

    #[test]
    fn the_relation_follows_from_reader_owner_and_friendship() {
        use FriendshipState::{Blocked, Friends, Invited, Requested, Unrelated};
        let [owner, other] = [1, 2].map(|id| UserId(Uuid::from_u128(id)));
        let row = |state, blocked_by_friend| {
            let row = Friendship::new(other, owner, state, jiff::Timestamp::UNIX_EPOCH);
            Friendship { blocked_by_friend, ..row }
        };
        let [blocks, blocked, both] = BLOCKS;
        for (state, is_blocked, expected) in [
            (Friends, false, Relation::FRIEND),
            (Requested, false, Relation::STRANGER),
            (Invited, false, Relation::STRANGER),
            (Unrelated, false, Relation::STRANGER),
            (Blocked, false, blocks),
            (Unrelated, true, blocked),
            (Requested, true, blocked),
            (Blocked, true, both),
        ] {
            let row = row(state, is_blocked);
            assert_eq!(Relation::between(Some(other), owner, Some(&row)), expected);
            assert_eq!(Relation::between(None, owner, Some(&row)), Relation::STRANGER);
            assert_eq!(Relation::between(Some(owner), owner, Some(&row)), Relation::OWNER);
        }
        assert_eq!(Relation::between(Some(other), owner, None), Relation::STRANGER);
        assert_eq!(Relation::between(Some(owner), owner, None), Relation::OWNER);
    }

    #[test]
    fn only_the_owner_can_edit_a_picture() {
        let [owner, other] = [1, 2].map(|id| UserId(Uuid::from_u128(id)));
        let picture = PictureKey { owner_id: owner, picture_id: PictureId::new() };
        assert_eq!([owner, other].map(|user| can_edit_picture(picture, user)), [true, false]);
    }

    #[test]
    fn only_the_owner_of_a_profile_can_edit_it_and_view_its_preferences() {
        let [member, other] = [1, 2].map(|id| UserId(Uuid::from_u128(id)));
        assert_eq!([member, other].map(|user| can_edit_profile(member, user)), [true, false]);
        assert_eq!([member, other].map(|user| can_view_preferences(member, user)), [true, false]);
    }

    #[test]
    fn only_other_members_find_a_person_who_has_chosen_to_be_findable() {
        let [member, other] = [1, 2].map(|id| UserId(Uuid::from_u128(id)));
        for findable in [true, false] {
            let profile = User {
                id: member,
                handle: "ada".parse().unwrap(),
                first_name: "Ada".into(),
                last_name: "Lovelace".into(),
                created_at: jiff::Timestamp::UNIX_EPOCH,
                notifications: crate::NotificationPreferences::default(),
                findable,
                handle_changes: Vec::new(),
            };
            assert_eq!([member, other].map(|user| can_find_by_name(&profile, user)), [false, findable]);
        }
    }

    #[test]
    fn the_author_and_the_owner_of_the_picture_can_delete_a_comment() {
        let [owner, author, other] = [1, 2, 3].map(|id| UserId(Uuid::from_u128(id)));
        let comment = Comment {
            picture: PictureKey { owner_id: owner, picture_id: PictureId::new() },
            comment_id: CommentId::new(),
            author_id: author,
            text: "So blue!".into(),
            created_at: jiff::Timestamp::UNIX_EPOCH,
        };
        let allowed = [owner, author, other].map(|user| can_delete_comment(&comment, user));
        assert_eq!(allowed, [true, true, false]);
    }
}
