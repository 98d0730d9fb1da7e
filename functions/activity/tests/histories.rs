//! Whatever happens to a picture: who only listens ends up knowing it as it is.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use activity::Record;
use domain::Visibility::{Friends, Private, Public};
use domain::{Activity, ActivityEvent, Audience, CameraFacts, Picture};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A row of the Pictures table, in any state.
fn row() -> impl Strategy<Value = Picture> {
    let failure = prop::option::weighted(0.2, "[a-c]");
    let visibility = prop::sample::select(vec![Private, Friends, Public]);
    let caption = prop::option::of("[a-c]");
    (any::<bool>(), any::<bool>(), failure, visibility, caption).prop_map(
        |(rendered, examined, failure, visibility, caption)| {
            let ready = testing::ready_picture(visibility);
            let renditions = ready.renditions.clone().filter(|_| rendered);
            let metadata = examined.then(CameraFacts::default);
            let uploaded_at = "2026-01-02T03:04:05Z".parse().unwrap();
            Picture { renditions, metadata, failure, caption, uploaded_at, ..ready }
        },
    )
}

/// The record that a stream has of a change, with that id.
fn record(id: &str, old: Option<&Picture>, new: Option<&Picture>) -> Record {
    let image =
        |row: Option<&Picture>| row.map(|row| serde_dynamo::to_item::<_, serde_dynamo::Item>(row).unwrap());
    let key = serde_dynamo::to_item::<_, serde_dynamo::Item>(testing::registered_picture().key).unwrap();
    let mut record: Value = json!({"eventID": id, "eventName": "MODIFY", "awsRegion": "us-east-1",
        "dynamodb": {"ApproximateCreationDateTime": 1_795_238_553, "Keys": key, "SizeBytes": 0,
            "SequenceNumber": id, "StreamViewType": "NEW_AND_OLD_IMAGES"}});
    for (name, row) in [("OldImage", old), ("NewImage", new)] {
        if let Some(image) = image(row) {
            record["dynamodb"][name] = json!(image);
        }
    }
    Record(serde_json::from_value(record).unwrap())
}

/// What there is to see of a picture: all of it once it is ready, and for its owner why it cannot be shown.
fn access(picture: Option<&Picture>) -> Option<(Option<Picture>, Option<String>)> {
    let picture = picture?;
    let shown = (Audience::of(Some(picture)) > Audience::Nobody).then(|| picture.clone());
    (shown.is_some() || picture.failure.is_some()).then(|| (shown, picture.failure.clone()))
}

/// Looks at the picture only when something is told of it.
#[derive(Default)]
struct Listener {
    picture: Option<Picture>,
}

impl Listener {
    fn hear(&mut self, activity: &Activity, now: Option<&Picture>) {
        let was_for = Audience::of(self.picture.as_ref());
        match activity.what {
            ActivityEvent::PictureReady { .. } => {
                assert!(was_for == Audience::Nobody && Audience::of(now) > was_for)
            }
            ActivityEvent::PictureChanged { before, .. } => assert_eq!(before, was_for),
            ActivityEvent::PictureRemoved { before, .. } => assert!(before == was_for && now.is_none()),
            other => panic!("{other:?} of a picture"),
        }
        self.picture = now.cloned();
    }
}

proptest! {
    #[test]
    fn who_listens_knows(history in prop::collection::vec(row(), 1..12)) {
        let mut listener = Listener::default();
        let mut ids = BTreeSet::new();
        let mut before: Option<Picture> = None;
        // In the end it is deleted.
        for (number, now) in history.into_iter().map(Some).chain([None]).enumerate() {
            let record = record(&number.to_string(), before.as_ref(), now.as_ref());
            let activity = record.clone().activity().unwrap();
            prop_assert_eq!(activity, record.activity().unwrap(), "a record that comes again");
            if let Some(activity) = activity {
                prop_assert!(ids.insert(activity.id), "two records with one id");
                listener.hear(&activity, now.as_ref());
            }
            prop_assert_eq!(access(listener.picture.as_ref()), access(now.as_ref()));
            before = now;
        }
        prop_assert!(listener.picture.is_none());
    }
}
