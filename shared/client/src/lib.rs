//! The API client for programs outside the cloud, such as the tests and the generator of demo data.
//! It signs in to Cognito and signs its calls.
//!
//! [`App`] calls routes without authentication. [`App::sign_in`] returns a [`Session`], which signs
//! calls with the temporary credentials of the identity pool and renews them before they expire.
//! [`Session::connect`] returns a [`Connection`], which receives live events.

mod answer;
mod app;
mod clock;
mod credentials;
mod live;
mod retry;
mod rules;
mod session;
mod sign;
mod site;
mod srp;
mod upload;

pub use answer::{Answer, ClientError, Observer, RawReply};
pub use app::{App, Stack, TokenObserver};
pub use live::{Connection, comment_message, watch_message};
pub use retry::{Retries, Wait};
pub use rules::{Evaluation, NewAlbum, RuleCase, RuleError, RuleResult, RuleToEvaluate};
pub use session::Session;
pub use site::SiteError;
pub use upload::{MultipartUpload, NewPicture, Registered, UploadedPart};

type Error = Box<dyn std::error::Error + Send + Sync>;
