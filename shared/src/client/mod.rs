//! The Cognito-authenticated API client, for programs outside the cloud: tests, demo data, a command line.
//!
//! [`App`] is the application as anyone sees it; [`App::sign_in`] gives a [`Session`], whose calls are signed with the
//! temporary credentials that the identity pool hands to a member, renewed before they expire. [`Session::connect`] gives
//! a [`Connection`], on which the application tells what happens.

mod answer;
mod app;
mod credentials;
mod live;
mod session;
mod sign;
mod upload;

pub use answer::{Answer, ClientError};
pub use app::{App, Stack};
pub use live::{Connection, comment_message};
pub use session::Session;
pub use upload::NewPicture;
