//! The resources of the application.

use end_to_end::cloud;
use end_to_end::root::{Root, Tables};
use serde_json::Value;

fn arn(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Returns the names and ARNs of the tables, their indexes and their streams.
async fn tables(root: &Root) -> Vec<(String, String)> {
    let Tables { albums, comments, connections, deadlines, devices, feeds, .. } = root.tables().await;
    let Tables { friendships, keys, links, names, notifications, pictures, receipts, .. } =
        root.tables().await;
    let Tables { quotas, secrets, users, watches, .. } = root.tables().await;
    let mut found = Vec::new();
    for (name, table, consumer) in [
        ("Albums", albums, "index"),
        ("Comments", comments, "activity"),
        ("Deadlines", deadlines, "cleanup"),
        ("Feeds", feeds, "index"),
        ("Friendships", friendships, "index"),
        ("Pictures", pictures, "index"),
        ("Users", users, "cleanup"),
    ] {
        let stream = arn(&root.stream_mapping(consumer, table).await["EventSourceArn"]);
        found.push((name.to_owned(), stream.split("/stream/").next().unwrap().to_owned()));
        found.push((format!("{name}' stream"), stream));
    }
    let table = |wanted| found.iter().find(|(name, _)| name == wanted).unwrap().1.clone();
    let (albums, friendships, pictures) = (table("Albums"), table("Friendships"), table("Pictures"));
    found.push(("Albums by time".to_owned(), format!("{albums}/index/ByTime")));
    found.push(("Albums by taken".to_owned(), format!("{albums}/index/ByTaken")));
    found.push(("Friendships by state".to_owned(), format!("{friendships}/index/ByState")));
    found.push(("Pictures by hash".to_owned(), format!("{pictures}/index/ByHash")));
    let tables = friendships.rsplit_once('/').unwrap().0.to_owned();
    for (name, table) in [
        ("Connections", connections),
        ("Devices", devices),
        ("Keys", keys),
        ("Links", links),
        ("Names", names),
        ("Notifications", notifications),
        ("Quotas", quotas),
        ("Receipts", receipts),
        ("Secrets", secrets),
        ("Watches", watches),
    ] {
        found.push((name.to_owned(), format!("{tables}/{table}")));
    }
    let by_actor = format!("{tables}/{notifications}/index/ByActor");
    found.push(("Notifications by actor".to_owned(), by_actor));
    found
}

/// Returns the names and ARNs of the queues and dead-letter queues of the workers.
async fn queues(root: &Root) -> Vec<(String, String)> {
    let mut found = vec![("stream failures".to_owned(), root.failures_queue_arn().await)];
    for worker in crate::events::WORKERS {
        found.push((format!("{worker}'s queue"), root.queue_arn(worker).await));
        found.push((format!("{worker}'s dead-letter queue"), root.dead_letter_queue_arn(worker).await));
    }
    found.push(("the queue of rules' steps".into(), root.queue_arn("rule-steps").await));
    found
}

/// Returns the names and ARNs of all resources.
pub async fn resources(root: &Root) -> Vec<(String, String)> {
    let (stack, bucket) = (cloud::stack(), format!("arn:aws:s3:::{}", cloud::stack().media_bucket));
    let uploads = root.physical_id("UploadsTopic").await;
    let [.., region, account, _] = uploads.split(':').collect::<Vec<_>>()[..] else { panic!("{uploads}") };
    let arn_of = |service: &str, name: &str| format!("arn:aws:{service}:{region}:{account}:{name}");
    let live = format!("{}/v1", root.physical_id("LiveApi").await);
    let push = root.environment_variable("devices", "GOOGLE_PUSH_APPLICATION").await;
    let plan = format!("/usageplans/{}", root.physical_id("KeysPlan").await);
    let anonymous_plan = format!("/usageplans/{}", root.physical_id("AnonymousPlan").await);
    let gateway = |path: &str| format!("arn:aws:apigateway:{region}::{path}");
    let mail = format!("identity/{}", root.environment_variable("deliver", "MAIL_FROM").await);
    let others = [
        ("originals", format!("{bucket}/originals/a/b")),
        ("renditions", format!("{bucket}/renditions/a/b/small")),
        ("another prefix of the bucket", format!("{bucket}/x")),
        ("the bucket", bucket),
        ("Uploads", uploads.clone()),
        ("Activity", root.physical_id("ActivityTopic").await),
        ("Rebuild", root.physical_id("RebuildTopic").await),
        ("SmartAlbums", root.physical_id("SmartAlbumsTopic").await),
        ("Alarms", root.physical_id("AlarmsTopic").await),
        ("connections", arn_of("execute-api", &format!("{live}/POST/@connections/x"))),
        ("closing connections", arn_of("execute-api", &format!("{live}/DELETE/@connections/x"))),
        ("the connection status", arn_of("execute-api", &format!("{live}/GET/@connections/x"))),
        ("connecting", arn_of("execute-api", &format!("{live}/$connect"))),
        ("phones", format!("{}/x", push.replace(":app/", ":endpoint/"))),
        ("another application's phones", arn_of("sns", "endpoint/GCM/another/x")),
        ("another push platform", arn_of("sns", "app/GCM/another")),
        ("push platform", push),
        ("mail identity", arn_of("ses", &mail)),
        ("another mail identity", arn_of("ses", "identity/example.com")),
        ("API keys", gateway("/apikeys")),
        ("an API key", gateway("/apikeys/x")),
        ("usage plans", gateway("/usageplans")),
        ("the usage plan of keys", gateway(&plan)),
        ("keys of the usage plan", gateway(&format!("{plan}/keys"))),
        ("usage of the usage plan", gateway(&format!("{plan}/usage"))),
        ("keys of another usage plan", gateway(&format!("{anonymous_plan}/keys"))),
        ("usage of another usage plan", gateway(&format!("{anonymous_plan}/usage"))),
        ("the REST API", gateway(&format!("/restapis/{}", root.physical_id("Api").await))),
        ("user pool", arn_of("cognito-idp", &format!("userpool/{}", stack.user_pool_id))),
        ("another function", arn(&root.function_configuration("status").await["FunctionArn"])),
        ("another function's role", arn(&root.function_configuration("users").await["Role"])),
        ("anything", "*".to_owned()),
    ];
    let mut found = tables(root).await;
    found.extend(queues(root).await);
    found.extend(others.map(|(name, arn)| (name.to_owned(), arn)));
    found
}
