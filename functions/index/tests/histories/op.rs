//! The actions of members and of other functions.

use domain::Visibility;
use proptest::prelude::*;

/// The number of members.
pub const MEMBERS: usize = 4;

/// An action. Pictures have numbers in the order of their registration; greater numbers wrap
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
    /// An operator rebuilds the feed of a member.
    Rebuild(usize),
}

/// Generates random actions.
pub fn ops() -> impl Strategy<Value = Op> {
    use Visibility::{Friends, Private, Public};
    let visibility = || prop::sample::select(vec![Private, Friends, Friends, Public]);
    let (picture, member) = (|| 0usize..8, || 0..MEMBERS);
    prop_oneof![
        5 => (member(), visibility()).prop_map(|(owner, visibility)| Op::Register { owner, visibility }),
        1 => picture().prop_map(|picture| Op::AddRenditions { picture }),
        1 => picture().prop_map(|picture| Op::AddMetadata { picture }),
        5 => picture().prop_map(|picture| Op::MakeReady { picture }),
        1 => picture().prop_map(|picture| Op::Fail { picture }),
        5 => (picture(), visibility())
            .prop_map(|(picture, visibility)| Op::SetVisibility { picture, visibility }),
        1 => picture().prop_map(|picture| Op::EditCaption { picture }),
        2 => picture().prop_map(|picture| Op::Delete { picture }),
        6 => (member(), member()).prop_map(|(a, b)| Op::Befriend(a, b)),
        4 => (member(), member()).prop_map(|(a, b)| Op::Unfriend(a, b)),
        2 => (member(), member()).prop_map(|(a, b)| Op::Block(a, b)),
        2 => (member(), member()).prop_map(|(a, b)| Op::Unblock(a, b)),
        1 => member().prop_map(Op::DeleteAccount),
        1 => member().prop_map(Op::Rebuild),
    ]
}
