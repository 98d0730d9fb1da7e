//! Finding people by name: only those who chose it, by their current names.

use domain::{NameWords, User};
use end_to_end::people::{Member, page_path};
use end_to_end::root::Root;
use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

/// Returns a name that no other test uses.
fn unique_name() -> String {
    format!("Q{}", &Uuid::now_v7().simple().to_string()[16..])
}

fn own_path(member: &Member) -> String {
    format!("/users/{}", member.id())
}

fn profile(member: &Member, first_name: &str, last_name: &str, findable: bool) -> Value {
    json!({"handle": member.handle, "firstName": first_name, "lastName": last_name, "findable": findable})
}

/// Creates a member who is findable by these names.
async fn findable_member(first_name: &str, last_name: &str) -> Member {
    let member = Member::without_profile().await;
    let answer = member.post("/users", &profile(&member, first_name, last_name, true)).await;
    assert_eq!((answer.code, &answer.data["findable"]), (201, &true.into()), "{answer:?}");
    member
}

/// Returns the ids of the people that a query finds, read in pages of `limit`.
async fn find_ids(reader: &Member, query: &str, limit: usize) -> Vec<String> {
    let found = reader.read_all(&format!("/users?name={query}"), limit).await;
    found.iter().map(|person| person["id"].as_str().unwrap().to_owned()).collect()
}

async fn finds(reader: &Member, query: &str, member: &Member) -> bool {
    find_ids(reader, query, 100).await.contains(&member.id().to_string())
}

/// Asserts that the rows of a member in the table Names are those of the current profile, in which
/// the member is findable or has no profile.
async fn assert_rows_are_current(root: &Root, member: &Member) {
    let answer = member.get(&own_path(member)).await;
    let mut row = answer.data;
    let words = match answer.code {
        404 => vec![],
        _ => {
            row["userId"] = row["id"].clone();
            let user = serde_json::from_value::<User>(row).unwrap();
            NameWords::of(&user).indexed().map(|(_, word)| word.to_owned()).collect()
        }
    };
    assert_eq!(root.name_words_of(member.id()).await, words);
}

#[tokio::test]
async fn members_are_found_by_name_while_they_choose_it() {
    let (first, last) = (unique_name(), unique_name());
    let (member, reader, root) = (Member::without_profile().await, Member::new().await, Root::default());
    let hidden = json!({"handle": member.handle, "firstName": first, "lastName": last});
    let created = member.post("/users", &hidden).await;
    assert_eq!((created.code, &created.data["findable"]), (201, &false.into()), "{created:?}");
    for query in [&first, &last, &member.handle] {
        assert!(find_ids(&reader, query, 100).await.is_empty(), "before the choice: {query}");
    }
    assert!(root.name_words_of(member.id()).await.is_empty());

    let path = own_path(&member);
    assert_eq!(member.put(&path, &profile(&member, &first, &last, true)).await.code, 200);
    for name in [&first, &last, &member.handle] {
        for end in 2..=name.len() {
            let beginning = &name[..end];
            assert!(finds(&reader, beginning, &member).await, "{beginning} of {name}");
        }
    }
    let (beginning, other) = (first[..8].to_lowercase(), last.to_uppercase());
    let found = reader.get(&format!("/users?name={other} {beginning}")).await;
    let expected = json!({"id": member.id(), "handle": member.handle, "firstName": first, "lastName": last,
        "createdAt": created.data["createdAt"]});
    assert_eq!((found.code, found.data), (200, json!({"items": [expected], "cursor": null})));
    assert!(!finds(&member, &first, &member).await, "the caller is not in the result");
    assert_eq!(reader.get(&path).await.data.get("findable"), None, "the choice is visible to its owner only");

    let renamed = unique_name();
    let body = json!({"handle": member.handle, "firstName": renamed, "lastName": last});
    assert_eq!(member.put(&path, &body).await.data["findable"], true, "an omitted choice stays unchanged");
    assert!(finds(&reader, &renamed, &member).await && finds(&reader, &last, &member).await);
    assert!(!finds(&reader, &first, &member).await, "the former name");
    assert_rows_are_current(&root, &member).await;

    assert_eq!(member.put(&path, &profile(&member, &renamed, &last, false)).await.code, 200);
    for query in [&renamed, &last, &member.handle] {
        assert!(find_ids(&reader, query, 100).await.is_empty(), "after the end of the choice: {query}");
    }
    assert!(root.name_words_of(member.id()).await.is_empty());
    assert_eq!(reader.get(&format!("/users?handle={}", member.handle)).await.code, 200, "by handle");
}

