//! What an API call may be refused with.

use crate::Error;
use crate::model::Visibility;

/// Why a call was refused: an HTTP status and a sentence that says what to do differently.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// 400: the input is wrong.
    #[error("Invalid input: {0}")]
    Invalid(String),
    /// 403: known, and not allowed.
    #[error("{0}")]
    Forbidden(&'static str),
    /// 404: not there, or not the caller's to know about.
    #[error("{0}")]
    NotFound(&'static str),
    /// 409: in the way of what is there.
    #[error("{0}")]
    Conflict(String),
    /// 413: over a limit.
    #[error("{0}")]
    TooLarge(String),
    /// 415: a type of file that is not taken.
    #[error("{0}")]
    UnsupportedType(String),
    /// 500: our fault. The cause goes to the log, never to the caller.
    #[error(
        "Something went wrong on our side, and nothing was changed that you cannot repeat. Try again in a moment."
    )]
    Internal(#[source] Error),
}

impl ApiError {
    /// The picture is not there, or not the caller's to know about: the two must look the same.
    pub const NO_PICTURE: Self = Self::NotFound("There is no such picture, or it is not shared with you.");

    /// Nobody with a profile has this id or handle.
    pub const NO_PERSON: Self = Self::NotFound("There is no such person here.");
    /// The caller's account was deleted; its credentials are good for a while yet.
    pub const ACCOUNT_DELETED: Self = Self::Forbidden("This account was deleted; sign up again.");

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Invalid(_) => 400,
            Self::Forbidden(_) => 403,
            Self::NotFound(_) => 404,
            Self::Conflict(_) => 409,
            Self::TooLarge(_) => 413,
            Self::UnsupportedType(_) => 415,
            Self::Internal(_) => 500,
        }
    }
}

impl Visibility {
    /// Reads what a caller sent.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] names the choices.
    pub fn from_input(text: &str) -> Result<Self, ApiError> {
        let choices = || ApiError::Invalid("visibility must be private, friends or public".into());
        Self::parse(text).ok_or_else(choices)
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self::Internal(error)
    }
}

impl From<crate::model::TextError> for ApiError {
    fn from(error: crate::model::TextError) -> Self {
        Self::Invalid(error.to_string())
    }
}
