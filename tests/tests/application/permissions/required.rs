//! The required actions of each function.

/// The actions that the test simulates: the required actions of all functions, and further actions
/// that would help an attacker.
pub const ACTIONS: [&str; 58] = [
    "apigateway:DELETE",
    "apigateway:GET",
    "apigateway:PATCH",
    "apigateway:POST",
    "apigateway:PUT",
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
    "s3:DeleteObjectVersion",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions",
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

/// Consumes a queue.
const CONSUME_QUEUE: &[&str] = &["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];
/// Reads a stream.
const READ_STREAM: &[&str] = &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
/// Sends the position of failed stream records to a queue.
const SEND_FAILURES: &[&str] = &["sqs:SendMessage"];

/// Reads objects.
const READ_OBJECT: &[&str] = &["s3:GetObject"];
/// Deletes objects.
const DELETE_OBJECT: &[&str] = &["s3:DeleteObject"];
/// Reads the key that encrypts cursors, or creates it.
const CURSOR_KEY: &[&str] = &["dynamodb:GetItem", "dynamodb:PutItem"];

/// Finds the recipients of notifications about albums, the albums that show a picture, and the
/// pictures of albums.
const READ_ALBUMS: &[&str] = &["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"];

/// Counts deleted pictures of guests.
const COUNT_GUESTS: &[&str] = &["dynamodb:UpdateItem"];
/// Counts registered and deleted pictures.
const COUNT_PICTURES: &[&str] =
    &["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];

/// Actions by resource.
pub type Actions = &'static [(&'static str, &'static [&'static str])];

