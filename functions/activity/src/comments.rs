//! Events of the Comments table.

use domain::{ActivityEvent, Comment};

/// Derives the event from the row before and after the change. Comments never change.
#[must_use]
pub fn derive_event(old: Option<&Comment>, new: Option<&Comment>) -> Option<ActivityEvent> {
    match (old, new) {
        (None, Some(new)) => {
            Some(ActivityEvent::CommentAdded { picture: new.picture, comment_id: new.comment_id })
        }
        (Some(old), None) => {
            let Comment { picture, comment_id, author_id, .. } = *old;
            Some(ActivityEvent::CommentRemoved { picture, comment_id, author_id: Some(author_id) })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::CommentId;
    use testing::registered_picture;

    #[test]
    fn a_comment_is_added_and_removed() {
        let picture = registered_picture().key;
        let comment_id = CommentId::new();
        let created_at = "2026-01-02T03:04:05Z".parse().unwrap();
        let author_id = picture.owner_id;
        let comment = Comment { picture, comment_id, author_id, text: "Lovely.".into(), created_at };
        assert_eq!(
            derive_event(None, Some(&comment)),
            Some(ActivityEvent::CommentAdded { picture, comment_id })
        );
        assert_eq!(
            derive_event(Some(&comment), None),
            Some(ActivityEvent::CommentRemoved { picture, comment_id, author_id: Some(author_id) })
        );
        assert_eq!(
            derive_event(Some(&comment), Some(&Comment { text: "Ugly.".into(), ..comment.clone() })),
            None
        );
        assert_eq!(derive_event(None, None), None);
    }
}
