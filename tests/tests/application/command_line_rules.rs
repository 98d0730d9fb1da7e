//! Rules by the command line: tests of a rule, smart albums, and errors with their position.

use std::fs;

use domain::{CameraFacts, Picture, PictureState, Visibility};
use end_to_end::command_line::{Computer, Printed};
use end_to_end::people::Member;
use end_to_end::root::Root;
use end_to_end::rows;
use serde_json::{Value, json};

const RULE: &str = "picture.iso is not None and picture.iso > 3200\n";
const WITH_ERROR: &str = "picture.iso is not None and \\\n    picture.camrea == 'NIKON D850'\n";
/// The error in [`WITH_ERROR`].
const ERROR: &str = "2:13: `camrea` is not a field of `picture`. Did you mean `camera`?";

/// Stores a picture of a member with this ISO speed, and returns its id.
async fn picture(root: &Root, owner: &Member, iso: Option<u32>) -> String {
    let picture = rows::picture(owner.id(), Visibility::Private, PictureState::Ready);
    let metadata = CameraFacts { iso, ..CameraFacts::default() };
    let picture = Picture { metadata: Some(metadata), ..picture };
    root.put_picture(&picture).await;
    picture.key.picture_id.to_string()
}

/// Returns a computer of a member with the files `rule.py` and `error.py`.
fn computer(member: &Member) -> Computer {
    let computer = Computer::signed_in(member);
    fs::write(computer.path("rule.py"), RULE).unwrap();
    fs::write(computer.path("error.py"), WITH_ERROR).unwrap();
    computer
}

/// Asserts that a command fails because of the error in [`WITH_ERROR`].
fn assert_locates(printed: &Printed, name: &str) {
    assert_eq!((printed.code, printed.stdout.as_str()), (Some(1), ""), "{printed:?}");
    assert_eq!(printed.stderr.trim_end(), format!("{name}:{ERROR}"));
}

#[tokio::test]
async fn a_member_tests_a_rule() {
    let (member, root) = (Member::new().await, Root::default());
    let dark = picture(&root, &member, Some(6400)).await;
    let bright = picture(&root, &member, Some(100)).await;
    let computer = computer(&member);

    let printed = computer.run(&["rules", "test", "rule.py"]);
    assert_eq!(printed.code, Some(0), "{printed:?}");
    assert!(printed.stdout.contains(&dark) && !printed.stdout.contains(&bright), "{printed:?}");
    assert_eq!(printed.stderr.trim_end(), "The rule is true for 1 of 2 pictures.");
    let newest = computer.run(&["rules", "test", "rule.py", "--limit", "1", "--json"]);
    assert_eq!(newest.records(), [json!({"id": bright, "matches": false})]);

    let test = ["rules", "test", "-", "--json", "--expect-match", &dark, "--expect-no-match", &bright];
    let printed = computer.run_with_input(&test, RULE);
    let results = [json!({"id": bright, "matches": false}), json!({"id": dark, "matches": true})];
    let cases = [(&dark, true), (&bright, false)];
    let cases = cases.map(|(id, expect)| json!({"id": id, "expect": expect, "holds": true}));
    assert_eq!(printed.code, Some(0), "{printed:?}");
    assert_eq!(printed.records(), [results, cases].concat());

    let printed = computer.run(&["rules", "test", "rule.py", "--expect-match", &bright]);
    assert_eq!(printed.code, Some(1));
    let sentence = format!(
        "error: The rule is not true for {bright}. Correct the rule, or the option `--expect-match`."
    );
    assert_eq!(printed.stderr.lines().last(), Some(&*sentence));
    let other = Member::new().await;
    let foreign = picture(&root, &other, Some(6400)).await;
    let printed = computer.run(&["rules", "test", "rule.py", "--expect-match", &foreign]);
    let sentence = "error: One of the pictures with an expected result does not exist, or is not yours.";
    assert_eq!((printed.code, printed.stderr.starts_with(sentence)), (Some(1), true), "{printed:?}");
}

#[tokio::test]
async fn an_error_in_a_rule_has_a_position_and_keeps_the_other_results() {
    let (member, root) = (Member::new().await, Root::default());
    let known = picture(&root, &member, Some(6400)).await;
    picture(&root, &member, None).await;
    let computer = computer(&member);

    assert_locates(&computer.run(&["rules", "test", "error.py"]), "error.py");
    assert_locates(&computer.run_with_input(&["rules", "test", "-"], WITH_ERROR), "<stdin>");
    let printed = computer.run(&["rules", "test", "error.py", "--json"]);
    let error: Value = serde_json::from_str(&printed.stderr).unwrap();
    let message = ERROR.strip_prefix("2:13: ").unwrap();
    let position = json!({"file": "error.py", "line": 2, "column": 13, "message": message});
    assert_eq!((printed.code, &error["error"]), (Some(1), &json!(format!("error.py:{ERROR}"))));
    assert!(position.as_object().unwrap().iter().all(|(name, value)| error[name] == *value), "{error}");

    fs::write(computer.path("short.py"), "picture.iso > 3200").unwrap();
    let printed = computer.run(&["rules", "test", "short.py"]);
    assert_eq!(printed.code, Some(1));
    assert!(printed.stdout.contains(&known), "{printed:?}");
    assert!(printed.stderr.contains("true for 1 of the 1 pictures with a result."), "{printed:?}");
    let error = printed.stderr.lines().last().unwrap();
    assert!(error.starts_with("short.py:1:") && error.contains("picture.iso"), "{printed:?}");

    fs::write(computer.path("empty.py"), "\n").unwrap();
    for (file, sentence) in [
        ("empty.py", "empty.py is empty. Write a rule in it."),
        ("none.py", "Cannot read none.py, because it does not exist."),
    ] {
        let printed = computer.run(&["rules", "test", file]);
        assert_eq!((printed.code, printed.stderr.trim_end()), (Some(1), &*format!("error: {sentence}")));
    }
}

#[tokio::test]
async fn a_member_creates_a_smart_album() {
    let member = Member::new().await;
    let computer = computer(&member);
    let create = ["album", "create", "Dark", "--visibility", "friends", "--rule", "rule.py", "--json"];
    let albums = computer.run(&create).records();
    let [album] = &albums[..] else { panic!("{albums:?}") };
    assert_eq!((&album["title"], &album["visibility"]), (&json!("Dark"), &json!("friends")));
    assert_eq!(album["rule"], json!(RULE));
    assert_locates(&computer.run(&["album", "create", "Dark", "--rule", "error.py"]), "error.py");
    let listed = computer.run(&["album", "list", "--json"]).records();
    assert_eq!(listed.iter().map(|album| &album["id"]).collect::<Vec<_>>(), [&album["id"]]);
}
