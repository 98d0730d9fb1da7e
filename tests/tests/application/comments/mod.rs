//! Comments: permissions, texts and order.

mod authorization;

use client::Answer;
use domain::{PictureKey, PictureState, Visibility};
use end_to_end::people::{Member, comments_path};
use end_to_end::root::Root;
use end_to_end::{rows, wait};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// Returns the id of the comment that a call created.
fn created_id(answer: &Answer) -> String {
    assert_eq!(answer.code, 201, "{answer:?}");
    answer.data["id"].as_str().unwrap().to_owned()
}

/// Creates a public picture that is ready. Returns its owner, another member, and its key.
async fn create_public_picture(root: &Root) -> (Member, Member, PictureKey) {
    let (owner, reader) = (Member::new().await, Member::new().await);
    let picture = rows::picture(owner.id(), Visibility::Public, PictureState::Ready);
    root.put_picture(&picture).await;
    (owner, reader, picture.key)
}

#[tokio::test]
async fn pages_list_each_comment_once_and_the_newest_last() {
    let root = Root::default();
    let (owner, reader, picture) = create_public_picture(&root).await;
    let mut ids = Vec::new();
    for number in 0..7 {
        let author = if number % 2 == 0 { &owner } else { &reader };
        ids.push(created_id(&author.comment(picture, &format!("Number {number}")).await));
    }
    let path = comments_path(picture);
    for limit in [1, 3, 7, 100] {
        let found = reader.read_all(&path, limit).await;
        let found: Vec<_> = found.iter().map(|comment| comment["id"].as_str().unwrap()).collect();
        assert_eq!(found, ids, "in pages of {limit}");
    }
    let first = &reader.comments(picture).await[1];
    let author = &first["author"];
    assert_eq!(author["id"], json!(reader.id()));
    assert_eq!((&author["handle"], &author["firstName"]), (&json!(reader.handle), &json!("Ada")));
    assert_eq!(first["text"], "Number 1");
    assert!(first["createdAt"].as_str().unwrap().ends_with('Z'), "UTC: {first}");
    assert_eq!(first.as_object().unwrap().len(), 4, "{first}");
    for query in ["limit=0", "limit=101", "limit=x", "cursor=%25", "cursor=AAAA"] {
        assert_eq!(reader.get(&format!("{path}?{query}")).await.code, 400, "{query}");
    }
    // A cursor is valid for its own list only.
    let cursor = reader.get(&format!("{path}?limit=1")).await.data["cursor"].as_str().unwrap().to_owned();
    let other = rows::picture(owner.id(), Visibility::Public, PictureState::Ready);
    root.put_picture(&other).await;
    let foreign = reader.get(&format!("{}?limit=1&cursor={cursor}", comments_path(other.key))).await;
    assert_eq!(foreign.code, 400, "{foreign:?}");
}

#[tokio::test]
async fn stores_texts_without_invisible_characters_and_limits_their_length() {
    let (_, author, picture) = create_public_picture(&Root::default()).await;
    let (longest, emoji) = ("x".repeat(1_000), "🌊".repeat(1_000));
    for (text, expected) in [
        ("<script>alert('1')</script> & \"so\" \\ on", "<script>alert('1')</script> & \"so\" \\ on"),
        ("𝔄 🌊 日本語 ä\u{308} 👩‍👩‍👧", "𝔄 🌊 日本語 ä\u{308} 👩‍👩‍👧"),
        (" two\nlines \n", "two\nlines"),
        // Without bidirectional controls, invisible characters and control characters.
        ("a\u{202E}b\u{2066}c\u{200B}d\u{7}e\u{0}", "abcde"),
        (&longest, &longest),
        (&emoji, &emoji),
    ] {
        let answer = author.comment(picture, text).await;
        assert_eq!((answer.code, &answer.data["text"]), (201, &json!(expected)), "{text:?}");
        assert_eq!(author.comments(picture).await.pop().unwrap(), answer.data);
    }
    let before = author.comments(picture).await;
    let too_long = "x".repeat(1_001);
    for (body, notes) in [
        (json!({"text": too_long}), "Invalid input: text has 1001"),
        (json!({"text": "🌊".repeat(1_001)}), "Invalid input: text has 1001"),
        (json!({"text": " \n\u{202E}\u{200B} "}), "Invalid input: text has no visible characters"),
        (json!({"text": ""}), "Invalid input: text is missing"),
        (json!({"text": null}), "Invalid input: text is missing"),
        (json!({}), "Invalid input: text is missing"),
        (json!({"text": 7}), "Invalid input: "),
        (json!("text"), "Invalid input: "),
    ] {
        let answer = author.post(&comments_path(picture), &body).await;
        assert_eq!(answer.code, 400, "{body}");
        assert!(answer.notes.as_deref().unwrap().starts_with(notes), "{answer:?}");
    }
    assert_eq!(author.comments(picture).await, before, "nothing was written");
}

