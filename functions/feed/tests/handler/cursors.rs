//! Cursors are valid only for the list and the reader that received them.

use domain::{FeedId, Visibility};
use serde_json::json;

use crate::tables::Tables;
use crate::{Call, ids, member, picture, shown_ids};

fn tables() -> Tables {
    let pictures: Vec<_> = (1..=3).map(|n| picture(member(1), n, Visibility::Public)).collect();
    let tables = Tables::default().listed(FeedId::Public(0), &pictures);
    tables.listed(FeedId::PublicOf(member(1)), &pictures).with(pictures)
}

#[tokio::test]
async fn rejects_a_cursor_of_another_list() {
    let tables = tables();
    let lists =
        [Call::feed(1), Call::public(1), Call::of_member(member(1), 1), Call::of_member(member(2), 1)];
    for (from, list) in lists[..3].iter().enumerate() {
        let page = list.page(&tables).await;
        assert_eq!(shown_ids(&page), ids([3]));
        for (to, list) in lists.iter().enumerate() {
            match list.after(&page).send(&tables).await {
                Ok(next) => assert_eq!((from, shown_ids(&next)), (to, ids([2]))),
                Err(error) => assert!(from != to && error.status() == 400, "{from} {to}: {error}"),
            }
        }
    }
}

#[tokio::test]
async fn rejects_a_cursor_of_another_reader_and_a_changed_cursor() {
    let tables = tables();
    let page = Call::feed(1).page(&tables).await;
    let cursor = page["cursor"].as_str().unwrap();
    let other = Call { reader: member(9), ..Call::feed(1).after(&page) };
    assert_eq!(other.send(&tables).await.unwrap_err().status(), 400);
    let first = if cursor.starts_with('A') { 'B' } else { 'A' };
    for changed in
        [format!("{first}{}", &cursor[1..]), cursor[1..].to_owned(), "AAAA".to_owned(), String::new()]
    {
        let page = json!({ "cursor": changed });
        let error = Call::feed(1).after(&page).send(&tables).await.unwrap_err();
        assert_eq!(error.status(), 400, "{changed}");
    }
}
