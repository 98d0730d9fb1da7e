//! `POST /pictures/known`.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_mocks::{Rule, mock};
use domain::{Guest, LinkId, Picture, PictureId, PictureKey, Sha256, Visibility};
use lambda::http::{ApiError, Reply, Request};
use serde_json::{Value, json};

use super::handle;

/// A picture and the hash of its original.
type Hashed = (Sha256, Picture);

/// Returns the hash of a number.
fn hash(number: usize) -> Sha256 {
    Sha256::of(number.to_string().as_bytes())
}

/// Returns `number` pictures with the hashes of the numbers from 0 on.
fn pictures(number: usize) -> Vec<Hashed> {
    let picture = |index| {
        let picture = testing::ready_picture(Visibility::Private);
        let key = PictureKey { picture_id: PictureId::new(), ..picture.key };
        (hash(index), Picture { key, ..picture })
    };
    (0..number).map(picture).collect()
}

/// Returns a rule that replies to queries of the index as DynamoDB does.
fn index(pictures: &[Hashed]) -> Rule {
    let mut pictures = pictures.to_vec();
    pictures.sort_by(|(one, _), (other, _)| one.cmp(other));
    mock!(aws_sdk_dynamodb::Client::query).then_compute_output(move |request| {
        assert_eq!((request.table_name(), request.index_name()), (Some("Pictures"), Some("ByHash")));
        let values = request.expression_attribute_values().unwrap();
        assert_eq!(values[":owner"], testing::row(&testing::registered_picture())["ownerId"]);
        let [first, last] = [":first", ":last"].map(|name| values[name].as_s().unwrap().as_str());
        let expected = "ownerId = :owner AND sha256 BETWEEN :first AND :last";
        assert_eq!(request.key_condition_expression(), Some(expected));
        let start = match request.exclusive_start_key() {
            Some(key) => {
                let is_start =
                    |(_, picture): &Hashed| testing::row(&picture.key)["pictureId"] == key["pictureId"];
                let start = pictures.iter().position(is_start).unwrap();
                // DynamoDB rejects a key outside the condition.
                assert!((first..=last).contains(&pictures[start].0.as_str()));
                start + 1
            }
            None => pictures.partition_point(|(sha256, _)| sha256.as_str() < first),
        };
        let found = pictures[start..].iter().take_while(|(sha256, _)| sha256.as_str() <= last);
        let limit = usize::try_from(request.limit().unwrap()).unwrap();
        let row = |(sha256, picture): &Hashed| {
            let mut row = testing::row(&picture.key);
            row.insert("sha256".into(), AttributeValue::S(sha256.as_str().into()));
            row
        };
        let rows: Vec<_> = found.take(limit).map(row).collect();
        // DynamoDB returns the key of the last row at the limit, even if no row follows.
        let last_key = rows.get(limit - 1).cloned();
        QueryOutput::builder().set_items(Some(rows)).set_last_evaluated_key(last_key).build()
    })
}

/// Returns a rule that replies with the requested pictures among `pictures`, and the numbers of
/// keys of each request.
fn table(pictures: &[Hashed]) -> (Rule, Arc<Mutex<Vec<usize>>>) {
    let pictures: Vec<_> = pictures.iter().map(|(_, picture)| testing::row(picture)).collect();
    let reads = Arc::new(Mutex::new(vec![]));
    let counts = reads.clone();
    let rule = mock!(aws_sdk_dynamodb::Client::batch_get_item).then_compute_output(move |request| {
        let requested = &request.request_items().unwrap()["Pictures"];
        assert_eq!(requested.consistent_read(), Some(true));
        counts.lock().unwrap().push(requested.keys().len());
        let rows = pictures.iter().cloned();
        let rows = rows.filter(|row| requested.keys().iter().any(|key| key["pictureId"] == row["pictureId"]));
        BatchGetItemOutput::builder().responses("Pictures", rows.collect()).build()
    });
    (rule, reads)
}

