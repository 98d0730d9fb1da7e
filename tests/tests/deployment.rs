//! Deployments with the SAM CLI. A test target of its own, because it starts an empty engine
//! instead of the local cloud of the other tests.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::time::Duration;
use std::{fs, thread};

use local::account::Account;
use local::cloud::{Engine, Options};
use local::commands::deploy::sam;
use local::python::{self, Packages};

const TEMPLATE: &str = "\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Architecture: {Type: String}
  Days: {Type: Number, Default: 30}
  Title: {Type: String, Default: Pictures}
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /small, RetentionInDays: !Ref Days}
";

/// Installs the SAM CLI if it is missing.
#[test]
fn a_second_deployment_keeps_the_parameters_and_changes_nothing() {
    python::ensure(Packages::Cloud).unwrap();
    let options = Options::throwaway(false).unwrap();
    let mut engine = Engine::start(&options).unwrap();
    let account = Account { region: None, endpoint: Some(engine.endpoint()) };
    let template = options.home.join("small.yaml");
    fs::write(&template, TEMPLATE).unwrap();
    let deploy = |parameters: &[&str]| {
        // The SAM CLI names each change set by the second.
        thread::sleep(Duration::from_secs(1));
        let parameters = [&["Architecture=arm64"], parameters].concat();
        let parameters: Vec<_> = parameters.into_iter().map(str::to_owned).collect();
        sam::deploy(&account, "small", &template, &parameters)
    };
    let title = "Anna's \"best\" pictures = 写真";
    let first = ["Days=7", "Title="];
    let results =
        [deploy(&first), deploy(&first), deploy(&[]), deploy(&["Days=14", &format!("Title={title}")])];
    let stack = account.call::<serde_json::Value>(&["stack", "small"]);
    engine.stop();
    fs::remove_dir_all(&options.home).unwrap();
    assert_eq!(results.map(Result::unwrap), [true, false, false, true]);
    let parameters = &stack.unwrap()["parameters"];
    assert_eq!([&parameters["Days"], &parameters["Title"]], ["14", title]);
}
