//! What happened, told to those whom it concerns, and to each connection once.

use std::time::Instant;

use lambda::Error;
use domain::{Activity, Audience, FriendshipState, ActivityEvent};
use tracing::Instrument;

use crate::notice::News;
use crate::round::Round;
use crate::{Context, comment, friendship, picture};

/// Tells of an activity, unless that was done. `until`: when nothing more is begun.
pub async fn tell(context: &Context, activity: Activity, until: Instant) -> Result<(), Error> {
    let span = tracing::info_span!("activity", id = %activity.id, kind = %activity.what.kind());
    // Boxed: the state machines of the SDK nest too deeply for the compiler otherwise.
    Box::pin(once(context, activity, until)).instrument(span).await
}

async fn once(context: &Context, activity: Activity, until: Instant) -> Result<(), Error> {
    let mut round = Round::new(context, activity.id, until);
    let told = context.receipts.once(activity.id, async |before| {
        round.begin(before);
        let outcome = all(context, &mut round, activity.what).await;
        round.end(outcome).await
    });
    let told = told.await;
    told.and(round.forget_gone().await)
}

async fn all(context: &Context, round: &mut Round<'_>, what: ActivityEvent) -> Result<(), Error> {
    use FriendshipState::{Friends, Requested};
    let kind = what.kind();
    match what {
        ActivityEvent::PictureReady { picture } => {
            picture::tell(context, round, (kind, picture, Audience::Nobody)).await
        }
        ActivityEvent::PictureChanged { picture, before } | ActivityEvent::PictureRemoved { picture, before } => {
            picture::tell(context, round, (kind, picture, before)).await
        }
        ActivityEvent::FriendRequested { from, to } => {
            let news = |user, state| News::FriendRequested { user, state };
            friendship::tell(context, round, news, [from, to], Some(Requested)).await
        }
        ActivityEvent::FriendAccepted { from, to } => {
            let news = |user, state| News::FriendAccepted { user, state };
            friendship::tell(context, round, news, [from, to], Some(Friends)).await
        }
        ActivityEvent::FriendRemoved { one, other } => {
            let news = |user, state| News::FriendRemoved { user, state };
            friendship::tell(context, round, news, [one, other], None).await
        }
        ActivityEvent::CommentAdded { picture, comment_id } | ActivityEvent::CommentRemoved { picture, comment_id } => {
            comment::tell(context, round, (kind, picture, comment_id)).await
        }
    }
}