/// Returns the sample request with these hashes.
fn request(hashes: &[impl AsRef<str>]) -> Request {
    let mut event: aws_lambda_events::apigw::ApiGatewayProxyRequest =
        testing::sample_event("pictures-known.json");
    let hashes: Vec<_> = hashes.iter().map(AsRef::as_ref).collect();
    event.body = Some(json!({ "sha256": hashes }).to_string());
    Request::new(event)
}

/// Asks for the hashes of these numbers.
async fn ask(
    numbers: impl IntoIterator<Item = usize>,
    rules: &[&Rule],
) -> Result<Vec<(String, String)>, ApiError> {
    let hashes: Vec<_> = numbers.into_iter().map(|number| hash(number).as_str().to_owned()).collect();
    handle(request(&hashes), rules).await.map(|reply| items(&reply))
}

/// Returns the hash and the id of each item.
fn items(reply: &Reply) -> Vec<(String, String)> {
    let items = reply.data()["items"].as_array().unwrap().clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    items.iter().map(|item| (text(&item["sha256"]), text(&item["pictureId"]))).collect()
}

/// Returns the items that name these pictures.
fn items_of(pictures: &[Hashed]) -> Vec<(String, String)> {
    let item = |(sha256, picture): &Hashed| (sha256.as_str().to_owned(), picture.key.picture_id.to_string());
    let mut items: Vec<_> = pictures.iter().map(item).collect();
    items.sort();
    items
}

#[tokio::test]
async fn finds_the_pictures_of_the_sample_event() {
    let mut known = pictures(1);
    let body: Value = serde_json::from_str(
        testing::sample_event::<aws_lambda_events::apigw::ApiGatewayProxyRequest>("pictures-known.json")
            .body
            .as_deref()
            .unwrap(),
    )
    .unwrap();
    known[0].0 = Sha256::parse(body["sha256"][0].as_str().unwrap()).unwrap();
    let rules = [&index(&known), &table(&known).0];
    let reply = handle(testing::sample_request("pictures-known.json"), &rules).await.unwrap();
    let id = known[0].1.key.picture_id.to_string();
    let expected = json!({ "items": [{ "sha256": body["sha256"][0], "pictureId": id }] });
    assert_eq!((reply.status(), reply.data()), (200, &expected));
}

#[tokio::test]
async fn finds_each_of_500_hashes_among_any_number_of_pictures() {
    for (number, max_queries) in [(0, 16), (60, 16), (600, 100), (15_000, 500)] {
        let all = pictures(number);
        // Every other hash belongs to no picture.
        let asked = (0..250).chain(100_000..100_250);
        let (index, (table, reads)) = (index(&all), table(&all[..number.min(250)]));
        let found = ask(asked, &[&index, &table]).await.unwrap();
        assert_eq!(found, items_of(&all[..number.min(250)]), "{number}");
        assert!(index.num_calls() <= max_queries, "{number}: {} queries", index.num_calls());
        assert_eq!(reads.lock().unwrap().iter().sum::<usize>(), number.min(250), "{number}");
    }
}

#[tokio::test]
async fn finds_one_picture_of_many_with_the_same_original() {
    let mut all = pictures(170);
    for (sha256, _) in &mut all[..70] {
        *sha256 = hash(0);
    }
    let asked = || [0].into_iter().chain(70..170);
    let found = ask(asked(), &[&index(&all), &table(&all).0]).await.unwrap();
    let hashes: BTreeSet<_> = found.iter().map(|(sha256, _)| sha256.clone()).collect();
    assert_eq!(hashes, asked().map(|number| hash(number).as_str().to_owned()).collect());
    assert_eq!(found.len(), hashes.len());
}

#[tokio::test]
async fn answers_a_repeated_hash_once() {
    let known = pictures(1);
    let (index, (table, reads)) = (index(&known), table(&known));
    assert_eq!(ask([0, 0, 0], &[&index, &table]).await.unwrap(), items_of(&known));
    assert_eq!((index.num_calls(), reads.lock().unwrap().clone()), (1, vec![1]));
}

