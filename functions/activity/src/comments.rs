//! What a change of a comment means.

use domain::{ActivityEvent, Comment};

/// From the row before and after the change. A comment comes and goes; nobody changes one.
#[must_use]
pub fn what(old: Option<&Comment>, new: Option<&Comment>) -> Option<What> {
    match (old, new) {
        (None, Some(new)) => {
            Some(ActivityEvent::CommentAdded { picture: new.picture, comment_id: new.comment_id })
        }
        (Some(old), None) => {
            Some(ActivityEvent::CommentRemoved { picture: old.picture, comment_id: old.comment_id })
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
    fn comments_come_and_go() {
        let picture = registered().key;
        let comment_id = CommentId::new();
        let created_at = "2026-01-02T03:04:05Z".parse().unwrap();
        let author_id = picture.owner_id;
        let comment = Comment { picture, comment_id, author_id, text: "Lovely.".into(), created_at };
        assert_eq!(what(None, Some(&comment)), Some(ActivityEvent::CommentAdded { picture, comment_id }));
        assert_eq!(what(Some(&comment), None), Some(ActivityEvent::CommentRemoved { picture, comment_id }));
        assert_eq!(what(Some(&comment), Some(&Comment { text: "Ugly.".into(), ..comment.clone() })), None);
        assert_eq!(what(None, None), None);
    }
}
