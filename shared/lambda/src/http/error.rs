//! The errors of API calls.

use domain::{Quota, QuotaExceeded, QuotaLimits, TextError, Visibility};
use jiff::Timestamp;

use crate::Error;

/// The reason why a call failed: an HTTP status, and a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// 400: the input is invalid.
    #[error("Invalid input: {0}")]
    Invalid(String),
    /// 403: the caller does not have permission.
    #[error("{0}")]
    Forbidden(&'static str),
    /// 404: the resource does not exist, or the caller cannot view it.
    #[error("{0}")]
    NotFound(&'static str),
    /// 405: the address has other methods.
    #[error("This address has no method {method}. It has {allow}.")]
    NoMethod {
        /// The method of the call.
        method: String,
        /// The methods of the address, separated by commas, for the header `Allow`.
        allow: String,
    },
    /// 409: the call conflicts with the current state.
    #[error("{0}")]
    Conflict(String),
    /// 413: the file exceeds a limit.
    #[error("{0}")]
    TooLarge(String),
    /// 415: the type of file is not supported.
    #[error("{0}")]
    UnsupportedType(String),
    /// 429: the call exceeds a quota of the caller.
    #[error("{0}")]
    QuotaExceeded(QuotaExceeded),
    /// 429: the call exceeds another limit.
    #[error("{notes}")]
    TooMany {
        /// The sentence for the caller.
        notes: &'static str,
        /// The seconds after which the caller can repeat the call.
        retry_after: u64,
    },
    /// 500: an internal failure. The cause is logged, never sent to the caller.
    #[error("Something went wrong on our side. Try again in a moment.")]
    Internal(#[source] Error),
}

impl ApiError {
    /// The picture does not exist, or the caller cannot view it. Both cases have the same reply, so
    /// that it does not reveal whether the picture exists.
    pub const NO_PICTURE: Self = Self::NotFound("There is no such picture, or it is not shared with you.");
    /// The album does not exist, or the caller cannot view it, as [`ApiError::NO_PICTURE`].
    pub const NO_ALBUM: Self = Self::NotFound("There is no such album, or it is not shared with you.");
    /// No member with a profile has this id or handle.
    pub const NO_PERSON: Self = Self::NotFound("There is no such person here.");
    /// The account was deleted. Its credentials are valid for up to an hour after the deletion.
    pub const ACCOUNT_DELETED: Self =
        Self::Forbidden("Your account was deleted. To come back, sign up again.");

    /// The caller has no profile, which the call requires.
    #[must_use]
    pub fn no_own_profile() -> Self {
        Self::Conflict("Create your profile first: POST /users.".into())
    }

    /// Returns the HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Invalid(_) => 400,
            Self::Forbidden(_) => 403,
            Self::NotFound(_) => 404,
            Self::NoMethod { .. } => 405,
            Self::Conflict(_) => 409,
            Self::TooLarge(_) => 413,
            Self::UnsupportedType(_) => 415,
            Self::QuotaExceeded(_) | Self::TooMany { .. } => 429,
            Self::Internal(_) => 500,
        }
    }

    /// Returns the seconds after which the caller can repeat the call, for the header
    /// `Retry-After`.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::QuotaExceeded(refusal) => Some(refusal.retry_after()),
            Self::TooMany { retry_after, .. } => Some(*retry_after),
            _ => None,
        }
    }

    /// Creates the error of a call that exceeds a quota now.
    #[must_use]
    pub fn quota_exceeded(quota: Quota, limits: &QuotaLimits) -> Self {
        Self::QuotaExceeded(QuotaExceeded::new(quota, limits, Timestamp::now()))
    }

    /// Parses the visibility that a caller sent.
    ///
    /// # Errors
    /// Returns [`ApiError::Invalid`] if the text is not a visibility.
    pub fn parse_visibility(text: &str) -> Result<Visibility, Self> {
        let invalid = || Self::Invalid("visibility must be private, friends or public".into());
        Visibility::parse(text).ok_or_else(invalid)
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self::Internal(error)
    }
}

impl From<TextError> for ApiError {
    fn from(error: TextError) -> Self {
        Self::Invalid(error.to_string())
    }
}
