//! Least privilege: the role of each function allows exactly the required actions on each resource.
//! The local cloud enforces the roles, so a missing permission fails other tests. These tests also
//! find unnecessary permissions.

mod required;
mod resources;

use end_to_end::cloud;
use end_to_end::root::Root;
use futures_util::future::join_all;

use required::{ACTIONS, required_actions};
use resources::resources;

#[tokio::test]
async fn each_role_allows_exactly_the_required_actions() {
    let root = Root::default();
    let resources = resources(&root).await;
    let check = async |function: &String| {
        let role = root.function_configuration(function).await["Role"].as_str().unwrap().to_owned();
        let required = required_actions(function);
        for (resource, _) in required {
            assert!(
                resources.iter().any(|(name, _)| name == resource),
                "{function} requires the unknown resource {resource}"
            );
        }
        let mut wrong = Vec::new();
        for (resource, arn) in &resources {
            let needed =
                required.iter().find(|(name, _)| name == resource).map_or(&[][..], |(_, actions)| actions);
            let allowed = root.allowed_actions(&role, &ACTIONS, arn).await;
            let without = |actions: &[&'static str], excluded: &[&str]| {
                actions.iter().copied().filter(|action| !excluded.contains(action)).collect::<Vec<_>>()
            };
            let (missing, excess) = (without(needed, &allowed), without(&allowed, needed));
            wrong.extend(missing.iter().map(|action| format!("{function} lacks {action} on {resource}")));
            wrong.extend(
                excess.iter().map(|action| format!("{function} does not require {action} on {resource}")),
            );
        }
        wrong
    };
    let wrong = join_all(cloud::stack().functions.keys().map(check)).await.concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn no_two_functions_share_a_role() {
    let root = Root::default();
    let mut roles = Vec::new();
    for function in cloud::stack().functions.keys() {
        roles.push(root.function_configuration(function).await["Role"].as_str().unwrap().to_owned());
    }
    let functions = roles.len();
    roles.sort_unstable();
    roles.dedup();
    assert_eq!(roles.len(), functions);
}
