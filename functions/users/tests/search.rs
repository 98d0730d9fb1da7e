//! Tests `GET /users?name=`, and the rows of the table Names that a change of a profile writes. The
//! AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_mocks::{Rule, mock};
use lambda::http::{ApiError, Reply, Request};
use serde_json::{Value, json};
use users::Context;

/// The caller of the sample events.
const ME: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";

async fn handle(request: Request, rules: &[&Rule]) -> Result<Reply, ApiError> {
    users::handle(
        &Context::new(
            &testing::database(rules.iter().copied()),
            testing::connection_sender([]),
            testing::LIMITS,
        ),
        request,
    )
    .await
}

/// Returns the sample request with other query parameters.
fn search_request(parameters: Value) -> Request {
    let mut event: Value = testing::sample_event("users-search.json");
    let multi_value = parameters.as_object().unwrap().iter();
    let multi_value = multi_value.map(|(name, value)| (name.clone(), json!([value])));
    event["multiValueQueryStringParameters"] = Value::Object(multi_value.collect());
    event["queryStringParameters"] = parameters;
    Request::new(serde_json::from_value(event).unwrap())
}

/// A person in the tables.
#[derive(Clone)]
struct Person {
    id: String,
    first_name: &'static str,
    last_name: &'static str,
    findable: bool,
}

impl Person {
    fn new(id: impl ToString, first_name: &'static str, last_name: &'static str) -> Self {
        Self { id: id.to_string(), first_name, last_name, findable: true }
    }

    /// Returns the row of the table Users.
    fn profile(&self) -> Value {
        json!({"userId": self.id, "handle": "some.body", "firstName": self.first_name,
            "lastName": self.last_name, "createdAt": "2026-01-02T03:04:05Z", "findable": self.findable,
            "notifications": {}})
    }

    /// Returns the entries of the table Names: `WORD#USER`, and all words.
    fn rows(&self) -> Vec<(String, String)> {
        let words = format!("body {} {} some", self.first_name, self.last_name).to_lowercase();
        let mut words: Vec<_> = words.split(' ').map(str::to_owned).collect();
        words.sort();
        words.iter().map(|word| (format!("{word}#{}", self.id), words.join(" "))).collect()
    }
}

/// Returns a rule for queries of the table Names, as DynamoDB replies to them.
fn names(people: &[Person]) -> Rule {
    let mut rows: Vec<_> = people.iter().flat_map(Person::rows).collect();
    rows.sort();
    mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(|request| {
            (request.table_name(), request.consistent_read()) == (Some("Names"), Some(true))
        })
        .then_compute_output(move |request| {
            let values = request.expression_attribute_values().unwrap();
            let text = |name: &str| values[name].as_s().unwrap().clone();
            assert!(text(":word").starts_with(&text(":prefix")));
            let start = start_key(request);
            let rows = rows
                .iter()
                .filter(|(entry, _)| entry.starts_with(&text(":word")) && Some(entry) > start.as_ref());
            let rows = rows.take(request.limit().unwrap().try_into().unwrap());
            let rows = rows.map(|(entry, words)| testing::row(&json!({"entry": entry, "words": words})));
            QueryOutput::builder().set_items(Some(rows.collect())).build()
        })
}

fn start_key(request: &QueryInput) -> Option<String> {
    let key = request.exclusive_start_key()?;
    assert_eq!(key["prefix"].as_s().unwrap().chars().count(), 2);
    Some(key["entry"].as_s().unwrap().clone())
}

/// Returns a rule for reads of the profiles of these people.
fn profiles(people: &[Person]) -> Rule {
    let people = people.to_vec();
    mock!(aws_sdk_dynamodb::Client::batch_get_item).then_compute_output(move |request| {
        let keys = &request.request_items().unwrap()["Users"];
        assert_eq!(keys.consistent_read(), Some(true));
        let ids: Vec<_> = keys.keys().iter().map(|key| key["userId"].as_s().unwrap().clone()).collect();
        let rows = people.iter().filter(|person| ids.contains(&person.id));
        let rows = rows.map(|person| testing::row(&person.profile())).collect();
        BatchGetItemOutput::builder().responses("Users", rows).build()
    })
}

