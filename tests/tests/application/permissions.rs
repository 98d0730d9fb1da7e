//! Each function may do what it needs and nothing else: every action that the application knows, on every resource it has.
//! That the local cloud acts on it is seen wherever a picture becomes ready; here is seen that nothing is granted in excess.

use end_to_end::cloud;
use end_to_end::root::Root;
use serde_json::Value;

/// Actions worth having, for whoever took over a function.
const ACTIONS: [&str; 26] = [
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
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
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "states:StartExecution",
    "sts:AssumeRole",
];

/// What reading a queue takes.
const CONSUMES: [&str; 3] = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];
/// What reading a stream takes.
const FOLLOWS: [&str; 3] = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];

/// What each function needs, by resource. The template says the same in its own words: a change is made in both.
fn needs(function: &str) -> Vec<(&'static str, Vec<&'static str>)> {
    let read = ["s3:GetObject"].as_slice();
    let needs: &[(&str, &[&str])] = match function {
        "uploads" => &[
            ("Pictures", &["dynamodb:PutItem"]),
            ("Users", &["dynamodb:GetItem"]),
            ("originals", &["s3:PutObject"]),
        ],
        "thumbnail" => &[
            ("thumbnail queue", &CONSUMES),
            ("Pictures", &["dynamodb:GetItem", "dynamodb:UpdateItem"]),
            ("originals", &["s3:DeleteObject", "s3:GetObject"]),
            ("renditions", &["s3:DeleteObject", "s3:PutObject"]),
        ],
        "metadata" => &[
            ("metadata queue", &CONSUMES),
            ("Pictures", &["dynamodb:GetItem", "dynamodb:UpdateItem"]),
            ("originals", read),
        ],
        "index" => &[
            ("Pictures stream", &FOLLOWS),
            ("stream failures", &["sqs:SendMessage"]),
            ("Pictures", &["dynamodb:GetItem"]),
            ("Feeds", &["dynamodb:BatchWriteItem"]),
        ],
        "cleanup" => &[
            ("Pictures stream", &FOLLOWS),
            ("stream failures", &["sqs:SendMessage"]),
            ("Pictures", &["dynamodb:GetItem"]),
            ("originals", &["s3:DeleteObject"]),
            ("renditions", &["s3:DeleteObject"]),
        ],
        "pictures" => &[
            ("Pictures", &["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:UpdateItem"]),
            ("Users", &["dynamodb:GetItem"]),
            ("originals", read),
            ("renditions", read),
        ],
        "feed" => &[
            ("Feeds", &["dynamodb:Query"]),
            ("Pictures", &["dynamodb:BatchGetItem", "dynamodb:Query"]),
            ("Users", &["dynamodb:BatchGetItem"]),
            ("originals", read),
            ("renditions", read),
        ],
        "users" => &[("Users", &["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"])],
        "status" => &[],
        other => panic!("say here what {other} needs"),
    };
    needs.iter().map(|(resource, actions)| (*resource, actions.to_vec())).collect()
}

/// The resources, as their owner finds them.
async fn resources(root: &Root) -> Vec<(&'static str, String)> {
    let arn = |value: &Value| value.as_str().unwrap().to_owned();
    let stream = root.subscription("index").await;
    let pictures = arn(&stream["EventSourceArn"]).split("/stream/").next().unwrap().to_owned();
    let tables = pictures.rsplit_once('/').unwrap().0.to_owned();
    let table = |name: String| format!("{tables}/{name}");
    let bucket = format!("arn:aws:s3:::{}", cloud::stack().media_bucket);
    vec![
        ("Pictures stream", arn(&stream["EventSourceArn"])),
        ("Pictures", pictures),
        ("Users", table(root.variable("users", "USERS_TABLE").await)),
        ("Feeds", table(root.variable("feed", "FEEDS_TABLE").await)),
        ("originals", format!("{bucket}/originals/a/b")),
        ("renditions", format!("{bucket}/renditions/a/b/small")),
        ("elsewhere in the bucket", format!("{bucket}/x")),
        ("the bucket itself", bucket),
        ("thumbnail queue", arn(&root.subscription("thumbnail").await["EventSourceArn"])),
        ("metadata queue", arn(&root.subscription("metadata").await["EventSourceArn"])),
        ("stream failures", arn(&stream["DestinationConfig"]["OnFailure"]["Destination"])),
        ("another function", arn(&root.function("status").await["FunctionArn"])),
        ("another function's role", arn(&root.function("users").await["Role"])),
        ("anything", "*".to_owned()),
    ]
}

#[tokio::test]
async fn each_function_may_do_what_it_needs_and_nothing_else() {
    let root = Root::default();
    let resources = resources(&root).await;
    let mut wrong = Vec::new();
    for function in cloud::stack().functions.keys() {
        let role = root.function(function).await["Role"].as_str().unwrap().to_owned();
        let needs = needs(function);
        for (resource, arn) in &resources {
            let needed = needs.iter().find(|(name, _)| name == resource).map(|(_, actions)| actions.clone());
            let allowed = root.allowed(&role, &ACTIONS, arn).await;
            let needed = needed.unwrap_or_default();
            if allowed != needed {
                wrong.push(format!("{function} on {resource}: may {allowed:?}, needs {needed:?}"));
            }
        }
    }
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