#[tokio::test]
async fn the_api_and_the_web_socket_clean_texts_alike() {
    let (_, author, picture) = create_public_picture(&Root::default()).await;
    let page = author.open_page().await;
    let sent = "می\u{200C}خواهم 👩\u{200D}🚀\r\nA\u{202E}d\u{AD}a\tKing\u{E0041}\u{3164}\u{2028}.";
    assert_eq!(author.comment(picture, sent).await.code, 201);
    page.comment(picture, sent);
    wait::until_equal("both are stored", &2, async || author.comments(picture).await.len()).await;
    let cleaned = "می\u{200C}خواهم 👩\u{200D}🚀\nAda King\n.";
    for comment in author.comments(picture).await {
        assert_eq!(comment["text"], cleaned);
    }
    let invisible = author.comment(picture, "\u{200D}\u{2800}").await;
    assert_eq!(invisible.notes.as_deref(), Some("Invalid input: text has no visible characters"));
}

#[tokio::test]
async fn concurrent_comments_are_all_stored() {
    let (owner, one, picture) = create_public_picture(&Root::default()).await;
    let other = Member::new().await;
    let authors = [&owner, &one, &other];
    let calls = (0..24).map(|number: usize| {
        let author = authors[number % 3];
        async move { created_id(&author.comment(picture, &format!("Number {number}")).await) }
    });
    let mut ids = join_all(calls).await;
    let found = one.read_all(&comments_path(picture), 5).await;
    let found: Vec<_> = found.iter().map(|comment| comment["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(found, ids, "each once, in the order of their ids");
}

#[tokio::test]
async fn deleting_a_picture_deletes_its_comments() {
    let root = Root::default();
    let (owner, author, picture) = create_public_picture(&root).await;
    let other = rows::picture(owner.id(), Visibility::Public, PictureState::Ready);
    root.put_picture(&other).await;
    // More comments than the function deletes in one transaction.
    let calls = (0..60).map(|number: usize| {
        let author = if number.is_multiple_of(2) { &owner } else { &author };
        async move { author.comment(picture, "Said.").await.code }
    });
    assert_eq!(join_all(calls).await, [201; 60]);
    let other_comment = created_id(&author.comment(other.key, "Elsewhere").await);
    assert_eq!(
        (root.thread_rows(picture).await.len(), root.thread_rows(author_thread(&author)).await.len()),
        (60, 31)
    );
    assert_eq!(owner.delete(&format!("/pictures/{picture}")).await.code, 200);
    for member in [&owner, &author] {
        assert_eq!(member.get(&comments_path(picture)).await.code, 404, "at once");
        assert_eq!(member.comment(picture, "Too late").await.code, 404);
    }
    wait::until_true("the thread has no comments", async || root.thread_rows(picture).await.is_empty()).await;
    let by_author = async || root.thread_rows(author_thread(&author)).await.len();
    wait::until_equal("the author has one comment", &1, by_author).await;
    assert!(root.thread_rows(author_thread(&owner)).await.is_empty());
    let remaining: Vec<Value> = author.comments(other.key).await;
    assert_eq!((remaining.len(), &remaining[0]["id"]), (1, &json!(other_comment)));
}

/// Returns the `threadId` of the author rows of a member.
fn author_thread(member: &Member) -> String {
    format!("author#{}", member.id())
}