fn id(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// Searches in tables with these rows and profiles. Returns the first names and the cursor.
async fn search(
    parameters: Value,
    indexed: &[Person],
    current: &[Person],
) -> Result<(Vec<String>, Option<String>), ApiError> {
    let rules = [&testing::cursor_key(), &names(indexed), &profiles(current)];
    let reply = handle(search_request(parameters), &rules).await?;
    let items = reply.data()["items"].as_array().unwrap();
    let found = items.iter().map(|item| item["firstName"].as_str().unwrap().to_owned()).collect();
    Ok((found, reply.data()["cursor"].as_str().map(str::to_owned)))
}

#[tokio::test]
async fn finds_people_without_their_preferences() {
    let people = [Person::new(id(1), "Grace", "Hopper"), Person::new(id(2), "Grace", "Kelly")];
    let rules = [&testing::cursor_key(), &names(&people), &profiles(&people)];
    let reply = handle(testing::sample_request("users-search.json"), &rules).await.unwrap();
    let expected = json!({"items": [{"id": id(1), "handle": "some.body", "firstName": "Grace",
        "lastName": "Hopper", "createdAt": "2026-01-02T03:04:05Z"}], "cursor": null});
    assert_eq!(*reply.data(), expected);
}

#[tokio::test]
async fn finds_nobody_without_a_row() {
    let found = search(json!({"name": "grace"}), &[], &[Person::new(id(1), "Grace", "Hopper")]).await;
    assert_eq!(found.unwrap(), (vec![], None));
}

#[tokio::test]
async fn a_row_never_discloses_a_person_whose_profile_does_not_match() {
    let grace = Person::new(id(1), "Grace", "Hopper");
    let hidden = Person { findable: false, ..grace.clone() };
    for current in [vec![], vec![hidden], vec![Person::new(id(1), "Gretel", "Hopper")]] {
        let found = search(json!({"name": "grace"}), std::slice::from_ref(&grace), &current).await.unwrap();
        assert_eq!(found, (vec![], None));
    }
}

#[tokio::test]
async fn the_caller_is_not_in_the_result() {
    let people = [Person::new(ME, "Grace", "Hopper"), Person::new(id(2), "Gracia", "Hopper")];
    let found = search(json!({"name": "grac"}), &people, &people).await.unwrap();
    assert_eq!(found, (vec!["Gracia".to_owned()], None));
}

#[tokio::test]
async fn pages_list_each_person_once_in_alphabetical_order() {
    let mut people = vec![Person::new(id(1), "Annabel", "Annan"), Person::new(id(2), "Anna", "Annan")];
    people.extend([Person::new(id(3), "Annika", "Ann"), Person::new(id(4), "Bea", "Anno")]);
    let all = ["Annika", "Anna", "Annabel", "Bea"];
    for limit in 1..=5 {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let mut parameters = json!({"name": "ann", "limit": limit.to_string()});
            if let Some(cursor) = cursor {
                parameters["cursor"] = Value::String(cursor);
            }
            let (page, next) = search(parameters, &people, &people).await.unwrap();
            assert!(page.len() <= limit && (next.is_some() == (page.len() == limit)));
            found.extend(page);
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, all, "in pages of {limit}");
    }
}

#[tokio::test]
async fn a_cursor_is_valid_for_its_query_only() {
    let people = [Person::new(id(1), "Grace", "Hopper"), Person::new(id(2), "Gracia", "Hopper")];
    let (_, cursor) = search(json!({"name": "grac", "limit": "1"}), &people, &people).await.unwrap();
    for name in ["grace", "gra", "hopper"] {
        let error = search(json!({"name": name, "cursor": cursor}), &people, &people).await.unwrap_err();
        assert_eq!(error.status(), 400, "{name}");
    }
}

/// Searches with `rules`. Returns the items and the cursor.
async fn search_with(parameters: Value, rules: [&Rule; 2]) -> (Vec<Value>, Value) {
    let reply = handle(search_request(parameters), &[&testing::cursor_key(), rules[0], rules[1]]).await;
    let reply = reply.unwrap();
    (reply.data()["items"].as_array().unwrap().clone(), reply.data()["cursor"].clone())
}

