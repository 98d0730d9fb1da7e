//! The log lines about a picture, which `cargo dev trace` shows.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::{PictureKey, Visibility};
use end_to_end::people::{Member, befriend, key_of};
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::wait;
use serde_json::{Value, json};

/// The functions that process a picture of somebody with a friend.
const PROCESSING: [&str; 8] =
    ["uploads", "thumbnail", "metadata", "index", "activity", "live", "deliver", "inbox"];

/// Returns the messages of the lines of a function that have fields for the picture.
async fn messages_about(root: &Root, function: &str, picture: PictureKey, since: u128) -> Vec<String> {
    let ids = (json!(picture.picture_id), json!(picture.owner_id));
    let names_picture = |span: &Value| (&span["picture"], &span["owner"]) == (&ids.0, &ids.1);
    let lines = root.logs(function, since).await;
    let lines = lines.iter().filter_map(|(_, line)| serde_json::from_str::<Value>(line).ok());
    let about =
        lines.filter(|line| line["spans"].as_array().is_some_and(|spans| spans.iter().any(names_picture)));
    about.filter_map(|line| line["message"].as_str().map(str::to_owned)).collect()
}

/// Waits until the functions have logged lines about the picture, and returns the messages of each.
async fn wait_for_lines(
    root: &Root,
    functions: &[&str],
    picture: PictureKey,
    since: u128,
) -> Vec<Vec<String>> {
    let mut messages = Vec::new();
    for function in functions {
        let what = format!("{function} logs the id of the picture");
        let lines = wait::until(&what, async || {
            Some(messages_about(root, function, picture, since).await).filter(|lines| !lines.is_empty())
        });
        messages.push(lines.await);
    }
    messages
}

#[tokio::test]
async fn each_function_on_the_way_of_a_picture_logs_its_id_and_no_text() {
    let (owner, friend, root) = (Member::new().await, Member::new().await, Root::default());
    befriend(&owner, &friend).await;
    let now = SystemTime::now() - Duration::from_secs(1);
    let since = now.duration_since(UNIX_EPOCH).unwrap().as_millis();
    let key = key_of(&owner.share(&unique_file(), Visibility::Friends).await);
    let messages = wait_for_lines(&root, &PROCESSING, key, since).await;
    assert!(messages[0].contains(&"replied".to_owned()), "{messages:?}");
    assert!(messages[1].contains(&"rendered".to_owned()), "{messages:?}");

    let path = format!("/pictures/{key}");
    assert_eq!(owner.patch(&path, &json!({"caption": "confidential words"})).await.code, 200);
    assert_eq!(owner.delete(&path).await.code, 200);
    wait_for_lines(&root, &["pictures", "cleanup"], key, since).await;
    for function in PROCESSING.into_iter().chain(["pictures", "cleanup"]) {
        let lines = root.logs(function, since).await;
        assert!(!lines.iter().any(|(_, line)| line.contains("confidential")), "{function}");
    }
}
