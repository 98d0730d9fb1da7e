//! Random histories of a picture. A subscriber that reads the picture only on its events always has
//! the current state.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use activity::Record;
use domain::Visibility::{Friends, Private, Public};
use domain::{Activity, ActivityEvent, Audience, CameraFacts, Picture};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Generates a row of the Pictures table in any state.
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

/// Returns the stream record of a change.
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

/// Returns the visible parts of a picture: the whole picture if it is ready, and the reason of a
/// failure.
fn visible_parts(picture: Option<&Picture>) -> Option<(Option<Picture>, Option<String>)> {
    let picture = picture?;
    let ready = (Audience::of(Some(picture)) > Audience::Nobody).then(|| picture.clone());
    (ready.is_some() || picture.failure.is_some()).then(|| (ready, picture.failure.clone()))
}

/// A subscriber that reads the picture only when it receives an event.
#[derive(Default)]
struct Subscriber {
    picture: Option<Picture>,
}

impl Subscriber {
    fn receive(&mut self, activity: &Activity, current: Option<&Picture>) {
        let audience = Audience::of(self.picture.as_ref());
        match activity.event {
            ActivityEvent::PictureReady { .. } => {
                assert!(audience == Audience::Nobody && Audience::of(current) > audience)
            }
            ActivityEvent::PictureChanged { before, .. } => assert_eq!(before, audience),
            ActivityEvent::PictureRemoved { before, .. } => assert!(before == audience && current.is_none()),
            other => panic!("not an event of a picture: {other:?}"),
        }
        self.picture = current.cloned();
    }
}

proptest! {
    #[test]
    fn a_subscriber_always_has_the_current_state(history in prop::collection::vec(row(), 1..12)) {
        let mut subscriber = Subscriber::default();
        let mut ids = BTreeSet::new();
        let mut old: Option<Picture> = None;
        // The last change deletes the picture.
        for (number, new) in history.into_iter().map(Some).chain([None]).enumerate() {
            let record = record(&number.to_string(), old.as_ref(), new.as_ref());
            let activity = record.clone().into_activity().unwrap();
            prop_assert_eq!(activity, record.into_activity().unwrap(), "a repeated record");
            if let Some(activity) = activity {
                prop_assert!(ids.insert(activity.id), "two records with one id");
                subscriber.receive(&activity, new.as_ref());
            }
            prop_assert_eq!(visible_parts(subscriber.picture.as_ref()), visible_parts(new.as_ref()));
            old = new;
        }
        prop_assert!(subscriber.picture.is_none());
    }
}