#[tokio::test]
async fn a_page_reads_a_bounded_number_of_rows_and_only_profiles_that_can_match() {
    let people = (0..1000).map(|number| match number % 2 {
        0 => Person::new(id(number), "Maria", "Silva"),
        _ => Person::new(id(number), "Jose", "Wu"),
    });
    let everybody: Vec<_> = people.chain([Person::new(id(1000), "Maria", "Wu")]).collect();
    let (rows, users) = (names(&everybody), profiles(&everybody));
    // The first page reads the first rows of both words.
    let (items, cursor) = search_with(json!({"name": "maria wu"}), [&rows, &users]).await;
    assert_eq!((items.len(), rows.num_calls(), users.num_calls()), (0, 2 + 4, 0));
    let (items, cursor) = search_with(json!({"name": "maria wu", "cursor": cursor}), [&rows, &users]).await;
    assert_eq!((&items[0]["lastName"], cursor), (&json!("Wu"), Value::Null));
    assert_eq!((items.len(), rows.num_calls(), users.num_calls()), (1, 6 + 1, 1));
}

#[tokio::test]
async fn a_rare_word_finds_a_person_among_many_with_a_common_word() {
    let people: Vec<_> = (0..1000).map(|number| Person::new(id(number), "Maria", "Silva")).collect();
    let everybody =
        [&people[..], &[1000, 1001].map(|number| Person::new(id(number), "Maria", "Wu"))].concat();
    let (rows, users) = (names(&everybody), profiles(&everybody));
    let (items, cursor) = search_with(json!({"name": "maria wu", "limit": "1"}), [&rows, &users]).await;
    assert_eq!((&items[0]["id"], rows.num_calls()), (&json!(id(1000)), 2));
    let parameters = json!({"name": "maria wu", "limit": "1", "cursor": cursor});
    let (items, _) = search_with(parameters, [&rows, &users]).await;
    // The cursor continues with the same word.
    assert_eq!((&items[0]["id"], rows.num_calls()), (&json!(id(1001)), 3));
}

#[tokio::test]
async fn a_full_page_reads_no_more_profiles_than_it_lists() {
    let people: Vec<_> = (0..300).map(|number| Person::new(id(number), "Maria", "Silva")).collect();
    let (rows, users) = (names(&people), profiles(&people));
    let rules = [&testing::cursor_key(), &rows, &users];
    let reply = handle(search_request(json!({"name": "maria", "limit": "20"})), &rules).await.unwrap();
    assert_eq!(reply.data()["items"].as_array().unwrap().len(), 20);
    assert_eq!((rows.num_calls(), users.num_calls()), (1, 1));
}

#[tokio::test]
async fn rejects_invalid_queries_without_a_read() {
    let long = "a".repeat(51);
    for (parameters, notes) in [
        (json!({}), "send a handle or a name"),
        (json!({"handle": "ada", "name": "ada"}), "send either a handle or a name"),
        (json!({"name": ""}), "name must have"),
        (json!({"name": "a"}), "name must have"),
        (json!({"name": long}), "name must have"),
    ] {
        let error = handle(search_request(parameters.clone()), &[]).await.unwrap_err();
        assert_eq!(error.status(), 400, "{parameters}");
        assert!(error.to_string().starts_with(&format!("Invalid input: {notes}")), "{error}");
    }
    for parameters in [json!({"name": "ada", "limit": "0"}), json!({"name": "ada", "cursor": "AAAA"})] {
        let error = handle(search_request(parameters), &[&testing::cursor_key()]).await.unwrap_err();
        assert_eq!(error.status(), 400);
    }
}

/// The writes of the table Names in a transaction: written and deleted entries, without the user.
#[derive(Debug, Default, PartialEq)]
struct Writes {
    put: Vec<String>,
    deleted: Vec<String>,
}

