//! Publishes changes of tables as activities.
//!
//! | | |
//! |---|---|
//! | triggered by | the streams of Pictures, Friendships, Comments and Albums |
//! | reads | Albums: the albums that contain a picture. A record contains everything else |
//! | emits | SNS *Activity*: the same messages for each delivery of a record |
//!
//! A pure function per table derives the event from the row before and after the change. The
//! records of Albums are combined, see [`albums`]. If albums contain a picture that becomes ready
//! or changes, the event is followed by those of the albums.

pub mod albums;
pub mod comments;
mod context;
pub mod friendships;
pub mod pictures;
mod record;

use std::cell::RefCell;

use aws_lambda_events::dynamodb::Event;
use domain::Activity;
use lambda::events::Failures;
use lambda::{Error, events};

use albums::AlbumActivities;
pub use context::Context;
pub use record::Record;

/// Publishes the activities of a batch of stream records. A failed record does not stop the
/// others.
///
/// # Errors
/// Returns an error if a record failed. Lambda then repeats the whole batch, and the function
/// publishes the same messages again.
pub async fn handle(context: &Context, event: Event) -> Result<(), Error> {
    let (of_albums, records): (Vec<_>, Vec<_>) =
        event.records.into_iter().map(Record).partition(Record::is_of_albums);
    let mut failures = Failures::default();
    let mut albums = AlbumActivities::default();
    for record in of_albums {
        failures.record(record.to_string(), albums.add(record));
    }
    let in_albums = RefCell::new(vec![]);
    let published = events::process_batch(records, async |record| {
        let is_in_albums = record.is_in_albums();
        let Some(activity) = record.into_activity()? else { return Ok(()) };
        publish(context, activity).await?;
        if is_in_albums && pictures::changes_albums(activity.event) {
            in_albums.borrow_mut().push(activity);
        }
        Ok(())
    });
    let published = published.await;
    for activity in in_albums.take() {
        let Some(picture) = activity.event.picture() else { continue };
        if let Some(events) = failures.record(activity.id, context.albums.list_announcements(picture).await) {
            albums.add_picture(&activity, events);
        }
    }
    for activity in albums.into_activities() {
        failures.record(activity.id, publish(context, activity).await);
    }
    published.and(failures.into_result())
}

async fn publish(context: &Context, activity: Activity) -> Result<(), Error> {
    let kind = activity.event.kind().as_str();
    context.topic.publish(&[activity], |_| Some(kind)).await?;
    tracing::info!(activity = %activity.id, kind, "published the activity");
    Ok(())
}
