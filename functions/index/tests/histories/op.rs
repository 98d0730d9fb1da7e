//! The actions of members and of other functions.

use domain::{AlbumRole, Visibility};
use proptest::prelude::*;

/// The number of members.
pub const MEMBERS: usize = 4;

/// An action. Pictures and albums have numbers in the order of their creation; greater numbers wrap
/// around.
#[derive(Clone, Debug)]
pub enum Op {
    Register {
        owner: usize,
        visibility: Visibility,
    },
    /// `thumbnail` finishes.
    AddRenditions {
        picture: usize,
    },
    /// `metadata` finishes.
    AddMetadata {
        picture: usize,
    },
    /// Both functions finish.
    MakeReady {
        picture: usize,
    },
    /// The processing fails.
    Fail {
        picture: usize,
    },
    SetVisibility {
        picture: usize,
        visibility: Visibility,
    },
    EditCaption {
        picture: usize,
    },
    Delete {
        picture: usize,
    },
    Befriend(usize, usize),
    Unfriend(usize, usize),
    /// The first member blocks the second.
    Block(usize, usize),
    Unblock(usize, usize),
    DeleteAccount(usize),
    /// The time of a picture changes.
    Retake {
        picture: usize,
        second: i64,
    },
    CreateAlbum {
        owner: usize,
        visibility: Visibility,
    },
    SetAlbumVisibility {
        album: usize,
        visibility: Visibility,
    },
    DeleteAlbum {
        album: usize,
    },
    /// Sets or removes the rule of an album.
    SetRule {
        album: usize,
        rule: Option<&'static str>,
    },
    /// Adds a member, or changes the role of a member.
    SetMember {
        album: usize,
        member: usize,
        role: AlbumRole,
    },
    RemoveMember {
        album: usize,
        member: usize,
    },
    /// The owner of the picture adds it to an album of which they are the owner or a member.
    AddToAlbum {
        album: usize,
        picture: usize,
    },
    /// A guest adds a picture, which waits for approval.
    AddWaiting {
        album: usize,
        picture: usize,
    },
    Approve {
        album: usize,
        picture: usize,
    },
    /// Removes a picture from an album, waiting or not.
    RemoveFromAlbum {
        album: usize,
        picture: usize,
    },
    /// `cleanup` removes the pictures of a former member.
    RemovePicturesOf {
        album: usize,
        member: usize,
    },
    /// An operator rebuilds the feed of a member.
    Rebuild(usize),
}

fn rule() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(vec![None, Some("all"), Some("all"), Some("even"), Some("odd"), Some("odd fails")])
}

/// Generates groups of random actions on the pictures of one member, and on their two albums.
pub fn ops_of_rules() -> impl Strategy<Value = Vec<Vec<Op>>> {
    let visibility = Visibility::Private;
    let (picture, album) = (|| 0usize..8, || 0usize..2);
    let random = prop_oneof![
        2 => (0..2usize).prop_map(move |owner| Op::Register { owner, visibility }),
        3 => picture().prop_map(|picture| Op::MakeReady { picture }),
        1 => picture().prop_map(|picture| Op::Fail { picture }),
        8 => picture().prop_map(|picture| Op::EditCaption { picture }),
        2 => picture().prop_map(|picture| Op::Delete { picture }),
        3 => (album(), rule()).prop_map(|(album, rule)| Op::SetRule { album, rule }),
        2 => (album(), picture()).prop_map(|(album, picture)| Op::AddToAlbum { album, picture }),
    ];
    let album = || Op::CreateAlbum { owner: 0, visibility };
    let mut first =
        vec![album(), album(), Op::SetMember { album: 0, member: 1, role: AlbumRole::Contributor }];
    first.extend(
        (0..6).flat_map(|picture| [Op::Register { owner: 0, visibility }, Op::MakeReady { picture }]),
    );
    let groups = prop::collection::vec(prop::collection::vec(random, 1..8), 1..5);
    groups.prop_map(move |mut groups| {
        groups.insert(0, first.clone());
        groups
    })
}

/// Generates random actions.
pub fn ops() -> impl Strategy<Value = Op> {
    use Visibility::{Friends, Private, Public};
    let visibility = || prop::sample::select(vec![Private, Friends, Friends, Public]);
    let (picture, member, album) = (|| 0usize..8, || 0..MEMBERS, || 0usize..3);
    let role = || prop::sample::select(AlbumRole::OF_MEMBERS.to_vec());
    let in_album = move || (album(), picture());
    prop_oneof![
        5 => (member(), visibility()).prop_map(|(owner, visibility)| Op::Register { owner, visibility }),
        1 => picture().prop_map(|picture| Op::AddRenditions { picture }),
        1 => picture().prop_map(|picture| Op::AddMetadata { picture }),
        5 => picture().prop_map(|picture| Op::MakeReady { picture }),
        1 => picture().prop_map(|picture| Op::Fail { picture }),
        5 => (picture(), visibility())
            .prop_map(|(picture, visibility)| Op::SetVisibility { picture, visibility }),
        3 => picture().prop_map(|picture| Op::EditCaption { picture }),
        2 => picture().prop_map(|picture| Op::Delete { picture }),
        6 => (member(), member()).prop_map(|(a, b)| Op::Befriend(a, b)),
        4 => (member(), member()).prop_map(|(a, b)| Op::Unfriend(a, b)),
        2 => (member(), member()).prop_map(|(a, b)| Op::Block(a, b)),
        2 => (member(), member()).prop_map(|(a, b)| Op::Unblock(a, b)),
        1 => member().prop_map(Op::DeleteAccount),
        1 => member().prop_map(Op::Rebuild),
        1 => (picture(), 0i64..100).prop_map(|(picture, second)| Op::Retake { picture, second }),
        4 => (member(), visibility()).prop_map(|(owner, visibility)| Op::CreateAlbum { owner, visibility }),
        1 => (album(), visibility())
            .prop_map(|(album, visibility)| Op::SetAlbumVisibility { album, visibility }),
        1 => album().prop_map(|album| Op::DeleteAlbum { album }),
        4 => (album(), rule()).prop_map(|(album, rule)| Op::SetRule { album, rule }),
        6 => (album(), member(), role())
            .prop_map(|(album, member, role)| Op::SetMember { album, member, role }),
        2 => (album(), member()).prop_map(|(album, member)| Op::RemoveMember { album, member }),
        9 => in_album().prop_map(|(album, picture)| Op::AddToAlbum { album, picture }),
        1 => in_album().prop_map(|(album, picture)| Op::AddWaiting { album, picture }),
        1 => in_album().prop_map(|(album, picture)| Op::Approve { album, picture }),
        2 => in_album().prop_map(|(album, picture)| Op::RemoveFromAlbum { album, picture }),
    ]
}
