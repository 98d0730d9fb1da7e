//! What people do.

use domain::Visibility;
use proptest::prelude::*;

/// How many people there are.
pub const PEOPLE: usize = 4;

/// Something that somebody does. Pictures are numbered in the order of their registration; numbers go round.
#[derive(Clone, Debug)]
pub enum Op {
    Create {
        owner: usize,
        visibility: Visibility,
    },
    /// `thumbnail` is done.
    Rendered {
        picture: usize,
    },
    /// `metadata` is done.
    Examined {
        picture: usize,
    },
    /// Both are.
    Ready {
        picture: usize,
    },
    Failed {
        picture: usize,
    },
    Show {
        picture: usize,
        visibility: Visibility,
    },
    Caption {
        picture: usize,
    },
    Delete {
        picture: usize,
    },
    Befriend(usize, usize),
    Unfriend(usize, usize),
    DeleteAccount(usize),
    Rebuild(usize),
}

pub fn ops() -> impl Strategy<Value = Op> {
    use Visibility::{Friends, Private, Public};
    let visibility = || prop::sample::select(vec![Private, Friends, Friends, Public]);
    let (picture, one) = (|| 0usize..8, || 0..PEOPLE);
    prop_oneof![
        5 => (one(), visibility()).prop_map(|(owner, visibility)| Op::Create { owner, visibility }),
        1 => picture().prop_map(|picture| Op::Rendered { picture }),
        1 => picture().prop_map(|picture| Op::Examined { picture }),
        5 => picture().prop_map(|picture| Op::Ready { picture }),
        1 => picture().prop_map(|picture| Op::Failed { picture }),
        5 => (picture(), visibility()).prop_map(|(picture, visibility)| Op::Show { picture, visibility }),
        1 => picture().prop_map(|picture| Op::Caption { picture }),
        2 => picture().prop_map(|picture| Op::Delete { picture }),
        6 => (one(), one()).prop_map(|(a, b)| Op::Befriend(a, b)),
        4 => (one(), one()).prop_map(|(a, b)| Op::Unfriend(a, b)),
        1 => one().prop_map(Op::DeleteAccount),
        1 => one().prop_map(Op::Rebuild),
    ]
}
