//! What `PUT /friends/{id}` does, from what the two are to each other now.

use domain::FriendshipState::{Friends, Invited, Requested};

/// The next step to a friendship.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing was there: ask them.
    Ask,
    /// They asked: accept.
    Accept,
    /// All is done that the caller can do.
    Stay(FriendshipState),
}

impl Step {
    /// `now`: what the other one is to the caller.
    #[must_use]
    pub fn after(now: Option<FriendshipState>) -> Self {
        match now {
            None => Self::Ask,
            Some(Invited) => Self::Accept,
            Some(state @ (Requested | Friends)) => Self::Stay(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_asked_is_accepted() {
        assert_eq!(Step::after(None), Step::Ask);
        assert_eq!(Step::after(Some(Invited)), Step::Accept);
    }

    #[test]
    fn repeating_changes_nothing() {
        for state in [Requested, Friends] {
            assert_eq!(Step::after(Some(state)), Step::Stay(state));
        }
    }
}
