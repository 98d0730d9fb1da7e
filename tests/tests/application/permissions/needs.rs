//! What each function needs.

/// Actions worth having, for whoever took over a function.
pub const ACTIONS: [&str; 50] = [
    "cognito-idp:AdminDeleteUser",
    "cognito-idp:AdminGetUser",
    "cognito-idp:AdminInitiateAuth",
    "cognito-idp:AdminSetUserPassword",
    "cognito-idp:AdminUpdateUserAttributes",
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
    "execute-api:ManageConnections",
    "iam:PassRole",
    "lambda:InvokeFunction",
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
    "s3:PutObjectAcl",
    "ses:SendEmail",
    "ses:SendRawEmail",
    "sns:CreatePlatformEndpoint",
    "sns:DeleteEndpoint",
    "sns:GetEndpointAttributes",
    "sns:ListEndpointsByPlatformApplication",
    "sns:Publish",
    "sns:SetEndpointAttributes",
    "sns:Subscribe",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:PurgeQueue",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "sqs:StartMessageMoveTask",
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
/// Reads the cursor_signer of cursors, or makes it.
const SEAL: &[&str] = &["dynamodb:GetItem", "dynamodb:PutItem"];

pub type Needs = &'static [(&'static str, &'static [&'static str])];

/// What each function needs, by resource. The template says the same in its own words: a change is made in both.
pub fn needs(function: &str) -> Needs {
    match function {
        "uploads" => &[
            ("Pictures", &["dynamodb:GetItem", "dynamodb:PutItem"]),
            ("Deadlines", &["dynamodb:PutItem"]),
            ("Users", &["dynamodb:ConditionCheckItem", "dynamodb:GetItem"]),
            ("originals", &["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"]),
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
        "activity" => &[
            ("Pictures' stream", FOLLOWS),
            ("Friendships' stream", FOLLOWS),
            ("Comments' stream", FOLLOWS),
            ("stream failures", PUTS_ASIDE),
            ("Activity", &["sns:Publish"]),
        ],
        "live" => &[
            ("live's queue", CONSUMES),
            (
                "Connections",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Scan",
                    "dynamodb:UpdateItem",
                ],
            ),
            ("Receipts", &["dynamodb:GetItem", "dynamodb:UpdateItem"]),
            ("Comments", &["dynamodb:GetItem", "dynamodb:PutItem"]),
            ("Pictures", &["dynamodb:ConditionCheckItem", "dynamodb:GetItem"]),
            ("Friendships", &["dynamodb:ConditionCheckItem", "dynamodb:GetItem"]),
            ("Friendships by state", &["dynamodb:Query"]),
            ("Users", &["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem"]),
            ("renditions", READ),
            ("open pages", &["execute-api:ManageConnections"]),
        ],
        "deliver" => &[
            ("deliver's queue", CONSUMES),
            ("Receipts", &["dynamodb:GetItem", "dynamodb:UpdateItem"]),
            ("Devices", &["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem"]),
            ("Comments", &["dynamodb:GetItem"]),
            ("Pictures", &["dynamodb:GetItem"]),
            ("Friendships", &["dynamodb:GetItem"]),
            ("Friendships by state", &["dynamodb:Query"]),
            ("Users", &["dynamodb:BatchGetItem"]),
            ("user pool", &["cognito-idp:AdminGetUser"]),
            ("push_endpoints", &["sns:DeleteEndpoint", "sns:Publish"]),
            ("mail identity", &["ses:SendEmail"]),
        ],
        "inbox" => &[
            ("inbox's queue", CONSUMES),
            (
                "Notifications",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:BatchWriteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                ],
            ),
            ("Comments", &["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
            ("Pictures", &["dynamodb:GetItem"]),
            ("Friendships", &["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
            ("Friendships by state", &["dynamodb:Query"]),
            ("Users", &["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem"]),
            ("Secrets", SEAL),
        ],
        "devices" => &[
            (
                "Devices",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                ],
            ),
            ("Users", &["dynamodb:ConditionCheckItem"]),
            ("push platform", &["sns:CreatePlatformEndpoint"]),
            ("push_endpoints", &["sns:DeleteEndpoint", "sns:SetEndpointAttributes"]),
        ],
        // It may list originals, too, which a simulation without a prefix does not see.
        "cleanup" => &[
            ("cleanup's queue", CONSUMES),
            ("Users' stream", FOLLOWS),
            ("Deadlines' stream", FOLLOWS),
            ("stream failures", PUTS_ASIDE),
            (
                "Pictures",
                &["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:Query"],
            ),
            ("Friendships", &["dynamodb:DeleteItem", "dynamodb:Query"]),
            ("Comments", &["dynamodb:DeleteItem", "dynamodb:Query"]),
            ("Connections", &["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"]),
            ("Devices", &["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"]),
            ("Notifications", &["dynamodb:BatchWriteItem", "dynamodb:Query"]),
            ("Notifications by actor", &["dynamodb:Query"]),
            ("Deadlines", &["dynamodb:DeleteItem"]),
            ("Users", &["dynamodb:GetItem", "dynamodb:UpdateItem"]),
            ("user pool", &["cognito-idp:AdminDeleteUser"]),
            ("push_endpoints", &["sns:DeleteEndpoint"]),
            ("originals", DELETE),
            ("renditions", DELETE),
        ],
        "pictures" => &[
            (
                "Pictures",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:ConditionCheckItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:UpdateItem",
                ],
            ),
            ("Pictures by hash", &["dynamodb:Query"]),
            ("Friendships", &["dynamodb:ConditionCheckItem", "dynamodb:GetItem"]),
            ("Comments", &["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]),
            ("Users", &["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem"]),
            ("Secrets", SEAL),
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