/// Returns the required actions of a function. `template.yaml` grants them; change both together.
pub fn required_actions(function: &str) -> Actions {
    match function {
        "uploads" => &[
            ("Pictures", &["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]),
            ("Deadlines", &["dynamodb:PutItem", "dynamodb:Query"]),
            ("Quotas", COUNT_PICTURES),
            ("Users", &["dynamodb:ConditionCheckItem", "dynamodb:GetItem"]),
            ("originals", &["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"]),
        ],
        "thumbnail" => &[
            ("thumbnail's queue", CONSUME_QUEUE),
            ("Pictures", &["dynamodb:GetItem", "dynamodb:UpdateItem"]),
            ("Deadlines", &["dynamodb:DeleteItem"]),
            ("originals", &["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject"]),
            ("renditions", &["s3:DeleteObject", "s3:PutObject"]),
        ],
        "metadata" => &[
            ("metadata's queue", CONSUME_QUEUE),
            ("Pictures", &["dynamodb:GetItem", "dynamodb:UpdateItem"]),
            ("originals", READ_OBJECT),
        ],
        "index" => &[
            ("Pictures' stream", READ_STREAM),
            ("Friendships' stream", READ_STREAM),
            ("Albums' stream", READ_STREAM),
            ("Feeds' stream", READ_STREAM),
            ("index's queue", CONSUME_QUEUE),
            ("Rebuild", &["sns:Publish"]),
            ("stream failures", SEND_FAILURES),
            ("Pictures", &["dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan"]),
            ("Friendships", &["dynamodb:BatchGetItem"]),
            ("Friendships by state", &["dynamodb:Query"]),
            ("Albums", &["dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:UpdateItem"]),
            ("Feeds", &["dynamodb:BatchWriteItem", "dynamodb:Query", "dynamodb:Scan"]),
        ],
        "activity" => &[
            ("Pictures' stream", READ_STREAM),
            ("Friendships' stream", READ_STREAM),
            ("Comments' stream", READ_STREAM),
            ("Albums' stream", READ_STREAM),
            ("Albums", &["dynamodb:BatchGetItem", "dynamodb:Query"]),
            ("stream failures", SEND_FAILURES),
            ("Activity", &["sns:Publish"]),
        ],
        "live" => &[
            ("live's queue", CONSUME_QUEUE),
            (
                "Connections",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:ConditionCheckItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                ],
            ),
            ("Watches", &["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query"]),
            ("Receipts", &["dynamodb:GetItem", "dynamodb:UpdateItem"]),
            ("Comments", &["dynamodb:GetItem", "dynamodb:PutItem"]),
            ("Quotas", &["dynamodb:UpdateItem"]),
            ("Pictures", &["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem"]),
            (
                "Albums",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:ConditionCheckItem",
                    "dynamodb:GetItem",
                    "dynamodb:Query",
                ],
            ),
            ("Albums by time", &["dynamodb:Query"]),
            ("Friendships", &["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem"]),
            ("Friendships by state", &["dynamodb:Query"]),
            ("Users", &["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem"]),
            ("renditions", READ_OBJECT),
            ("connections", &["execute-api:ManageConnections"]),
            ("closing connections", &["execute-api:ManageConnections"]),
        ],
        "deliver" => &[
            ("deliver's queue", CONSUME_QUEUE),
            ("Receipts", &["dynamodb:GetItem", "dynamodb:UpdateItem"]),
            ("Devices", &["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem"]),
            ("Comments", &["dynamodb:GetItem"]),
            ("Pictures", &["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
            ("Albums", READ_ALBUMS),
            ("Albums by time", &["dynamodb:Query"]),
            ("Friendships", &["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
            ("Friendships by state", &["dynamodb:Query"]),
            ("Users", &["dynamodb:BatchGetItem"]),
            ("user pool", &["cognito-idp:ListUsers"]),
            ("push platform", &["sns:DeleteEndpoint", "sns:Publish"]),
            ("phones", &["sns:DeleteEndpoint", "sns:Publish"]),
            ("mail identity", &["ses:SendEmail"]),
        ],
        "inbox" => &[
            ("inbox's queue", CONSUME_QUEUE),
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
            ("Pictures", &["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
            ("Albums", READ_ALBUMS),
            ("Albums by time", &["dynamodb:Query"]),
            ("Friendships", &["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
            ("Friendships by state", &["dynamodb:Query"]),
            ("Users", &["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem"]),
            ("Secrets", CURSOR_KEY),
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
            (
                "push platform",
                &["sns:CreatePlatformEndpoint", "sns:DeleteEndpoint", "sns:SetEndpointAttributes"],
            ),
            ("phones", &["sns:DeleteEndpoint", "sns:SetEndpointAttributes"]),
        ],
        // The function also requires `s3:ListBucket` for originals. The simulation does not show
        // this permission, because it depends on a prefix.
        "cleanup" => &[
            ("cleanup's queue", CONSUME_QUEUE),
            ("Users' stream", READ_STREAM),
            ("Deadlines' stream", READ_STREAM),
            ("stream failures", SEND_FAILURES),
            (
                "Pictures",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:BatchWriteItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ],
            ),
            (
                "Albums",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ],
            ),
            (
                "Links",
                &["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:Query", "dynamodb:UpdateItem"],
            ),
            ("Friendships", &["dynamodb:DeleteItem", "dynamodb:Query"]),
            ("Comments", &["dynamodb:DeleteItem", "dynamodb:Query"]),
            ("Connections", &["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"]),
            ("Watches", &["dynamodb:BatchWriteItem"]),
            ("Devices", &["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"]),
            (
                "Keys",
                &["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:UpdateItem"],
            ),
            ("an API key", &["apigateway:DELETE"]),
            ("Notifications", &["dynamodb:BatchWriteItem", "dynamodb:Query"]),
            ("Notifications by actor", &["dynamodb:Query"]),
            ("Deadlines", &["dynamodb:DeleteItem"]),
            (
                "Quotas",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:BatchWriteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                    "dynamodb:Scan",
                    "dynamodb:UpdateItem",
                ],
            ),
            (
                "Users",
                &[
                    "dynamodb:ConditionCheckItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Scan",
                    "dynamodb:UpdateItem",
                ],
            ),
            ("Names", &["dynamodb:DeleteItem"]),
            (
                "user pool",
                &["cognito-idp:AdminDeleteUser", "cognito-idp:AdminGetUser", "cognito-idp:ListUsers"],
            ),
            ("push platform", &["sns:DeleteEndpoint"]),
            ("phones", &["sns:DeleteEndpoint"]),
            ("the bucket", &["s3:ListBucketMultipartUploads"]),
            ("originals", &["s3:AbortMultipartUpload", "s3:DeleteObject"]),
            ("renditions", DELETE_OBJECT),
        ],
        "pictures" => &[
            (
                "Pictures",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:ConditionCheckItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ],
            ),
            ("Pictures by hash", &["dynamodb:Query"]),
            (
                "Albums",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:ConditionCheckItem",
                    "dynamodb:GetItem",
                    "dynamodb:Query",
                ],
            ),
            ("Links", COUNT_GUESTS),
            ("Quotas", COUNT_PICTURES),
            ("Friendships", &["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem"]),
            ("Comments", &["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]),
            ("Users", &["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem"]),
            ("Secrets", CURSOR_KEY),
            ("originals", READ_OBJECT),
            ("renditions", READ_OBJECT),
        ],
        "feed" => &[
            ("Feeds", &["dynamodb:Query"]),
            ("Pictures", &["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"]),
            ("Friendships", &["dynamodb:GetItem"]),
            ("Albums", &["dynamodb:GetItem"]),
            ("Users", &["dynamodb:BatchGetItem"]),
            ("Secrets", CURSOR_KEY),
            ("originals", READ_OBJECT),
            ("renditions", READ_OBJECT),
        ],
        "users" => &[
            (
                "Users",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:ConditionCheckItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                ],
            ),
            ("Names", &["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query"]),
            ("Quotas", &["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"]),
            ("Pictures", &["dynamodb:Query"]),
            ("Secrets", CURSOR_KEY),
            (
                "Connections",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                ],
            ),
            ("Watches", &["dynamodb:DeleteItem"]),
            ("closing connections", &["execute-api:ManageConnections"]),
        ],
        "friends" => &[
            (
                "Friendships",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:ConditionCheckItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:PutItem",
                ],
            ),
            ("Quotas", &["dynamodb:UpdateItem"]),
            ("Friendships by state", &["dynamodb:Query"]),
            ("Users", &["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem"]),
            ("Secrets", CURSOR_KEY),
        ],
        "links" => &[
            (
                "Links",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:ConditionCheckItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ],
            ),
            (
                "Albums",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:ConditionCheckItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ],
            ),
            ("Albums by taken", &["dynamodb:Query"]),
            ("Albums by time", &["dynamodb:Query"]),
            (
                "Pictures",
                &[
                    "dynamodb:ConditionCheckItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                ],
            ),
            ("Friendships", &["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
            ("Deadlines", &["dynamodb:PutItem", "dynamodb:Query"]),
            ("Quotas", COUNT_PICTURES),
            ("Users", &["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem"]),
            ("Secrets", CURSOR_KEY),
            ("originals", &["s3:GetObject", "s3:PutObject"]),
            ("renditions", READ_OBJECT),
        ],
        // The condition of UpdateItem for Links, its attributes, is not a part of the simulation.
        "pages" => &[
            ("Feeds", &["dynamodb:Query"]),
            ("Pictures", &["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
            ("Albums", READ_ALBUMS),
            ("Albums by time", &["dynamodb:Query"]),
            ("Comments", &["dynamodb:Query"]),
            ("Users", &["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
            ("Links", &["dynamodb:GetItem", "dynamodb:UpdateItem"]),
            ("Secrets", CURSOR_KEY),
            ("originals", READ_OBJECT),
            ("renditions", READ_OBJECT),
        ],
        "albums" => &[
            (
                "Albums",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:ConditionCheckItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ],
            ),
            ("Albums by time", &["dynamodb:Query"]),
            ("Albums by taken", &["dynamodb:Query"]),
            (
                "Pictures",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ],
            ),
            ("Links", COUNT_GUESTS),
            ("Quotas", COUNT_PICTURES),
            ("Friendships", &["dynamodb:ConditionCheckItem", "dynamodb:GetItem"]),
            ("Users", &["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem"]),
            ("Secrets", CURSOR_KEY),
            ("originals", READ_OBJECT),
            ("renditions", READ_OBJECT),
        ],
        "rules" => &[
            ("Pictures", &["dynamodb:BatchGetItem", "dynamodb:Query"]),
            ("Quotas", &["dynamodb:UpdateItem"]),
        ],
        "smart-albums" => &[
            ("smart-albums's queue", CONSUME_QUEUE),
            ("the queue of rules' steps", CONSUME_QUEUE),
            ("SmartAlbums", &["sns:Publish"]),
            // Counts the albums of a picture.
            ("Pictures", &["dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:UpdateItem"]),
            (
                "Albums",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ],
            ),
        ],
        "keys" => &[
            (
                "Keys",
                &[
                    "dynamodb:BatchGetItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                ],
            ),
            ("Quotas", &["dynamodb:UpdateItem"]),
            ("Users", &["dynamodb:ConditionCheckItem"]),
            ("API keys", &["apigateway:POST"]),
            ("an API key", &["apigateway:DELETE"]),
            ("usage plans", &["apigateway:GET"]),
            ("keys of the usage plan", &["apigateway:POST"]),
            ("usage of the usage plan", &["apigateway:GET"]),
        ],
        "authorize" | "status" => &[],
        other => panic!("add the required actions of {other}"),
    }
}
