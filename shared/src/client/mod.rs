//! The Cognito-authenticated API client, for programs outside the cloud: tests, demo data, a command line.
//!
//! [`App`] is the application as anyone sees it; [`App::sign_in`] gives a [`Session`], whose calls are signed with the
//! temporary credentials that the identity pool hands to a member, renewed before they expire.

mod answer;
mod app;
mod credentials;
mod session;
mod sign;
mod upload;

pub use answer::{Answer, ClientError};
pub use app::{App, Stack};
pub use session::Session;
pub use upload::NewPicture;
