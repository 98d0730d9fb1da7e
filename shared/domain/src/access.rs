//! The access policy: who can view, change and delete pictures, comments and profiles.
//!
//! All code that returns pictures calls [`can_view`]. The feeds and the live events use
//! [`Audience`], which derives from it. To add a kind of access (a member of an album, the holder
//! of a link), add a field to [`Relation`] and extend `is_shared` and [`Audience`].

use serde::{Deserialize, Serialize};

use crate::{
    Comment, Friendship, FriendshipState, Picture, PictureKey, PictureState, User, UserId, Visibility,
};

/// The relation of a reader to the owner of a picture. It must be read in the same transaction as
/// the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation {
    owner: bool,
    friend: bool,
    /// The reader blocked the owner.
    blocks: bool,
    /// The owner blocked the reader.
    blocked: bool,
}

impl Relation {
    /// The reader owns the picture.
    pub const OWNER: Self = Self { owner: true, ..Self::STRANGER };
    /// The reader is a friend of the owner.
    pub const FRIEND: Self = Self { friend: true, ..Self::STRANGER };
    /// The reader is anyone else, signed in or not.
    pub const STRANGER: Self = Self { owner: false, friend: false, blocks: false, blocked: false };

    /// Returns the relation of `reader` (`None` if not signed in) to `owner`. `friendship` is the
    /// row of the reader, if it exists.
    #[must_use]
    pub fn between(reader: Option<UserId>, owner: UserId, friendship: Option<&Friendship>) -> Self {
        match (reader, friendship) {
            (Some(reader), _) if reader == owner => Self::OWNER,
            (Some(_), Some(row)) => Self {
                owner: false,
                friend: row.state == FriendshipState::Friends,
                blocks: row.state == FriendshipState::Blocked,
                blocked: row.blocked_by_friend,
            },
            _ => Self::STRANGER,
        }
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
/// ready.
#[must_use]
pub fn can_view(picture: &Picture, relation: Relation) -> bool {
    relation.owner || (picture.state() == PictureState::Ready && is_shared(picture.visibility, relation))
}

fn is_shared(visibility: Visibility, relation: Relation) -> bool {
    match visibility {
        Visibility::Private => false,
        Visibility::Friends => relation.friend,
        Visibility::Public => true,
    }
}

/// Returns `true` if a reader can view the original and the GPS position.
#[must_use]
pub fn can_view_owner_fields(relation: Relation) -> bool {
    relation.owner
}

/// Returns `true` if a reader can comment on a picture.
#[must_use]
pub fn can_comment(picture: &Picture, relation: Relation) -> bool {
    can_view(picture, relation) && !relation.has_block()
}

/// Returns `true` if the reader can view the picture only because they are a friend of its owner.
#[must_use]
pub fn depends_on_friendship(picture: &Picture, relation: Relation) -> bool {
    can_view(picture, relation) && !can_view(picture, Relation { friend: false, ..relation })
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

/// Returns `true` if a reader can find a profile by name. Other members can, if the owner of the
/// profile has chosen this.
#[must_use]
pub fn can_find_by_name(profile: &User, reader: UserId) -> bool {
    profile.findable && profile.id != reader
}

/// Returns `true` if a reader can view the preferences of a profile: its notification preferences,
/// and whether it can be found by name. Only the owner of the profile can.
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
    use crate::{CameraFacts, CommentId, ContentType, PictureId, PictureKey, Rendition, Renditions};
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
