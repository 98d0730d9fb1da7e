//! Each function may do what it needs and nothing else: every action that the application knows, on every resource it has.
//! That the local cloud acts on it is seen wherever a picture becomes ready; here is seen that nothing is granted in excess.

mod needs;
mod resources;

use end_to_end::cloud;
use end_to_end::root::Root;
use futures_util::future::join_all;

use needs::{ACTIONS, needs};
use resources::resources;

#[tokio::test]
async fn each_function_may_do_what_it_needs_and_nothing_else() {
    let root = Root::default();
    let resources = resources(&root).await;
    let check = async |function: &String| {
        let role = root.function(function).await["Role"].as_str().unwrap().to_owned();
        let needs = needs(function);
        for (known, _) in needs {
            assert!(
                resources.iter().any(|(name, _)| name == known),
                "{function} needs {known}: what is that?"
            );
        }
        let mut wrong = Vec::new();
        for (resource, arn) in &resources {
            let needed =
                needs.iter().find(|(name, _)| name == resource).map_or(&[][..], |(_, actions)| actions);
            let allowed = root.allowed(&role, &ACTIONS, arn).await;
            let without = |all: &[&'static str], those: &[&str]| {
                all.iter().copied().filter(|action| !those.contains(action)).collect::<Vec<_>>()
            };
            let (missing, excess) = (without(needed, &allowed), without(&allowed, needed));
            wrong.extend(missing.iter().map(|action| format!("{function} may not {action} on {resource}")));
            wrong.extend(
                excess.iter().map(|action| format!("{function} may {action} on {resource}: for what?")),
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
        roles.push(root.function(function).await["Role"].as_str().unwrap().to_owned());
    }
    let all = roles.len();
    roles.sort_unstable();
    roles.dedup();
    assert_eq!(roles.len(), all);
}