/// Handles a request while the profile of the caller is `current`. Returns the writes of the table
/// Names and the condition on the profile.
async fn writes_of(request: Request, current: Option<Value>) -> (Writes, String) {
    let profile = mock!(aws_sdk_dynamodb::Client::get_item).then_compute_output(move |_| {
        GetItemOutput::builder().set_item(current.as_ref().map(testing::row)).build()
    });
    let (sender, writes) = std::sync::mpsc::channel();
    let transaction =
        mock!(aws_sdk_dynamodb::Client::transact_write_items).then_compute_output(move |request| {
            let mut writes = Writes::default();
            let word = |entry: &AttributeValue| entry.as_s().unwrap().split_once('#').unwrap().0.to_owned();
            let mut condition = String::new();
            for item in request.transact_items() {
                if let Some(put) = item.put().filter(|put| put.table_name() == "Names") {
                    assert!(put.item()["words"].as_s().unwrap().contains(&word(&put.item()["entry"])));
                    writes.put.push(word(&put.item()["entry"]));
                }
                if let Some(delete) = item.delete().filter(|delete| delete.table_name() == "Names") {
                    writes.deleted.push(word(&delete.key()["entry"]));
                }
                let put = item.put().filter(|put| put.item().contains_key("handle"));
                let put = put.and_then(|put| put.condition_expression());
                let delete = item.delete().and_then(|delete| delete.condition_expression());
                condition.extend(put.or(delete));
            }
            sender.send((writes, condition)).unwrap();
            TransactWriteItemsOutput::builder().build()
        });
    handle(request, &[&profile, &transaction]).await.unwrap();
    writes.recv().unwrap()
}

fn write_request(name: &str, last_name: &str, findable: Option<bool>) -> Request {
    let body =
        json!({"handle": "some.body", "firstName": "Grace", "lastName": last_name, "findable": findable});
    testing::sample_request_with_body(name, &body.to_string())
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[tokio::test]
async fn a_profile_has_no_rows_unless_its_owner_chooses_to_be_findable() {
    for findable in [None, Some(false)] {
        let (writes, _) = writes_of(write_request("users-create.json", "Hopper", findable), None).await;
        assert_eq!(writes, Writes::default());
    }
    let (writes, _) = writes_of(write_request("users-create.json", "Hopper", Some(true)), None).await;
    assert_eq!(writes, Writes { put: words(&["body", "grace", "hopper", "some"]), deleted: vec![] });
}

#[tokio::test]
async fn a_change_of_a_profile_changes_its_rows() {
    let findable = Person::new(ME, "Grace", "Hopper");
    let hidden = Person { findable: false, ..findable.clone() };
    let all = words(&["body", "grace", "hopper", "some"]);
    for (current, last_name, choice, expected) in [
        (&hidden, "Murray", None, Writes::default()),
        (&hidden, "Hopper", Some(true), Writes { put: all.clone(), deleted: vec![] }),
        (&findable, "Hopper", None, Writes::default()),
        (&findable, "Hopper", Some(false), Writes { put: vec![], deleted: all }),
        (
            &findable,
            "Murray",
            None,
            Writes { put: words(&["body", "grace", "murray", "some"]), deleted: words(&["hopper"]) },
        ),
        (&findable, "", None, Writes { put: words(&["body", "grace", "some"]), deleted: words(&["hopper"]) }),
    ] {
        let request = write_request("users-change.json", last_name, choice);
        let (writes, condition) = writes_of(request, Some(current.profile())).await;
        assert_eq!(writes, expected, "{last_name} {choice:?}");
        // A concurrent change of the words fails the condition.
        assert!(condition.contains("findable = :findable"), "{condition}");
        assert_eq!(condition.contains("lastName = :last"), current.findable, "{condition}");
    }
}

#[tokio::test]
async fn a_profile_of_an_earlier_version_is_not_findable() {
    let mut current = Person::new(ME, "Grace", "Hopper").profile();
    current.as_object_mut().unwrap().remove("findable");
    let (writes, condition) =
        writes_of(write_request("users-change.json", "Murray", None), Some(current)).await;
    assert_eq!(writes, Writes::default());
    assert!(condition.contains("attribute_not_exists(findable)"), "{condition}");
}

#[tokio::test]
async fn an_account_deletion_deletes_the_rows() {
    let grace = Person::new(ME, "Grace", "Hopper");
    let (writes, condition) =
        writes_of(testing::sample_request("users-delete.json"), Some(grace.profile())).await;
    assert_eq!(writes, Writes { put: vec![], deleted: words(&["body", "grace", "hopper", "some"]) });
    assert!(condition.contains("lastName = :last"), "{condition}");
}
