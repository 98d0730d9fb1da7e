//! Asserts that the committed specification of the API matches the functions.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::fs;
use std::path::PathBuf;

use lambda::openapi::Api;
use openapi::changes::breaking;
use serde_json::{Value, json};

/// The changes that break clients of the last release on purpose. `CHANGELOG.md` explains each.
const ACCEPTED_BREAKS: [&str; 3] = [
    "GET /notifications 200: data.items[].type: the value \"album.memberAdded\" is new",
    "GET /notifications 200: data.items[].type: the value \"album.picturesAdded\" is new",
    "GET /notifications 200: data.items[].type: the value \"album.picturesWaiting\" is new",
];

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json")
}

/// Generates the specification.
fn document() -> Value {
    let mut api = Api::default();
    for describe in [
        albums::openapi::describe,
        devices::openapi::describe,
        feed::openapi::describe,
        friends::openapi::describe,
        inbox::openapi::describe,
        keys::openapi::describe,
        links::openapi::describe,
        live::openapi::describe,
        pictures::openapi::describe,
        rules::openapi::describe,
        status::openapi::describe,
        uploads::openapi::describe,
        users::openapi::describe,
    ] {
        describe(&mut api);
    }
    api.into_document()
}

/// Returns the operations with their paths.
fn operations(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (format!("{method} {path}"), operation))
    })
}

#[test]
fn the_committed_specification_is_current() {
    let committed = fs::read_to_string(file()).unwrap_or_default();
    assert!(
        committed == format!("{:#}\n", document()),
        "docs/openapi.json differs from the routes and types of the functions. Run `cargo dev openapi`."
    );
}

#[test]
#[ignore = "writes the file; `cargo dev openapi` runs it"]
fn write() {
    fs::write(file(), format!("{:#}\n", document())).unwrap();
}

/// Returns the specification of the last release.
fn released() -> Value {
    serde_json::from_str(include_str!("released.json")).unwrap()
}

#[test]
fn clients_of_the_last_release_continue_to_work() {
    let found = breaking(&released(), &document());
    assert_eq!(found, ACCEPTED_BREAKS, "see \"Changes of the API\" in docs/testing.md");
}

/// The SDKs take the names of parameters from the paths, and the names of types from the schemas.
#[test]
fn the_names_in_the_sdks_of_the_last_release_remain() {
    let (released, current) = (released(), document());
    for part in ["/paths", "/components/schemas"] {
        let names = |document: &Value| -> Vec<String> {
            document.pointer(part).unwrap().as_object().unwrap().keys().cloned().collect()
        };
        let current = names(&current);
        let missing: Vec<_> = names(&released).into_iter().filter(|name| !current.contains(name)).collect();
        assert!(missing.is_empty(), "{part} lacks {missing:?}");
    }
}

#[test]
fn breaking_changes_of_the_specification_are_found() {
    let released = released();
    let after = |change: &dyn Fn(&mut Value)| {
        let mut current = released.clone();
        change(&mut current);
        assert_ne!(current, released);
        breaking(&released, &current)
    };
    let change = |current: &mut Value| {
        current["components"]["schemas"]["Rendition"]["properties"]["width"] = json!({ "type": "string" });
    };
    let found = after(&change);
    let expected =
        "GET /feed 200: data.items[].renditions.small.width: the type changed from integer to string";
    assert!(found.iter().any(|break_| break_ == expected), "{found:#?}");
    let remove = |current: &mut Value| drop(current["paths"].as_object_mut().unwrap().remove("/feed"));
    assert_eq!(after(&remove), ["GET /feed: was removed"]);
    let require = |current: &mut Value| {
        let parameter = json!({ "in": "query", "name": "album", "required": true, "schema": {} });
        current["paths"]["/feed"]["get"]["parameters"].as_array_mut().unwrap().push(parameter);
    };
    assert_eq!(after(&require), ["GET /feed parameter album: is new and required"]);
    let add = |current: &mut Value| {
        current["components"]["schemas"]["Rendition"]["properties"]["format"] = json!({ "type": "string" });
    };
    assert_eq!(after(&add), [""; 0]);
}

#[test]
fn operations_have_unique_ids_and_describe_every_path_parameter() {
    let document = document();
    let mut ids = Vec::new();
    for (route, operation) in operations(&document) {
        ids.push(operation["operationId"].as_str().unwrap());
        let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        let described = parameters.iter().filter(|parameter| parameter["in"] == "path");
        let described: Vec<_> = described.map(|parameter| parameter["name"].as_str().unwrap()).collect();
        let in_path = route.split('{').skip(1).filter_map(|part| part.split('}').next());
        assert_eq!(described, in_path.collect::<Vec<_>>(), "{route}");
    }
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count, "{ids:?}");
}

/// A reader of the specification does not know the names of Rust items.
#[test]
fn descriptions_have_no_links_to_rust_items() {
    let text = document().to_string();
    for link in ["[`", "`]", "::"] {
        assert!(!text.contains(link), "{}", &text[text.find(link).unwrap().saturating_sub(80)..]);
    }
}

#[test]
fn every_example_matches_its_schema() {
    let document = document();
    let mut count = 0;
    for (route, operation) in operations(&document) {
        let bodies = operation["responses"].as_object().unwrap().values().chain(operation.get("requestBody"));
        for body in bodies {
            let Some(content) = body.pointer("/content/application~1json") else { continue };
            let Some(example) = content.get("example") else { continue };
            let schema = json!({ "allOf": [content["schema"]], "components": document["components"] });
            let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
            let errors: Vec<_> = validator.iter_errors(example).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{route}: {errors:?}");
            count += 1;
        }
    }
    assert!(count >= 40, "{count} examples");
}