#[tokio::test]
async fn failed_and_deleted_pictures_are_not_known_and_processing_ones_are() {
    let mut all = pictures(4);
    all[1].1.metadata = None;
    all[2].1.failure = Some("Not a picture.".into());
    // The index still has the fourth one, which the table has no more.
    let found = ask(0..4, &[&index(&all), &table(&all[..3]).0]).await.unwrap();
    assert_eq!(found, items_of(&all[..2]));
}

#[tokio::test]
async fn a_query_that_ends_among_copies_hides_none() {
    // With 17 hashes, one of the concurrent searches has two of them.
    let mut hashes: Vec<_> = (0..17).map(hash).collect();
    hashes.sort();
    let mut all = pictures(26);
    for (sha256, _) in &mut all[..24] {
        *sha256 = hashes[0].clone();
    }
    for (sha256, _) in &mut all[24..] {
        *sha256 = hashes[1].clone();
    }
    // The first query ends after the first copy of the second hash, which is not known.
    all[24].1.failure = Some("Not a picture.".into());
    let asked: Vec<_> = hashes.iter().map(Sha256::as_str).collect();
    let reply = handle(request(&asked), &[&index(&all), &table(&all).0]).await.unwrap();
    let found = items(&reply);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[1], items_of(&all[25..])[0]);
}

/// Makes a picture that of a guest.
fn send_by_guest(picture: &mut Picture) {
    let guest = Guest { name: "Bo".into(), link_id: LinkId::new(), key_hash: Sha256::of(b"key") };
    picture.guest = Some(guest);
}

#[tokio::test]
async fn pictures_of_guests_are_not_known() {
    let mut all = pictures(2);
    send_by_guest(&mut all[0].1);
    let found = ask(0..2, &[&index(&all), &table(&all).0]).await.unwrap();
    assert_eq!(found, items_of(&all[1..]));
}

#[tokio::test]
async fn a_copy_that_is_not_known_hides_no_other_copy() {
    // Copies in the order of the index: deleted, known, failed; of a guest, known, deleted.
    let mut all = pictures(6);
    for (number, (sha256, _)) in all.iter_mut().enumerate() {
        *sha256 = hash(number / 3);
    }
    all[2].1.failure = Some("Not a picture.".into());
    send_by_guest(&mut all[3].1);
    let known = [all[1].clone(), all[4].clone()];
    let found = ask(0..2, &[&index(&all), &table(&all[1..5]).0]).await.unwrap();
    assert_eq!(found, items_of(&known));
}

#[tokio::test]
async fn no_hashes_need_no_query() {
    assert_eq!(ask([], &[]).await.unwrap(), []);
}

#[tokio::test]
async fn rejects_invalid_hashes_and_names_the_first_one() {
    let valid = hash(0).as_str().to_owned();
    for invalid in ["", "abc", &valid[1..], &valid.to_uppercase(), &format!("{valid} ")] {
        let error = handle(request(&[&valid, invalid, ""]), &[]).await.unwrap_err();
        assert_eq!(error.status(), 400, "{invalid:?}");
        let message = error.to_string();
        assert!(message.contains("sha256[1] must be 64 lower-case hexadecimal digits"), "{message}");
    }
}

#[tokio::test]
async fn rejects_more_than_500_hashes() {
    let none = index(&[]);
    assert_eq!(ask(0..500, &[&none]).await.unwrap(), []);
    let error = ask(0..501, &[]).await.unwrap_err();
    assert_eq!(error.status(), 400);
    assert!(error.to_string().contains("501 hashes; the maximum in one call is 500"), "{error}");
    // Repetitions count.
    assert_eq!(ask(std::iter::repeat_n(0, 501), &[]).await.unwrap_err().status(), 400);
}

#[tokio::test]
async fn rejects_a_body_without_hashes() {
    for body in ["{}", r#"{"sha256": "abc"}"#, r#"{"sha256": [1]}"#, "[]", ""] {
        let mut event: aws_lambda_events::apigw::ApiGatewayProxyRequest =
            testing::sample_event("pictures-known.json");
        event.body = Some(body.into());
        assert_eq!(handle(Request::new(event), &[]).await.unwrap_err().status(), 400, "{body}");
    }
}
