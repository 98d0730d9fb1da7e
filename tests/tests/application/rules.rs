//! Evaluating rules: results, cases, errors, and what a rule cannot do.

use std::time::{Duration, Instant};

use domain::{CameraFacts, Picture, PictureKey, PictureState, Visibility};
use end_to_end::people::{Member, befriend};
use end_to_end::root::Root;
use end_to_end::rows;
use end_to_end::wire;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/rules/evaluate";

/// Stores a picture of a member with this camera and this ISO speed.
async fn picture(root: &Root, owner: &Member, camera: &str, iso: Option<u32>) -> PictureKey {
    let picture = rows::picture(owner.id(), Visibility::Public, PictureState::Ready);
    let metadata = CameraFacts { camera: Some(camera.into()), iso, ..CameraFacts::default() };
    let picture = Picture { metadata: Some(metadata), ..picture };
    root.put_picture(&picture).await;
    picture.key
}

/// Evaluates a rule, and returns the `data` of the reply.
async fn evaluate(who: &Member, body: Value) -> Value {
    let answer = who.post(PATH, &body).await;
    assert_eq!(answer.code, 200, "{answer:?}");
    answer.data
}

fn result(key: PictureKey, matches: bool) -> Value {
    json!({ "pictureId": key.picture_id, "matches": matches })
}

#[tokio::test]
async fn a_rule_has_results_for_the_callers_own_ready_pictures() {
    let (owner, friend, root) = (Member::new().await, Member::new().await, Root::default());
    befriend(&owner, &friend).await;
    let first = picture(&root, &owner, "NIKON D850", Some(6400)).await;
    picture(&root, &friend, "NIKON D850", Some(6400)).await;
    root.put_picture(&rows::picture(owner.id(), Visibility::Public, PictureState::Processing)).await;
    let second = picture(&root, &owner, "NIKON D850", Some(100)).await;
    let code = "picture.camera == 'NIKON D850' and picture.iso > 3200";
    let expected = json!({ "results": [result(second, false), result(first, true)], "cases": [] });
    assert_eq!(evaluate(&owner, json!({ "code": code })).await, expected);
    let newest = json!({ "results": [result(second, false)], "cases": [] });
    assert_eq!(evaluate(&owner, json!({ "code": code, "limit": 1 })).await, newest);
}

#[tokio::test]
async fn cases_are_true_if_the_rule_has_the_expected_result() {
    let (owner, other, root) = (Member::new().await, Member::new().await, Root::default());
    let own = picture(&root, &owner, "NIKON D850", None).await;
    let cases = json!([
        { "picture": own.picture_id, "expect": true },
        { "picture": own, "expect": false },
        { "picture": { "camera": "NIKON D850", "year": 2023 }, "expect": true },
        { "picture": { "camera": "Canon" }, "expect": false },
    ]);
    let body = json!({ "code": "picture.camera == 'NIKON D850'", "cases": cases });
    let data = evaluate(&owner, body.clone()).await;
    assert_eq!(data, json!({ "results": [result(own, true)], "cases": [true, false, true, true] }));
    assert_eq!(other.post(PATH, &body).await.code, 404, "the id is not that of an own picture");
    let foreign = json!({ "code": "True", "cases": [{ "picture": own, "expect": true }] });
    assert_eq!(other.post(PATH, &foreign).await.code, 404, "a rule reads no picture of another member");
}

#[tokio::test]
async fn errors_have_a_position_and_keep_the_other_results() {
    let (owner, root) = (Member::new().await, Root::default());
    let data = evaluate(&owner, json!({ "code": "picture.camrea == 'X'" })).await;
    let message = "`camrea` is not a field of `picture`. Did you mean `camera`?";
    assert_eq!(data["error"], json!({ "line": 1, "column": 9, "message": message }));
    let known = picture(&root, &owner, "NIKON D850", Some(6400)).await;
    picture(&root, &owner, "NIKON D850", None).await;
    let data = evaluate(&owner, json!({ "code": "picture.iso > 3200" })).await;
    assert_eq!(data["results"], json!([result(known, true)]));
    assert!(data["error"]["message"].as_str().unwrap().contains("picture.iso"), "{data}");
}

#[tokio::test]
async fn attacks_end_with_a_sentence_and_the_function_goes_on() {
    let (owner, root) = (Member::new().await, Root::default());
    let own = picture(&root, &owner, "NIKON D850", Some(100)).await;
    for attack in [
        "def rule(picture):\n    while True:\n        pass",
        "def rule(picture):\n    return rule(picture)",
        "def rule(picture):\n    t = 'x'\n    while True:\n        t = t + t",
        "10 ** 10 ** 10 > 0",
        "__import__('os').environ",
        "open('/proc/self/environ').read()",
        "picture.__class__",
        &"(".repeat(4096),
    ] {
        let start = Instant::now();
        let data = evaluate(&owner, json!({ "code": attack })).await;
        assert_eq!(data["results"], json!([]), "{attack}");
        assert!(data["error"]["message"].as_str().unwrap().ends_with('.'), "{attack}: {data}");
        assert!(start.elapsed() < Duration::from_secs(10), "{attack}: {:?}", start.elapsed());
    }
    assert_eq!(evaluate(&owner, json!({ "code": "True" })).await["results"], json!([result(own, true)]));
}

#[tokio::test]
async fn a_member_evaluates_forty_times_in_a_row() {
    let owner = Member::new().await;
    let body = json!({ "code": "True" });
    let answers = join_all((0..40).map(|_| owner.post(PATH, &body))).await;
    let codes: Vec<_> = answers.iter().map(|answer| answer.code).collect();
    assert_eq!(codes, [200; 40]);
}

#[tokio::test]
async fn invalid_calls_are_refused() {
    let owner = Member::new().await;
    for body in [
        json!({}),
        json!({ "code": "#".repeat(4097) }),
        json!({ "code": "True", "limit": 101 }),
        json!({ "code": "True", "cases": vec![json!({ "picture": {}, "expect": true }); 21] }),
        json!({ "code": "True", "cases": [{ "picture": { "camrea": "X" }, "expect": true }] }),
    ] {
        let answer = owner.post(PATH, &body).await;
        assert_eq!(answer.code, 400, "{answer:?}");
    }
    let anonymous = wire::send(wire::unsigned(Method::POST, PATH, r#"{"code": "True"}"#)).await;
    assert_eq!(anonymous.status, 403);
    anonymous.assert_cors_headers();
}
