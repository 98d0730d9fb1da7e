//! Paging: pages list each picture once.

use domain::{PictureKey, Visibility};
use end_to_end::people::{Member, key_of};
use end_to_end::pictures::unique_file;

/// Returns all pictures of a list, read in pages of `limit`.
async fn read_keys(reader: &Member, list: &str, limit: usize) -> Vec<PictureKey> {
    reader.read_all(list, limit).await.iter().map(key_of).collect()
}

#[tokio::test]
async fn pages_list_each_picture_once() {
    let (owner, stranger) = (Member::new().await, Member::new().await);
    let (mut mine, mut public) = (Vec::new(), Vec::new());
    for i in 0..7 {
        let visibility = if i % 2 == 0 { Visibility::Public } else { Visibility::Private };
        let key = key_of(&owner.share(&unique_file(), visibility).await);
        mine.insert(0, key);
        if visibility == Visibility::Public {
            public.insert(0, key);
        }
    }
    let list = format!("/users/{}/pictures", owner.id());
    for limit in [1, 3, 7, 100] {
        assert_eq!(read_keys(&owner, &list, limit).await, mine, "newest first, in pages of {limit}");
        assert_eq!(read_keys(&stranger, &list, limit).await, public, "in pages of {limit}");
    }
    let of_owner =
        |keys: Vec<PictureKey>| keys.into_iter().filter(|key| mine.contains(key)).collect::<Vec<_>>();
    assert_eq!(of_owner(read_keys(&owner, "/feed", 3).await), mine, "in a feed with pictures of others");
    assert_eq!(of_owner(read_keys(&stranger, "/feed", 3).await), public);
    let anyone = read_keys(&stranger, "/public", 3).await;
    assert_eq!(of_owner(anyone.clone()), public);
    assert!(anyone.is_sorted_by_key(|key| std::cmp::Reverse(key.picture_id)), "newest first");
}

#[tokio::test]
async fn rejects_invalid_limits_and_cursors() {
    let someone = Member::without_profile().await;
    for list in ["/feed", "/public", &format!("/users/{}/pictures", someone.id())] {
        for query in ["limit=0", "limit=101", "limit=x", "limit=-1", "cursor=%25", "cursor=AAAA"] {
            let answer = someone.get(&format!("{list}?{query}")).await;
            assert_eq!(answer.code, 400, "{list}?{query}");
            assert!(answer.notes.unwrap().starts_with("Invalid input: "));
        }
    }
    let unknown_owner = someone.get(&format!("/users/{}/pictures", uuid::Uuid::now_v7())).await.ok().unwrap();
    assert_eq!(unknown_owner["items"], serde_json::json!([]));
}
