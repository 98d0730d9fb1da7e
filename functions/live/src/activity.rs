//! What happened, told to those whom it concerns, and to each connection once.

use std::time::Instant;

use shared::Error;
use shared::model::{Activity, Audience, FriendshipState, What};
use tracing::Instrument;

use crate::notice::News;
use crate::round::Round;
use crate::{Stores, comment, friendship, picture};

/// Tells of an activity, unless that was done. `until`: when nothing more is begun.
pub async fn tell(stores: &Stores, activity: Activity, until: Instant) -> Result<(), Error> {
    let span = tracing::info_span!("activity", id = %activity.id, kind = %activity.what.kind());
    // Boxed: the state machines of the SDK nest too deeply for the compiler otherwise.
    Box::pin(once(stores, activity, until)).instrument(span).await
}

async fn once(stores: &Stores, activity: Activity, until: Instant) -> Result<(), Error> {
    let mut round = Round::new(stores, activity.id, until);
    let told = stores.receipts.once(activity.id, async |before| {
        round.begin(before);
        let outcome = all(stores, &mut round, activity.what).await;
        round.end(outcome).await
    });
    let told = told.await;
    told.and(round.forget_gone().await)
}

async fn all(stores: &Stores, round: &mut Round<'_>, what: What) -> Result<(), Error> {
    use FriendshipState::{Friends, Requested};
    let kind = what.kind();
    match what {
        What::PictureReady { picture } => {
            picture::tell(stores, round, (kind, picture, Audience::Nobody)).await
        }
        What::PictureChanged { picture, before } | What::PictureRemoved { picture, before } => {
            picture::tell(stores, round, (kind, picture, before)).await
        }
        What::FriendRequested { from, to } => {
            let news = |user, state| News::FriendRequested { user, state };
            friendship::tell(stores, round, news, [from, to], Some(Requested)).await
        }
        What::FriendAccepted { from, to } => {
            let news = |user, state| News::FriendAccepted { user, state };
            friendship::tell(stores, round, news, [from, to], Some(Friends)).await
        }
        What::FriendRemoved { one, other } => {
            let news = |user, state| News::FriendRemoved { user, state };
            friendship::tell(stores, round, news, [one, other], None).await
        }
        What::CommentAdded { picture, comment_id } | What::CommentRemoved { picture, comment_id } => {
            comment::tell(stores, round, (kind, picture, comment_id)).await
        }
    }
}
