//! Spans of log lines, which name what an event concerns. Each line about a picture has the fields
//! `picture` and `owner`, by which `cargo dev trace` finds it.

use std::future::Future;
use std::pin::Pin;

use domain::{Activity, PictureKey, UserId};
use tracing::field::{Empty, display};
use tracing::{Instrument, Span, info_span};

use crate::Error;
use crate::events::Original;
use crate::http::error_chain;

/// A part of an event. Its log lines have a span of their own.
pub trait Traced {
    /// Returns a new span. It contains ids only.
    fn span(&self) -> Span;
}

impl Traced for PictureKey {
    fn span(&self) -> Span {
        info_span!("picture", picture = %self.picture_id, owner = %self.owner_id)
    }
}

impl Traced for Original {
    fn span(&self) -> Span {
        self.picture.span()
    }
}

impl Traced for UserId {
    fn span(&self) -> Span {
        info_span!("member", user = %self)
    }
}

impl Traced for Activity {
    fn span(&self) -> Span {
        let kind = self.event.kind().as_str();
        let span = info_span!("activity", activity = %self.id, kind, picture = Empty, owner = Empty);
        if let Some(key) = self.event.picture() {
            span.record("picture", display(key.picture_id)).record("owner", display(key.owner_id));
        }
        span
    }
}

/// Runs `work` in a span. Boxes it, because the nested futures of the SDK exceed limits of the
/// compiler.
pub(crate) async fn run_boxed<T>(span: &Span, work: impl Future<Output = T>) -> T {
    let work: Pin<Box<dyn Future<Output = T> + '_>> = Box::pin(work);
    work.instrument(span.clone()).await
}

/// Runs `work` in a span, and logs its error there.
pub async fn run<T>(span: Span, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let outcome = work.instrument(span.clone()).await;
    if let Err(error) = &outcome {
        span.in_scope(|| tracing::error!(error = %error_chain(error.as_ref()), "failed"));
    }
    outcome
}
