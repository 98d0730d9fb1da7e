//! One scenario in each language that has an SDK: `clients/python`, `clients/typescript` and
//! `shared/client`.

#[path = "../../../shared/client/examples/scenario.rs"]
mod scenario;

use std::path::Path;
use std::process::Command;

use end_to_end::people::Member;
use end_to_end::{cloud, pictures};
use local::sdks;
use serde_json::{Deserializer, Value, json};

/// Returns the steps that each program prints, for a picture of this length and size.
fn expected_steps(bytes: usize, (width, height): (u32, u32)) -> Value {
    let caption = "The lake in the morning";
    json!([
        {"step": "sign in", "firstName": "Ada"},
        {"step": "upload", "state": "awaitingUpload", "bytes": bytes},
        {"step": "wait", "state": "ready", "width": width, "height": height},
        {"step": "list", "captions": [caption]},
        {"step": "share", "name": "For the family"},
        {"step": "open", "kind": "picture", "caption": caption},
        {"step": "revoke", "code": 404},
        {"step": "delete", "code": 404},
    ])
}

/// Runs an example as a new member, and returns the steps that it prints.
async fn steps_of(mut program: Command, file: &Path) -> Value {
    let member = Member::new().await;
    program.arg(file).env("ALBUMEN_SITE", &cloud::stack().site);
    program.env("ALBUMEN_EMAIL", &member.email).env("ALBUMEN_PASSWORD", &member.password);
    let output = tokio::task::spawn_blocking(move || program.output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Deserializer::from_slice(&output.stdout).into_iter::<Value>().collect::<Result<_, _>>().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sdks_do_the_same_in_each_language() {
    let (width, height) = (640, 480);
    let picture = pictures::jpeg(&pictures::quarters(width, height)).bytes;
    let expected = expected_steps(picture.len(), (width, height));
    let file = std::env::temp_dir().join(format!("albumen-sdks-{}.jpg", std::process::id()));
    std::fs::write(&file, &picture).unwrap();

    let [python, typescript] = tokio::task::spawn_blocking(|| sdks::scenarios().unwrap()).await.unwrap();
    let (python, typescript) = tokio::join!(steps_of(python, &file), steps_of(typescript, &file));
    assert_eq!(python, expected, "Python");
    assert_eq!(typescript, expected, "TypeScript");

    let member = Member::new().await;
    let (site, mut rust) = (&cloud::stack().site, Vec::new());
    scenario::run(site, &member.email, &member.password, picture, |step| rust.push(step)).await.unwrap();
    assert_eq!(Value::from(rust), expected, "Rust");
    std::fs::remove_file(file).unwrap();
}