#[tokio::test]
async fn case_accents_and_spaces_do_not_matter() {
    let tag = unique_name();
    let reader = Member::new().await;
    let zoe = findable_member(&format!("Zoë-{tag}"), "Ångström Straße").await;
    let wang = findable_member(&format!("小明{tag}"), "王").await;
    for query in ["zoe", "ZOË", "angstrom", "strasse", "ångström zo"] {
        assert!(finds(&reader, &format!("{tag} {query}"), &zoe).await, "{query}");
    }
    for query in ["王", "小明"] {
        assert!(finds(&reader, &format!("小明{tag} {query}"), &wang).await, "{query}");
    }
}

#[tokio::test]
async fn pages_list_each_person_once_in_alphabetical_order() {
    let name = unique_name();
    let reader = Member::new().await;
    let suffixes = ["a", "b", "c", "d", "e"];
    let names = suffixes.map(|suffix| format!("{name}{suffix}"));
    // Each person has two words that match.
    let people = names.iter().map(async |word| findable_member(word, &format!("{word}{word}")).await);
    let people = join_all(people).await;
    let ids: Vec<_> = people.iter().map(|person| person.id().to_string()).collect();
    for limit in [1, 2, 5, 100] {
        assert_eq!(find_ids(&reader, &name, limit).await, ids, "in pages of {limit}");
    }
    let list = format!("/users?name={name}");
    let page = reader.get(&page_path(&list, 2, None)).await.data;
    let cursor = page["cursor"].as_str().unwrap();
    assert_eq!(people[0].get(&page_path(&list, 2, Some(cursor))).await.code, 400, "another reader");
    let other_list = format!("/users?name={}", &name[..9]);
    assert_eq!(reader.get(&page_path(&other_list, 2, Some(cursor))).await.code, 400, "another query");
}

#[tokio::test]
async fn concurrent_renames_leave_no_former_name() {
    let (first, names) = (unique_name(), (0..8).map(|_| unique_name()).collect::<Vec<_>>());
    let (member, reader) = (findable_member(&first, "Lovelace").await, Member::new().await);
    let (path, root) = (own_path(&member), Root::default());
    for _ in 0..3 {
        let bodies = names.iter().map(|name| profile(&member, &first, name, true)).collect::<Vec<_>>();
        let answers = join_all(bodies.iter().map(|body| member.put(&path, body))).await;
        assert!(answers.iter().all(|answer| [200, 409].contains(&answer.code)), "{answers:?}");
        assert!(answers.iter().any(|answer| answer.code == 200), "{answers:?}");
        let current = member.get(&path).await.data["lastName"].as_str().unwrap().to_owned();
        for name in &names {
            assert_eq!(finds(&reader, name, &member).await, *name == current, "{name}");
        }
        assert_rows_are_current(&root, &member).await;
    }
}

#[tokio::test]
async fn a_deleted_account_is_not_found_whatever_happens_at_the_same_time() {
    let reader = Member::new().await;
    let root = Root::default();
    for _ in 0..3 {
        let (first, other) = (unique_name(), unique_name());
        let member = findable_member(&first, "Lovelace").await;
        let path = own_path(&member);
        let renamed = profile(&member, &other, "Lovelace", true);
        let hidden = profile(&member, &other, "Lovelace", false);
        let (deleted, _, _) =
            tokio::join!(member.delete(&path), member.put(&path, &renamed), member.put(&path, &hidden));
        assert_eq!(deleted.code, 200, "{deleted:?}");
        for query in [&first, &other, &member.handle] {
            assert!(find_ids(&reader, query, 100).await.is_empty(), "{query}");
        }
        assert_rows_are_current(&root, &member).await;
    }
}

#[tokio::test]
async fn rejects_invalid_queries() {
    let someone = Member::without_profile().await;
    for (query, notes) in [
        ("", "send a handle or a name"),
        ("?handle=ada&name=ada", "send either a handle or a name"),
        ("?name=", "name must have at most 50 characters, and a word of at least 2 letters"),
        ("?name=a", "name must have at most 50 characters, and a word of at least 2 letters"),
        (&format!("?name={}", "a".repeat(51)), "name must have at most 50 characters"),
        ("?name=ada&limit=0", "limit must be"),
        ("?name=ada&cursor=AAAA", "the cursor is invalid"),
    ] {
        let answer = someone.get(&format!("/users{query}")).await;
        assert_eq!(answer.code, 400, "{query}");
        let message = answer.notes.unwrap();
        assert!(message.starts_with(&format!("Invalid input: {notes}")), "{message}");
    }
    let mut body = someone.profile();
    body["findable"] = json!("yes");
    assert_eq!(someone.post("/users", &body).await.code, 400, "not a boolean");
}
