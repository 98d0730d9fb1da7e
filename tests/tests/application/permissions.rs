//! Each function may do what it needs and nothing else: every action that the application knows, on every resource it has.
//! That the local cloud acts on it is seen wherever a picture becomes ready; here is seen that nothing is granted in excess.

use end_to_end::cloud;
use end_to_end::root::{Root, Tables};
use futures_util::future::join_all;
use serde_json::Value;

/// Actions worth having, for whoever took over a function.
const ACTIONS: [&str; 37] = [
    "cognito-idp:AdminDeleteUser",
    "cognito-idp:AdminGetUser",
    "cognito-idp:AdminInitiateAuth",
    "cognito-idp:AdminSetUserPassword",
    "cognito-idp:ListUsers",
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:DeleteTable",
    "dynamodb:DescribeStream",
    "dynamodb:GetItem",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
    "execute-api:Invoke",
    "iam:PassRole",
    "lambda:InvokeFunction",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "s3:PutObjectAcl",
    "sns:Publish",
    "sns:Subscribe",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:PurgeQueue",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "states:StartExecution",
    "sts:AssumeRole",
    "sts:AssumeRoleWithWebIdentity",
];

/// What reading a queue takes.
const CONSUMES: &[&str] = &["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];
/// What reading a stream takes.
const FOLLOWS: &[&str] = &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
/// What putting aside the records of a stream takes.
const PUTS_ASIDE: &[&str] = &["sqs:SendMessage"];

/// Reads an object or a row.
const READ: &[&str] = &["s3:GetObject"];
/// Deletes objects.
const DELETE: &[&str] = &["s3:DeleteObject"];
/// Reads the seal of cursors, or makes it.
const SEAL: &[&str] = &["dynamodb:GetItem", "dynamodb:PutItem"];

type Needs = &'static [(&'static str, &'static [&'static str])];

/// What each function needs, by resource. The template says the same in its own words: a change is made in both.
fn needs(function: &str) -> Needs {
    match function {
        "uploads" => &[
            ("Pictures", &["dynamodb:PutItem"]),
            ("Users", &["dynamodb:ConditionCheckItem", "dynamodb:GetItem"]),
            ("originals", &["s3:PutObject"]),
        ],
        "thumbnail" => &[
            ("thumbnail's queue", CONSUMES),
            ("Pictures", &["dynamodb:GetItem", "dynamodb:UpdateItem"]),
            ("originals", &["s3:DeleteObject", "s3:GetObject"]),
            ("renditions", &["s3:DeleteObject", "s3:PutObject"]),
        ],
        "metadata" => &[
            ("metadata's queue", CONSUMES),
            ("Pictures", &["dynamodb:GetItem", "dynamodb:UpdateItem"]),
            ("originals", READ),
        ],
        "index" => &[
            ("Pictures' stream", FOLLOWS),
            ("Friendships' stream", FOLLOWS),
            ("Feeds' stream", FOLLOWS),
            ("index's queue", CONSUMES),
            ("Rebuild", &["sns:Publish"]),
            ("stream failures", PUTS_ASIDE),
            ("Pictures", &["dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan"]),
            ("Friendships", &["dynamodb:BatchGetItem"]),
            ("Friendships by state", &["dynamodb:Query"]),
            ("Feeds", &["dynamodb:BatchWriteItem", "dynamodb:Query", "dynamodb:Scan"]),
        ],
        "cleanup" => &[
            ("Pictures' stream", FOLLOWS),
            ("Users' stream", FOLLOWS),
            ("stream failures", PUTS_ASIDE),
            ("Pictures", &["dynamodb:BatchWriteItem", "dynamodb:GetItem", "dynamodb:Query"]),
            ("Friendships", &["dynamodb:DeleteItem", "dynamodb:Query"]),
            ("Users", &["dynamodb:GetItem", "dynamodb:UpdateItem"]),
            ("user pool", &["cognito-idp:AdminDeleteUser"]),
            ("originals", DELETE),
            ("renditions", DELETE),
        ],
        "pictures" => &[
            (
                "Pictures",
                &["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:UpdateItem"],
            ),
            ("Friendships", &["dynamodb:GetItem"]),
            ("Users", &["dynamodb:GetItem"]),
            ("originals", READ),
            ("renditions", READ),
        ],
        "feed" => &[
            ("Feeds", &["dynamodb:Query"]),
            ("Pictures", &["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"]),
            ("Friendships", &["dynamodb:GetItem"]),
            ("Users", &["dynamodb:BatchGetItem"]),
            ("Secrets", SEAL),
            ("originals", READ),
            ("renditions", READ),
        ],
        "users" => &[(
            "Users",
            &["dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"],
        )],
        "friends" => &[
            ("Friendships", &["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"]),
            ("Friendships by state", &["dynamodb:Query"]),
            ("Users", &["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem"]),
            ("Secrets", SEAL),
        ],
        "status" => &[],
        other => panic!("say here what {other} needs"),
    }
}

/// The resources, as their owner finds them.
async fn resources(root: &Root) -> Vec<(String, String)> {
    let arn = |value: &Value| value.as_str().unwrap().to_owned();
    let mut found = Vec::new();
    let Tables { feeds, friendships, pictures, secrets, users } = root.tables().await;
    for (name, table, follower) in [
        ("Feeds", feeds, "index"),
        ("Friendships", friendships, "index"),
        ("Pictures", pictures, "index"),
        ("Users", users, "cleanup"),
    ] {
        let stream = arn(&root.stream(follower, table).await["EventSourceArn"]);
        found.push((name.to_owned(), stream.split("/stream/").next().unwrap().to_owned()));
        found.push((format!("{name}' stream").replace("s's", "s'"), stream));
    }
    let friendships = found.iter().find(|(name, _)| name == "Friendships").unwrap().1.clone();
    let tables = friendships.rsplit_once('/').unwrap().0.to_owned();
    let account = tables.split(':').nth(4).unwrap().to_owned();
    let (stack, bucket) = (cloud::stack(), format!("arn:aws:s3:::{}", cloud::stack().media_bucket));
    let pool = format!("arn:aws:cognito-idp:{}:{account}:userpool/{}", stack.region, stack.user_pool_id);
    for (name, arn) in [
        ("Friendships by state", format!("{friendships}/index/ByState")),
        ("Secrets", format!("{tables}/{secrets}")),
        ("originals", format!("{bucket}/originals/a/b")),
        ("renditions", format!("{bucket}/renditions/a/b/small")),
        ("elsewhere in the bucket", format!("{bucket}/x")),
        ("the bucket itself", bucket),
        ("Uploads", root.resource("UploadsTopic").await),
        ("Rebuild", root.resource("RebuildTopic").await),
        ("thumbnail's queue", root.queue("thumbnail").await),
        ("metadata's queue", root.queue("metadata").await),
        ("index's queue", root.queue("index").await),
        ("stream failures", root.failures_queue().await),
        ("user pool", pool),
        ("another function", arn(&root.function("status").await["FunctionArn"])),
        ("another function's role", arn(&root.function("users").await["Role"])),
        ("anything", "*".to_owned()),
    ] {
        found.push((name.to_owned(), arn));
    }
    found
}

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
